import Foundation
import Glibc
import Synchronization

/// Why there is no PostgreSQL for the tests.
public enum PostgresFailure: Error, CustomStringConvertible {
    case notFound
    case failed(String)

    public var description: String {
        switch self {
        case .notFound:
            "PostgreSQL was not found, so nothing was tested on it. Install Debian's package "
                + "postgresql (Scripts/test does), or set OMBORD_TEST_POSTGRES to the folder that "
                + "has initdb and pg_ctl, or to \"none\" to leave these tests out."
        case .failed(let text): "the tests' own PostgreSQL: \(text)"
        }
    }
}

/// A PostgreSQL server of the tests' own on loopback, in a folder of its own.
///
/// It ends with the process that started it, however that ends: the shell that looks after it reads
/// its standard input, and stops the server and removes the folder when that is closed.
public final class PostgresServer: Sendable {
    private let port: Int
    private let dialogue: Mutex<Dialogue>
    private let made = Mutex(0)
    private let isPrepared = Mutex(false)

    private struct Dialogue {
        let process: Process
        let input: FileHandle
        let output: FileHandle
    }

    private static let server = Mutex<Result<PostgresServer, any Error>?>(nil)

    /// The server that the tests of this process share; started by the first that asks.
    public static func shared() throws -> PostgresServer {
        try server.withLock { server in
            let result = server ?? Result { try PostgresServer() }
            server = result
            return try result.get()
        }
    }

    /// Whether the tests are to run on PostgreSQL; where it is missing they fail and say so.
    public static var isWanted: Bool {
        ProcessInfo.processInfo.environment["OMBORD_TEST_POSTGRES"] != "none"
    }

    /// Starts a server.
    ///
    /// - Throws: `PostgresFailure` where there is none, or it does not start.
    public init() throws {
        signal(SIGPIPE, SIG_IGN)
        port = try Self.freePort()
        let shell = ["/bin/sh", "-c", Self.script, "sh", try Self.folder(), String(port)]
        // PostgreSQL refuses to be root; Debian's package makes a user for it.
        let other = ["/usr/sbin/runuser", "-u", "postgres", "--"]
        let command = geteuid() == 0 ? other + shell : shell
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        dialogue = Mutex(
            Dialogue(
                process: process, input: input.fileHandleForWriting,
                output: output.fileHandleForReading))
        let answer = try dialogue.withLock { try Self.line($0.output) }
        if answer != "ready" { throw PostgresFailure.failed(answer) }
    }

    deinit {
        dialogue.withLock { dialogue in
            try? dialogue.input.close()
            dialogue.process.waitUntilExit()
        }
    }

    /// The address of a new and empty database on the server.
    public func makeDatabase() throws -> String { try makeDatabase(like: "template1") }

    /// The address of a new database in which something has been prepared: once, for all.
    ///
    /// - Parameter prepare: Gets the address of the one that the others are copies of.
    public func makeDatabase(preparedBy prepare: (String) throws -> Void) throws -> String {
        try isPrepared.withLock { isPrepared in
            if isPrepared { return }
            try say("create prepared template1")
            try prepare(address("prepared"))
            isPrepared = true
        }
        return try makeDatabase(like: "prepared")
    }

    private func makeDatabase(like template: String) throws -> String {
        let name = made.withLock { made in
            made += 1
            return "test\(made)"
        }
        try say("create \(name) \(template)")
        return address(name)
    }

    private func address(_ database: String) -> String {
        "postgres://ombord@127.0.0.1:\(port)/\(database)?sslmode=disable"
    }

    /// Has the server offer TLS from now on.
    ///
    /// - Returns: the file with the certificate of `localhost`, which nobody has signed.
    public func offerTLS() throws -> String { try say("tls") + "/server.crt" }

    /// Ends the server as a power cut would, and starts it again.
    public func crashAndStart() throws { try say("crash") }

    /// - Returns: the folder with the server's data.
    @discardableResult
    private func say(_ command: String) throws -> String {
        try dialogue.withLock { dialogue in
            try dialogue.input.write(contentsOf: Data((command + "\n").utf8))
            let answer = try Self.line(dialogue.output)
            guard answer.hasPrefix("done ") else {
                throw PostgresFailure.failed("\(command): \(answer)")
            }
            return String(answer.dropFirst("done ".count))
        }
    }

    private static func line(_ output: FileHandle) throws -> String {
        var bytes: [UInt8] = []
        while let next = try output.read(upToCount: 1)?.first, next != UInt8(ascii: "\n") {
            bytes.append(next)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func folder() throws -> String {
        if let given = ProcessInfo.processInfo.environment["OMBORD_TEST_POSTGRES"] { return given }
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newest = versions.compactMap(Int.init).max()
        guard let newest else { throw PostgresFailure.notFound }
        return "\(debian)/\(newest)/bin"
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw PostgresFailure.failed("no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Commits are as durable as they are in earnest; only making the cluster is not. Its language
    /// is Norwegian, so that an order or a comparison that the store leaves to the server shows.
    private static let script = """
        bin=$1 port=$2
        folder=$(mktemp -d /tmp/ombord-postgres-XXXXXX) || exit 1
        log=$folder/log
        start() {
            "$bin/pg_ctl" --pgdata="$folder/data" --log="$log" --wait --silent start \\
                --options="-p $port -c listen_addresses=127.0.0.1 -c max_connections=200 \\
                    -c autovacuum=off -c unix_socket_directories=$folder" >>"$log" 2>&1
        }
        end() {
            "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >>"$log" 2>&1
            rm -rf "$folder"
        }
        trap end EXIT
        trap 'exit 1' HUP INT TERM
        if "$bin/initdb" --pgdata="$folder/data" --username=ombord --auth=trust \\
            --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=nb-NO --no-sync \\
            >"$log" 2>&1 && start
        then echo ready
        else tail -n 3 "$log" | tr '\\n' ' '; exit 1
        fi
        while read -r command name like; do
            case $command in
            create)
                "$bin/createdb" --host="$folder" --port="$port" --username=ombord \\
                    --template="$like" "$name" ;;
            crash)
                "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --wait stop >>"$log" 2>&1
                start ;;
            tls)
                cd "$folder/data" && openssl req -x509 -newkey ec \\
                    -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key \\
                    -out server.crt -days 2 -subj /CN=localhost \\
                    -addext subjectAltName=DNS:localhost && chmod 600 server.key \\
                    && echo "ssl = on" >>postgresql.conf \\
                    && "$bin/pg_ctl" --pgdata="$folder/data" --silent reload ;;
            esac >>"$log" 2>&1 && echo "done $folder/data" || { tail -n 1 "$log"; }
        done
        """
}
