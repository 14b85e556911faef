import Delivery
import Foundation
import Support
import Testing

struct ReceivedRequest: Decodable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: Data
}

/// Against a real HTTP server of another make, which answers by the path.
@Suite(.serialized)
struct HTTPTransportTests {
    private func transport(_ change: (inout HTTPTransport.Limits) -> Void = { _ in })
        -> HTTPTransport
    {
        var limits = HTTPTransport.Limits()
        limits.allowsPlainHTTP = true
        limits.allowsPrivateAddresses = true
        change(&limits)
        return HTTPTransport(limits)
    }

    private func post(_ url: String, _ body: String = "{}") -> HTTPPost {
        HTTPPost(
            url: url,
            headers: [("Content-Type", "application/json"), ("X-Name", "a\r\nX-Evil: b")],
            body: Array(body.utf8))
    }

    @Test func answersComeBackWhole() async throws {
        let (server, port) = try startServer("http_receiver.py")
        let http = transport()
        let base = "http://127.0.0.1:\(port)"
        let answer = try await http.post(post("\(base)/status/202", "{\"å\":1}")).get()
        #expect(answer == HTTPAnswer(status: 202, body: Array("thank you".utf8)))
        let request = try await nextLine(of: server, as: ReceivedRequest.self)
        #expect(request.method == "POST")
        #expect(request.body == Data("{\"å\":1}".utf8))
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["user-agent"] == "Ombord")
        #expect(request.headers["x-name"] == "a X-Evil: b")
        #expect(request.headers["x-evil"] == nil)
        #expect(request.headers["expect"] == nil)
        let wait = try await http.post(post("\(base)/wait/120")).get()
        #expect(wait.status == 429)
        #expect(wait.retryAfterSeconds == 120)
        let redirect = try await http.post(post("\(base)/redirect")).get()
        #expect(redirect.status == 302)
        let large = try await http.post(post("\(base)/large")).get()
        #expect(large.body.count == 2048)
        let endless = try await http.post(post("\(base)/endless")).get()
        #expect(endless.status == 200)
        var paths: [String] = []
        for _ in 1...4 {
            paths.append(try await nextLine(of: server, as: ReceivedRequest.self).path)
        }
        #expect(paths == ["/wait/120", "/redirect", "/large", "/endless"])
    }

    @Test func anEndpointThatHangsDelaysNoOther() async throws {
        let (server, port) = try startServer("http_receiver.py")
        let http = transport { $0.workers = 4 }
        let hanging = (1...6).map { _ in
            Task { await http.post(post("http://127.0.0.1:\(port)/hang")) }
        }
        // Two of the six are under way; the host has no more of the workers.
        for _ in 1...2 {
            #expect(try await nextLine(of: server, as: ReceivedRequest.self).path == "/hang")
        }
        for _ in 1...20 {
            let answer = try await http.post(post("http://localhost:\(port)/status/200")).get()
            #expect(answer.status == 200)
            #expect(try await nextLine(of: server, as: ReceivedRequest.self).path == "/status/200")
        }
        _ = try await http.post(post("http://localhost:\(port)/release")).get()
        for task in hanging { #expect(try await task.value.get().status == 200) }
        await http.shutdown()
        #expect(await http.post(post("http://localhost:\(port)/")) == .failure(.shutDown))
    }

    @Test func silenceEndsInTime() async throws {
        let (server, port) = try startServer("http_receiver.py")
        let http = transport { $0.totalTimeoutSeconds = 1 }
        let result = await http.post(post("http://127.0.0.1:\(port)/hang"))
        #expect(result == .failure(.timedOut))
        #expect(try await nextLine(of: server, as: ReceivedRequest.self).path == "/hang")
    }

    @Test func addressesInsideAreRefused() async throws {
        let (server, port) = try startServer("http_receiver.py")
        let http = transport { $0.allowsPrivateAddresses = false }
        for host in [
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1",
            "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]",
        ] {
            let result = await http.post(post("http://\(host):\(port)/status/200"))
            #expect(result == .failure(.addressRefused), "\(host)")
        }
        // The server has seen none of them: the first that it sees is this one.
        _ = await transport().post(post("http://127.0.0.1:\(port)/status/204"))
        #expect(try await nextLine(of: server, as: ReceivedRequest.self).path == "/status/204")
    }

    @Test(arguments: [
        ("ftp://example.org/", HTTPFailure.schemeRefused), ("file:///etc/passwd", .schemeRefused),
        ("http://example.org/", .schemeRefused), ("gopher://example.org/", .schemeRefused),
        ("https://user:word@example.org/", .invalidURL), ("https://exa mple.org/", .invalidURL),
        ("https://example.org/\r\nX: y", .invalidURL), ("", .invalidURL), ("https://", .invalidURL),
    ])
    func otherSchemesAreRefused(url: String, failure: HTTPFailure) async {
        #expect(await HTTPTransport().post(post(url)) == .failure(failure))
    }

    @Test func nobodyThereIsSaid() async throws {
        let (server, port) = try startServer("http_receiver.py")
        server.stop()
        let result = await transport().post(post("http://127.0.0.1:\(port)/"))
        #expect(result == .failure(.cannotConnect))
    }

    @Test func aProviderTakesMailAsJSON() async throws {
        let (server, port) = try startServer("http_receiver.py")
        func provider(_ path: String) -> ProviderMailTransport {
            ProviderMailTransport(
                url: "http://127.0.0.1:\(port)\(path)", token: "t0ken", http: transport())
        }
        var message = try sampleMessage(subject: "Hei «du»", text: "linje\n\"to\"\u{1}")
        message.invitation = .init(try sampleInvitation())
        let outcome = await provider("/status/202").send(
            message, envelopeSender: try address("bounce@x.example"))
        #expect(outcome == .accepted(reply: "thank you"))
        let request = try await nextLine(of: server, as: ReceivedRequest.self)
        #expect(request.headers["authorization"] == "Bearer t0ken")
        #expect(request.headers["idempotency-key"] == "7f3a.1@ombord.example")
        let pretty = try JSONSerialization.data(
            withJSONObject: try JSONSerialization.jsonObject(with: request.body),
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        expectGolden(String(decoding: pretty, as: UTF8.self) + "\n", "provider.json")
        func kind(_ status: Int) async throws -> String {
            let outcome = await provider("/status/\(status)").send(message, envelopeSender: nil)
            _ = try await nextLine(of: server, as: ReceivedRequest.self)
            return String("\(outcome)".prefix { $0 != "(" })
        }
        #expect(try await kind(429) == "temporary")
        #expect(try await kind(503) == "temporary")
        #expect(try await kind(422) == "permanent")
        #expect(try await kind(401) == "unreachable")
    }
}

struct AddressGuardTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1",
        "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    ])
    func refusesIPv4(text: String) throws {
        #expect(!AddressGuard.isPublic(text.split(separator: ".").compactMap { UInt8($0) }))
    }

    @Test(arguments: [
        "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "193.0.0.1",
    ])
    func allowsIPv4(text: String) {
        #expect(AddressGuard.isPublic(text.split(separator: ".").compactMap { UInt8($0) }))
    }

    static let refusedIPv6: [[UInt16]] = [
        [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1],
        [0, 0, 0, 0, 0, 0xFFFF, 0x0808, 0x0808], [0, 0, 0, 0, 0, 0, 0x7F00, 1],
        [0x64, 0xFF9B, 0, 0, 0, 0, 0x7F00, 1], [0x64, 0xFF9B, 1, 0, 0, 0, 0x0A00, 1],
        [0x100, 0, 0, 0, 0, 0, 0, 1], [0x2001, 0, 0, 0, 0, 0, 0x7F00, 1],
        [0x2001, 0x10, 0, 0, 0, 0, 0, 1], [0x2001, 0xDB8, 0, 0, 0, 0, 0, 1],
        [0x2002, 0x7F00, 1, 0, 0, 0, 0, 0], [0x3FFF, 0xFFF, 0, 0, 0, 0, 0, 1],
        [0xFC00, 0, 0, 0, 0, 0, 0, 1], [0xFD12, 0, 0, 0, 0, 0, 0, 1],
        [0xFE80, 0, 0, 0, 0, 0, 0, 1],
        [0xFEC0, 0, 0, 0, 0, 0, 0, 1], [0xFF02, 0, 0, 0, 0, 0, 0, 1],
    ]

    private func bytes(_ words: [UInt16]) -> [UInt8] {
        words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    @Test(arguments: refusedIPv6)
    func refusesIPv6(words: [UInt16]) {
        #expect(!AddressGuard.isPublic(bytes(words)))
    }

    @Test func allowsIPv6AndRefusesOtherFamilies() {
        #expect(AddressGuard.isPublic(bytes([0x2606, 0x4700, 0, 0, 0, 0, 0, 0x1111])))
        #expect(AddressGuard.isPublic(bytes([0x2001, 0x67C, 0x2E8, 0, 0, 0, 0, 1])))
        #expect(!AddressGuard.isPublic([]))
    }
}
