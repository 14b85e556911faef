import Cryptography
import Delivery
import Foundation
import Support
import Testing

struct WebhookDeliveryTests {
    struct Call: Encodable {
        var headers: [String: String]
        var body: Data
        var secrets: [String]
        var now: Int64
    }

    struct Verified: Decodable {
        struct Payload: Decodable {
            var enrolment: String
            var text: String
            var count: Int
            var open: Bool
            var steps: [String]
            var none: String?
        }

        var signatures: [String]
        var id, source, type, subject: String
        var time: Int
        var data: Payload
    }

    static let old = WebhookSecret.text(of: Array(0..<24))
    static let new = WebhookSecret.text(of: Array(100..<164))
    static let stranger = WebhookSecret.text(of: Array(200..<232))
    static let nasty = "«æøå» \"\\ \n\r\t\u{0}\u{1F}\u{7F} 👩‍⚕️ </script> \u{2028}"

    private func event(_ id: String = "evt_17-a", text: String = nasty) throws -> WebhookEvent {
        WebhookEvent(
            id: try #require(WebhookID(id)), source: "https://ombord.example",
            type: "enrolment.step_opened", time: sentAt, subject: "enrolment/17",
            data: .object([
                ("enrolment", .text("17")), ("text", .text(text)), ("count", .number(-3)),
                ("open", .flag(true)), ("steps", .list([.text("a"), .text("b")])), ("none", .null),
            ]))
    }

    /// Other people's libraries accept the signature with either secret during a rotation.
    @Test func signaturesAndEventsAreVerifiedByOthers() throws {
        var calls: [Call] = []
        for number in 0..<100 {
            let signing =
                number < 30 ? [Self.old] : number < 60 ? [Self.old, Self.new] : [Self.new]
            let now = sentAt + Int64(number)
            let post = WebhookDelivery.post(
                try event("evt_\(number)", text: Self.nasty + "\(number)"), to: "https://x.example",
                secrets: try signing.map { try WebhookSecret($0) }, now: now)
            let headers = Dictionary(
                uniqueKeysWithValues: post.headers.map { ($0.name.lowercased(), $0.value) })
            calls.append(
                Call(
                    headers: headers, body: Data(post.body),
                    secrets: [Self.old, Self.new, Self.stranger], now: now))
        }
        calls.append(calls[45])
        calls[100].now += 301
        calls.append(calls[45])
        calls[101].headers["webhook-id"] = "evt_46"
        let answers = try verify("webhook", calls, as: Verified.self)
        let (yes, no) = ("verified", "No matching signature found")
        for (number, answer) in answers.prefix(100).enumerated() {
            let expected =
                number < 30 ? [yes, no, no] : number < 60 ? [yes, yes, no] : [no, yes, no]
            #expect(answer.signatures == expected)
            #expect(answer.id == "evt_\(number)")
            #expect(answer.source == "https://ombord.example")
            #expect(answer.type == "enrolment.step_opened")
            #expect(answer.subject == "enrolment/17")
            #expect(answer.time == Int(sentAt))
            #expect(answer.data.text == Self.nasty + "\(number)")
            #expect(answer.data.count == -3)
            #expect(answer.data.open)
            #expect(answer.data.steps == ["a", "b"])
        }
        #expect(answers[100].signatures.allSatisfy { $0 == "Message timestamp too old" })
        #expect(answers[101].signatures.allSatisfy { $0 == no })
    }

    @Test func aDeliveryIsSignedOverWhatArrives() async throws {
        let (server, port) = try startServer("http_receiver.py")
        var limits = HTTPTransport.Limits()
        limits.allowsPlainHTTP = true
        limits.allowsPrivateAddresses = true
        let delivery = WebhookDelivery(http: HTTPTransport(limits))
        func deliver(_ path: String) async throws -> WebhookOutcome {
            await delivery.deliver(
                try event(), to: "http://127.0.0.1:\(port)\(path)",
                secrets: [try WebhookSecret(Self.old)], now: sentAt)
        }
        #expect(try await deliver("/status/204") == .delivered(status: 204))
        let request = try await nextLine(of: server, as: ReceivedRequest.self)
        let call = Call(
            headers: request.headers, body: request.body, secrets: [Self.old], now: sentAt)
        let verified = try verify("webhook", [call], as: Verified.self)
        #expect(verified.first?.signatures == ["verified"])
        #expect(
            request.headers["content-type"] == "application/cloudevents+json; charset=UTF-8")
        #expect(try await deliver("/status/410") == .gone)
        #expect(try await deliver("/wait/30") == .throttled(status: 429, retryAfterSeconds: 30))
        #expect(try await deliver("/redirect") == .refused(status: 302, retryAfterSeconds: nil))
        await delivery.shutdown()
        #expect(try await deliver("/status/200") == .unreachable(.shutDown))
    }

    @Test(arguments: [
        (200, "delivered"), (299, "delivered"), (301, "refused"), (308, "refused"),
        (400, "refused"), (404, "refused"), (410, "gone"), (429, "throttled"), (500, "refused"),
        (502, "throttled"), (503, "refused"), (504, "throttled"), (100, "refused"),
    ])
    func answersMean(status: Int, meaning: String) {
        let outcome = WebhookOutcome(.success(HTTPAnswer(status: status)))
        #expect("\(outcome)".prefix { $0 != "(" } == meaning)
    }

    @Test func secretsAreChecked() throws {
        #expect(throws: WebhookSecretError.prefixMissing) { try WebhookSecret("secret") }
        #expect(throws: WebhookSecretError.notBase64) { try WebhookSecret("whsec_a$b=") }
        #expect(throws: WebhookSecretError.wrongLength(23)) {
            try WebhookSecret(WebhookSecret.text(of: Array(0..<23)))
        }
        #expect(throws: WebhookSecretError.wrongLength(65)) {
            try WebhookSecret(WebhookSecret.text(of: Array(0..<65)))
        }
        let secret = try WebhookSecret(Self.old)
        #expect("\(secret) \(String(reflecting: secret))".contains("AAEC") == false)
        #expect(WebhookID("a.b") == nil && WebhookID("") == nil && WebhookID("a\r\nb") == nil)
    }

    @Test func base64IsItsOwnInverse() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text) == bytes)
        }
        for wrong in ["A", "AA", "AAA", "A===", "====", "AA=A", "AB==", "AA-_", "AAAA\n", "å==="] {
            #expect(Base64.decode(wrong) == nil, "\(wrong)")
        }
    }
}
