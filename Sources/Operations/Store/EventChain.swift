import Cryptography
import Engine
import JSONText

/// The hash chain of one enrolment's events: each link's hash covers the one before it, so that
/// nothing can be changed, left out or put in afterwards without `verify` seeing it.
struct EventChain {
    /// An event as it is stored.
    struct Link {
        let number: Int
        let recordedAt: Int64
        let actor: String
        let type: String
        let body: String
        let hash: [UInt8]
    }

    /// What the first link follows.
    static let genesis = [UInt8](repeating: 0, count: 32)

    let enrolment: EnrolmentID
    let last: [UInt8]

    func links(_ events: [Event], from number: Int, at now: Instant, by actor: Actor) -> [Link] {
        var previous = last
        return events.enumerated().map { index, event in
            let (type, body) = event.stored
            let bodyText = body.text
            let hash = Self.hash(
                after: previous, enrolment: enrolment, number: number + index,
                recordedAt: now.milliseconds, actor: actor.stored, type: type, body: bodyText)
            previous = hash
            return Link(
                number: number + index, recordedAt: now.milliseconds, actor: actor.stored,
                type: type, body: bodyText, hash: hash)
        }
    }

    /// SHA-256 over the previous hash and the fields, each ended by a byte that UTF-8 never holds.
    static func hash(
        after previous: [UInt8], enrolment: EnrolmentID, number: Int, recordedAt: Int64,
        actor: String, type: String, body: String
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192 + body.utf8.count)
        bytes.append(contentsOf: previous)
        for field in [enrolment.rawValue, String(number), String(recordedAt), actor, type, body] {
            bytes.append(contentsOf: field.utf8)
            bytes.append(0xFF)
        }
        return Cryptography.sha256(bytes)
    }
}
