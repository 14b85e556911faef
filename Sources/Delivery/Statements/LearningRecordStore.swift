import Cryptography

/// What became of a statement that was sent.
public enum StatementOutcome: Hashable, Sendable {
    case stored(status: Int)
    /// A statement of this id is there: it came by an earlier try whose answer was lost.
    case alreadyThere
    /// The statement itself is not taken, now or later.
    case refused(status: Int)
    /// It may go better another time, perhaps after somebody has mended the settings.
    case again(status: Int, retryAfterSeconds: Int?)
    case unreachable(HTTPFailure)

    /// What an answer means (xAPI 1.0.3, part three, 2.1.2 and 3.2).
    init(_ result: Result<HTTPAnswer, HTTPFailure>) {
        switch result {
        case .failure(let failure): self = .unreachable(failure)
        case .success(let answer):
            switch answer.status {
            case 200...299: self = .stored(status: answer.status)
            case 409: self = .alreadyThere
            case 400: self = .refused(status: answer.status)
            default:
                self = .again(
                    status: answer.status, retryAfterSeconds: answer.retryAfterSeconds)
            }
        }
    }
}

/// A store to which xAPI statements are sent (xAPI 1.0.3; IEEE 9274.1.1 is its version 2.0).
public struct LearningRecordStore: Sendable, CustomStringConvertible, CustomReflectable {
    /// Where the store is, without `/statements` and without a slash at the end.
    public let url: String
    private let authorization: String
    private let version: String
    private let http: any HTTPPosting

    /// - Parameters:
    ///   - version: what stands in `X-Experience-API-Version`: 1.0.3 or 2.0.0.
    ///   - http: the store's own, since `shutdown()` ends it.
    public init(
        url: String, user: String, password: String, version: String, http: any HTTPPosting
    ) {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        authorization = "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
        self.version = version
        self.http = http
    }

    /// Tries once to hand over a statement, which has its id: the store knows a repetition by it.
    public func send(_ statement: [UInt8]) async -> StatementOutcome {
        StatementOutcome(
            await http.post(
                HTTPPost(
                    url: "\(url)/statements",
                    headers: [
                        ("Authorization", authorization),
                        ("Content-Type", "application/json"),
                        ("X-Experience-API-Version", version),
                    ], body: statement)))
    }

    /// Lets the calls under way end.
    public func shutdown() async { await http.shutdown() }

    public var description: String { url }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
