import CivilCalendar
import Engine
import JSONText

// How events are stored: a type and a body. Names are never changed, only added to; a new version
// of Ombord reads every event that an old one wrote.
extension Event {
    /// Every type of event, as endpoints subscribe to them.
    static let storedTypes: Set<String> = [
        "enrolled", "step-opened", "reminded", "escalated", "window-closed", "signed",
        "dispute-settled", "step-completed", "step-skipped", "step-credited", "invited",
        "invitation-cancelled", "anchor-moved", "paused", "resumed", "extended", "stopped",
        "completed", "role-handed-over", "role-still-missing", "milestone-reached",
        "notice-withdrawn", "plan-edited", "plan-edit-withdrawn", "fact-changed",
        "completed-early", "cover-arranged", "cover-began", "cover-ended", "migrated",
        "migration-undone",
    ]

    var stored: (type: String, body: JSON) {
        switch self {
        case .enrolled(let on, let roles, let anchors, let facts):
            (
                "enrolled",
                .object([
                    "on": JSON(on), "roles": sortedObject(roles) { JSON($0) },
                    "anchors": sortedObject(anchors) { JSON($0) },
                    "facts": sortedObject(facts) { $0.json },
                ])
            )
        case .stepOpened(let step, let on):
            ("step-opened", .object(["step": JSON(step), "on": JSON(on)]))
        case .reminded(let step, let key, let on, let told):
            (
                "reminded",
                .object([
                    "step": JSON(step), "key": .string(key), "on": JSON(on), "told": .bool(told),
                ])
            )
        case .escalated(let step, let rung, let on):
            (
                "escalated",
                .object(["step": JSON(step), "rung": .integer(rung), "on": JSON(on)])
            )
        case .windowClosed(let step, let on):
            ("window-closed", .object(["step": JSON(step), "on": JSON(on)]))
        case .signed(let step, let signature):
            ("signed", .object(["step": JSON(step), "signature": signature.json]))
        case .disputeSettled(let step, let done, let by, let reason):
            (
                "dispute-settled",
                .object([
                    "step": JSON(step), "done": .bool(done), "by": JSON(by),
                    "reason": .string(reason),
                ])
            )
        case .stepCompleted(let step, let on):
            ("step-completed", .object(["step": JSON(step), "on": JSON(on)]))
        case .stepSkipped(let step, let on, let by, let reason):
            (
                "step-skipped",
                .object([
                    "step": JSON(step), "on": JSON(on), "by": JSON(by), "reason": .string(reason),
                ])
            )
        case .stepCredited(let step, let on, let programme):
            (
                "step-credited",
                .object(["step": JSON(step), "on": JSON(on), "programme": JSON(programme)])
            )
        case .invited(let step, let invitation):
            ("invited", .object(["step": JSON(step), "invitation": invitation.json]))
        case .invitationCancelled(let step, let invitation):
            (
                "invitation-cancelled",
                .object(["step": JSON(step), "invitation": invitation.json])
            )
        case .anchorMoved, .paused, .resumed, .extended, .stopped, .completed, .roleHandedOver,
            .roleStillMissing, .milestoneReached, .noticeWithdrawn:
            storedOfEnrolment
        case .planEdited, .planEditWithdrawn, .factChanged, .completedEarly, .coverArranged,
            .coverBegan, .coverEnded, .migrated, .migrationUndone:
            storedOfPlan
        }
    }

    private var storedOfEnrolment: (type: String, body: JSON) {
        switch self {
        case .anchorMoved(let anchor, let from, let to, let reason):
            (
                "anchor-moved",
                .object([
                    "anchor": JSON(anchor), "from": from.map { JSON($0) }, "to": JSON(to),
                    "reason": .string(reason),
                ])
            )
        case .paused(let on, let reason):
            ("paused", .object(["on": JSON(on), "reason": .string(reason)]))
        case .resumed(let on, let delay):
            ("resumed", .object(["on": JSON(on), "delay": delay.json]))
        case .extended(let delay, let reason):
            ("extended", .object(["delay": delay.json, "reason": .string(reason)]))
        case .stopped(let on, let reason):
            ("stopped", .object(["on": JSON(on), "reason": .string(reason)]))
        case .completed(let on):
            ("completed", .object(["on": JSON(on)]))
        case .roleHandedOver(let role, let from, let to, let reason):
            (
                "role-handed-over",
                .object([
                    "role": JSON(role), "from": from.map { JSON($0) }, "to": to.map { JSON($0) },
                    "reason": .string(reason),
                ])
            )
        case .roleStillMissing(let role, let on):
            ("role-still-missing", .object(["role": JSON(role), "on": JSON(on)]))
        case .milestoneReached(let milestone, let on):
            ("milestone-reached", .object(["milestone": .string(milestone), "on": JSON(on)]))
        case .noticeWithdrawn(let identity, let because):
            (
                "notice-withdrawn",
                .object(["identity": .string(identity), "because": .string(because.rawValue)])
            )
        case .enrolled, .stepOpened, .reminded, .escalated, .windowClosed, .signed,
            .disputeSettled, .stepCompleted, .stepSkipped, .stepCredited, .invited,
            .invitationCancelled, .planEdited, .planEditWithdrawn, .factChanged,
            .completedEarly, .coverArranged, .coverBegan, .coverEnded, .migrated,
            .migrationUndone:
            stored
        }
    }

