import Foundation
import Glibc
import Storage
import Support
import Testing

/// What we declare of libpq, held against the header that comes with it.
@Suite(.enabled(if: PostgresServer.isWanted)) struct LibpqTests {
    @Test func whatWeDeclareIsWhatTheLibraryHas() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "check.c")
        try """
            #include <libpq-fe.h>
            #include "libpq.h"
            #define F(result, name, parameters, arguments) \\
                _Static_assert(_Generic(&name, result (*) parameters: 1, default: 0), #name);
            LIBPQ_FUNCTIONS(F)
            _Static_assert(CONNECTION_OK == 0 && CONNECTION_BAD == 1, "connection");
            _Static_assert(PGRES_COMMAND_OK == 1 && PGRES_TUPLES_OK == 2, "results");
            _Static_assert(PGRES_BAD_RESPONSE == 5 && PGRES_FATAL_ERROR == 7, "failures");
            _Static_assert(PGRES_PIPELINE_SYNC == 10 && PGRES_PIPELINE_ABORTED == 11, "pipeline");
            struct Declared { char *relname; int be_pid; char *extra; struct pgNotify *next; };
            _Static_assert(sizeof(struct Declared) == sizeof(PGnotify), "notes");
            _Static_assert(__builtin_offsetof(struct Declared, extra)
                == __builtin_offsetof(PGnotify, extra), "notes");
            """.write(to: file, atomically: true, encoding: .utf8)
        let ours = Repository.url("Sources/CPostgreSQL/include").path
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c", "exec clang -fsyntax-only $(pkg-config --cflags libpq) -I\"$0\" \"$1\" 2>&1",
            ours, file.path,
        ]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}

/// A server that goes away where no statement of ours can fail for its own sake.
@Suite(.enabled(if: PostgresServer.isWanted)) struct LeavingServerTests {
    @Test func aServerThatLeavesWhileTheSessionIsSetUpIsToldAsLost() throws {
        let socket = try PlainListener()
        let guest = Thread {
            // The start is answered (signed in, ready); what is asked then never is.
            socket.serveOne(answering: [[0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]])
        }
        guest.start()
        let address = "postgres://a@127.0.0.1:\(socket.port)/a?sslmode=disable&gssencmode=disable"
        #expect {
            _ = try PostgresDatabase(address: address, now: 0)
        } throws: { error in
            if case .lost? = error as? StorageError { true } else { false }
        }
    }
}

/// A socket on loopback that answers what it is told to, and hangs up.
private final class PlainListener: Sendable {
    private let listener: Int32
    let port: UInt16

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(listener, place, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, place, &length) == 0
            }
        }
        try #require(bound)
        port = UInt16(bigEndian: place.sin_port)
    }

    deinit { close(listener) }

    func serveOne(answering answers: [[UInt8]]) {
        let guest = accept(listener, nil, nil)
        defer { close(guest) }
        var heard = [UInt8](repeating: 0, count: 4_096)
        for answer in answers {
            _ = read(guest, &heard, heard.count)
            _ = write(guest, answer, answer.count)
        }
        _ = read(guest, &heard, heard.count)
    }
}
