import Foundation

/// A real mail server on loopback that takes everything and writes down what it got.
public final class MailSink {
    /// One mail as the server wrote it down.
    public struct Mail: Decodable, Hashable, Sendable {
        /// The Message-ID, in its angle brackets.
        public let id: String
        public let to: String
        public let subject: String
        /// Of the text without its links, where texts are kept.
        public let digest: String
    }

    /// The server said something else than its port.
    public struct NoPort: Error {
        public let firstLine: String
    }

    private let server: PythonServer
    private let folder: TemporaryFolder
    private let file: URL
    /// The port on 127.0.0.1.
    public let port: Int

    /// Starts the server.
    ///
    /// - Parameter keepsTexts: Whether it reads each mail to its end, which takes longer.
    public init(keepsTexts: Bool = false) throws {
        folder = try TemporaryFolder()
        file = folder.url.appendingPathComponent("mails.jsonl")
        server = try PythonServer(
            script: Repository.url("Tests/EndToEndTests/Python/mail_sink.py").path,
            arguments: keepsTexts ? [file.path, "--texts"] : [file.path])
        guard let port = server.port else { throw NoPort(firstLine: server.firstLine) }
        self.port = port
    }

    /// What has arrived so far. A line that is still being written is left out.
    public func mails() throws -> [Mail] {
        guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        return lines.compactMap { try? JSONDecoder().decode(Mail.self, from: $0) }
    }
}