    /// Reads an event as it was stored.
    init(type: String, body: JSON) throws {
        switch type {
        case "enrolled":
            self = .enrolled(
                on: try body.needDay("on"),
                roles: try dictionary(try body.need("roles")) { PersonID(try $0.asString()) },
                anchors: try dictionary(try body.need("anchors")) { try $0.asDay() },
                facts: try dictionary(try body.need("facts")) { try FactValue($0) })
        case "anchor-moved":
            self = .anchorMoved(
                try body.identifier("anchor"), from: try body.day("from"),
                to: try body.needDay("to"), reason: try body.needString("reason"))
        case "paused":
            self = .paused(on: try body.needDay("on"), reason: try body.needString("reason"))
        case "resumed":
            self = .resumed(on: try body.needDay("on"), delay: try Delay(try body.need("delay")))
        case "extended":
            self = .extended(
                delay: try Delay(try body.need("delay")), reason: try body.needString("reason"))
        case "stopped":
            self = .stopped(on: try body.needDay("on"), reason: try body.needString("reason"))
        case "completed": self = .completed(on: try body.needDay("on"))
        case "role-handed-over":
            self = .roleHandedOver(
                try body.identifier("role"), from: body["from"]?.string.map { PersonID($0) },
                to: body["to"]?.string.map { PersonID($0) }, reason: try body.needString("reason"))
        case "role-still-missing":
            self = .roleStillMissing(try body.identifier("role"), on: try body.needDay("on"))
        case "milestone-reached":
            self = .milestoneReached(
                try body.needString("milestone"), on: try body.needDay("on"))
        case "notice-withdrawn":
            guard let because = WithdrawalReason(rawValue: try body.needString("because")) else {
                throw DamagedDocument(what: "because")
            }
            self = .noticeWithdrawn(
                identity: try body.needString("identity"), because: because)
        default: self = try Event.ofPlan(type, body) ?? Event.ofStep(type, body)
        }
    }

    private static func ofStep(_ type: String, _ body: JSON) throws -> Event {
        let step: StepID = try body.identifier("step")
        switch type {
        case "step-opened": return .stepOpened(step, on: try body.needDay("on"))
        case "reminded":
            return .reminded(
                step, key: try body.needString("key"), on: try body.needDay("on"),
                told: body["told"]?.bool ?? true)
        case "escalated":
            return .escalated(
                step, rung: try body.needInteger("rung"), on: try body.needDay("on"))
        case "window-closed": return .windowClosed(step, on: try body.needDay("on"))
        case "signed": return .signed(step, try Signature(try body.need("signature")))
        case "dispute-settled":
            return .disputeSettled(
                step, done: body["done"]?.bool ?? false, by: try body.identifier("by"),
                reason: try body.needString("reason"))
        case "step-completed": return .stepCompleted(step, on: try body.needDay("on"))
        case "step-skipped":
            return .stepSkipped(
                step, on: try body.needDay("on"), by: try body.identifier("by"),
                reason: try body.needString("reason"))
        case "step-credited":
            return .stepCredited(
                step, on: try body.needDay("on"), programme: try body.identifier("programme"))
        case "invited": return .invited(step, try Invitation(try body.need("invitation")))
        case "invitation-cancelled":
            return .invitationCancelled(step, try Invitation(try body.need("invitation")))
        default: throw DamagedDocument(what: "event of type \(type)")
        }
    }
}

extension JSON {
    func asString() throws -> String {
        guard let string else { throw DamagedDocument(what: "text") }
        return string
    }

    func asDay() throws -> CivilDay {
        guard let day = CivilDay(try asString()) else { throw DamagedDocument(what: "day") }
        return day
    }
}
