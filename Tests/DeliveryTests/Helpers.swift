import Delivery
import Dispatch
import Foundation
import Support
import Testing

let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")
let templates = Repository.url("Mail").path(percentEncoded: false)

/// Runs a check of `Python/verify.py`, where libraries of others read what we wrote.
func verify<Answer: Decodable>(
    _ command: String, _ items: some Encodable, as: Answer.Type
) throws -> [Answer] {
    let answer = try python(
        script: scripts.appending(path: "verify.py").path(percentEncoded: false),
        arguments: [command], input: try JSONEncoder().encode(items))
    return try JSONDecoder().decode([Answer].self, from: answer)
}

func startServer(_ script: String, _ arguments: [String] = []) throws -> (PythonServer, Int) {
    let server = try PythonServer(
        script: scripts.appending(path: script).path(percentEncoded: false), arguments: arguments)
    guard let port = server.port else { throw NoPort() }
    return (server, port)
}

struct NoPort: Error {}

/// The server's next line, awaited outside Swift's own threads, which the transports need.
func nextLine<Line: Decodable>(of server: PythonServer, as: Line.Type) async throws -> Line {
    let line = try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            continuation.resume(with: Result { try server.readLine() })
        }
    }
    return try JSONDecoder().decode(Line.self, from: Data(line.utf8))
}

struct ReadMailbox: Decodable, Equatable {
    var name: String
    var address: String
}

/// A mail as Python's `email` reads it.
struct ReadMail: Decodable {
    struct Part: Decodable {
        var type: String
        var charset: String?
        var method: String?
        var fileName: String?
        var content: Data?
        var text: String { String(decoding: content ?? Data(), as: UTF8.self) }
    }

    var defects: [String]
    var from: ReadMailbox
    var to: ReadMailbox
    var replyTo: ReadMailbox?
    var subject: String
    var messageID: String
    var date: Int
    var offset: Int
    var headers: [String]
    var parts: [Part]
}

/// What is wrong with bytes that should be a 7-bit message with CRLF line ends.
func wireFaults(_ bytes: [UInt8]) -> [String] {
    var faults: [String] = []
    var column = 0
    var previous: UInt8 = 0
    for byte in bytes {
        if byte >= 0x80 { faults.append("a byte that is not ASCII") }
        if byte == 10, previous != 13 { faults.append("a bare line feed") }
        if previous == 13, byte != 10 { faults.append("a bare carriage return") }
        if byte == 0 { faults.append("a null byte") }
        column = byte == 10 ? 0 : column + 1
        // 76 and the carriage return.
        if column == 78 { faults.append("a line over 76 characters") }
        previous = byte
    }
    return faults
}

func lineFeeds(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.filter { $0 != 13 }, as: UTF8.self)
}

func address(_ text: String) throws -> MailAddress {
    try MailAddress(text)
}

/// 2026-11-02 08:00 in Oslo.
let sentAt: Int64 = 1_793_602_800

func sampleMessage(
    to recipient: String = "aase@oslo.example", id: String = "7f3a.1@ombord.example",
    subject: String = "Hei", text: String = "Hei!\n", html: String = "<p>Hei!</p>\n"
) throws -> MailMessage {
    MailMessage(
        messageID: try #require(MessageID(id)), sentAt: sentAt, utcOffsetSeconds: 3600,
        from: Mailbox(name: try DisplayName("Ombord"), address: try address("ombord@oslo.example")),
        to: Mailbox(
            name: try DisplayName("Åse Bjørnsdottir Ødegård"), address: try address(recipient)),
        subject: subject, text: text, html: html)
}
