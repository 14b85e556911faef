import Delivery
import Foundation
import Support
import Testing

/// Against a real server of another make, which answers by the name of the recipient.
@Suite(.serialized)
struct SMTPTransportTests {
    struct Received: Decodable {
        var from: String
        var to: [String]
        var raw: Data
        var peer: Int
        var tls: Bool
        var authenticated: Bool
    }

    private func transport(
        _ port: Int, _ security: SMTPServer.Security = .never,
        credentials: SMTPCredentials? = nil, certificateFile: String? = nil
    ) -> SMTPTransport {
        var server = SMTPServer(
            host: "127.0.0.1", port: port, security: security, credentials: credentials,
            greetingName: "ombord.test")
        server.responseTimeoutSeconds = 1
        server.connectTimeoutSeconds = 2
        server.certificateFile = certificateFile
        return SMTPTransport(server)
    }

    @Test func mailArrivesByteForByteOverOneConnection() async throws {
        let (server, port) = try startServer("smtp_server.py")
        let smtp = transport(port)
        let sender = try address("bounce+17@ombord.example")
        var peers: Set<Int> = []
        for number in 1...5 {
            let message = try sampleMessage(
                to: "ok@x.example", id: "\(number)@ombord.example", text: ".\n..\nHei æøå\n.\n")
            let outcome = await smtp.send(message, envelopeSender: sender)
            #expect(outcome == .accepted(reply: "250 2.0.0 Queued as A1"))
            let received = try await nextLine(of: server, as: Received.self)
            #expect(received.from == "bounce+17@ombord.example")
            #expect(received.to == ["ok@x.example"])
            #expect(Array(received.raw) == message.bytes())
            #expect(wireFaults(Array(received.raw)) == [])
            peers.insert(received.peer)
        }
        #expect(peers.count == 1)
        _ = await smtp.send(try sampleMessage(to: "ok@x.example"), envelopeSender: nil)
        let last = try await nextLine(of: server, as: Received.self)
        #expect(last.from == "<>")
        await smtp.shutdown()
    }

    @Test func refusalsAreToldApart() async throws {
        let (server, port) = try startServer("smtp_server.py")
        let smtp = transport(port)
        func send(_ name: String) async throws -> SendOutcome {
            await smtp.send(try sampleMessage(to: "\(name)@x.example"), envelopeSender: nil)
        }
        var outcome = try await send("r450")
        #expect(outcome == .temporary(code: 450, text: "450 4.2.1 Try again later"))
        outcome = try await send("r550")
        #expect(outcome == .permanent(code: 550, text: "550 5.1.1 No such person"))
        outcome = try await send("ok")
        #expect(outcome == .accepted(reply: "250 2.0.0 Queued as A1"))
        outcome = try await send("d451")
        #expect(outcome == .temporary(code: 451, text: "451 4.3.0 Local error"))
        outcome = try await send("d554")
        #expect(outcome == .permanent(code: 554, text: "554 5.6.0 Not wanted"))
        outcome = try await send("close")
        #expect(isUncertain(outcome))
        outcome = try await send("hang")
        #expect(isUncertain(outcome))
        outcome = try await send("ok")
        #expect(outcome == .accepted(reply: "250 2.0.0 Queued as A1"))
        let names = ["ok", "d451", "d554", "close", "hang", "ok"]
        for name in names {
            #expect(
                try await nextLine(of: server, as: Received.self).to == ["\(name)@x.example"])
        }
        server.stop()
        // An earlier refusal's code must not stand for the answer that did not come.
        _ = try await send("r550")
        #expect(isUnreachable(try await send("ok")))
        await smtp.shutdown()
    }

    @Test func afterShutdownNothingIsSent() async throws {
        let (server, port) = try startServer("smtp_server.py")
        let smtp = transport(port)
        await smtp.shutdown()
        let outcome = await smtp.send(try sampleMessage(to: "ok@x.example"), envelopeSender: nil)
        #expect(isUnreachable(outcome))
        #expect(server.isRunning)
    }

    @Test func requiredTLSNeverFallsBackToPlainText() async throws {
        let (server, port) = try startServer("smtp_server.py")
        let secret = SMTPCredentials(user: "ombord", password: "hemmelig")
        let outcome = await transport(port, .required, credentials: secret).send(
            try sampleMessage(to: "ok@x.example"), envelopeSender: nil)
        #expect(isUnreachable(outcome))
        // The next mail is the first that the server sees.
        _ = await transport(port).send(
            try sampleMessage(to: "d451@x.example"), envelopeSender: nil)
        #expect(try await nextLine(of: server, as: Received.self).to == ["d451@x.example"])
    }

    @Test func onlyATrustedCertificateServes() async throws {
        let folder = try TemporaryFolder()
        let certificate = folder.url.appending(path: "certificate.pem").path()
        let key = folder.url.appending(path: "key.pem").path()
        try makeCertificate(certificate, key)
        let (server, port) = try startServer("smtp_server.py", ["--starttls", certificate, key])
        let message = try sampleMessage(to: "ok@x.example")
        let untrusted = await transport(port, .required).send(message, envelopeSender: nil)
        #expect(isUnreachable(untrusted))
        let trusted = transport(port, .required, certificateFile: certificate)
        #expect(
            await trusted.send(message, envelopeSender: nil)
                == .accepted(reply: "250 2.0.0 Queued as A1"))
        #expect(try await nextLine(of: server, as: Received.self).tls)
        await trusted.shutdown()
    }

    @Test func signsInAndBlamesNotTheMailWhenItCannot() async throws {
        let (server, port) = try startServer("smtp_server.py", ["--auth", "ombord", "hemmelig"])
        let message = try sampleMessage(to: "ok@x.example")
        for credentials in [nil, SMTPCredentials(user: "ombord", password: "feil")] {
            let outcome = await transport(port, credentials: credentials)
                .send(message, envelopeSender: nil)
            #expect(isUnreachable(outcome))
        }
        let right = SMTPCredentials(user: "ombord", password: "hemmelig")
        let smtp = transport(port, credentials: right)
        #expect(
            await smtp.send(message, envelopeSender: nil)
                == .accepted(reply: "250 2.0.0 Queued as A1"))
        #expect(try await nextLine(of: server, as: Received.self).authenticated)
        #expect(!"\(right)".contains("hemmelig"))
        #expect(!String(reflecting: right).contains("hemmelig"))
        await smtp.shutdown()
    }

    private func isUncertain(_ outcome: SendOutcome) -> Bool {
        if case .uncertain = outcome { true } else { false }
    }

    private func isUnreachable(_ outcome: SendOutcome) -> Bool {
        if case .unreachable = outcome { true } else { false }
    }

    private func makeCertificate(_ certificate: String, _ key: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
