import CivilCalendar
import Engine
import JSONText

extension Command {
    /// What an idempotency key for the command stands for: the command's name and all that it says.
    func fingerprint(on enrolment: EnrolmentID) -> String {
        let (name, body) = described
        return JSON.array([JSON(enrolment), .string(name), .object(body)]).text
    }

    private var described: (name: String, body: KeyValuePairs<String, JSON?>) {
        switch self {
        case .wake: ("wake", [:])
        case .sign(let step, let by, let affirms, let on):
            (
                "sign",
                ["step": JSON(step), "by": JSON(by), "affirms": .bool(affirms), "on": JSON(on)]
            )
        case .settleDispute(let step, let by, let done, let on, let reason):
            (
                "settle-dispute",
                [
                    "step": JSON(step), "by": JSON(by), "done": .bool(done), "on": JSON(on),
                    "reason": .string(reason),
                ]
            )
        case .skip(let step, let by, let reason):
            ("skip", ["step": JSON(step), "by": JSON(by), "reason": .string(reason)])
        case .book(let step, let by, let startsAt, let minutes, let place):
            (
                "book",
                [
                    "step": JSON(step), "by": JSON(by),
                    "startsAt": .string(startsAt.description),
                    "minutes": minutes.map { .integer($0) }, "place": place.map { .string($0) },
                ]
            )
        case .credit(let step, let on, let programme):
            ("credit", ["step": JSON(step), "on": JSON(on), "programme": JSON(programme)])
        case .moveAnchor(let anchor, let to, let reason):
            ("move-anchor", ["anchor": JSON(anchor), "to": JSON(to), "reason": .string(reason)])
        case .pause(let on, let reason):
            ("pause", ["on": JSON(on), "reason": .string(reason)])
        case .resume(let on): ("resume", ["on": JSON(on)])
        case .extend(let from, let by, let reason):
            ("extend", ["from": JSON(from), "by": by.json, "reason": .string(reason)])
        case .stop(let on, let reason):
            ("stop", ["on": JSON(on), "reason": .string(reason)])
        case .handOver(let role, let to, let reason):
            (
                "hand-over",
                ["role": JSON(role), "to": to.map { JSON($0) }, "reason": .string(reason)]
            )
        case .withdrawNotice(let identity, let because):
            (
                "withdraw-notice",
                ["identity": .string(identity), "because": .string(because.rawValue)]
            )
        case .tailor, .withdrawEdit, .changeFact, .completeEarly, .arrangeCover, .endCover:
            describedChange
        }
    }

    private var describedChange: (name: String, body: KeyValuePairs<String, JSON?>) {
        switch self {
        case .tailor(let change, let by, let approvedBy, let reason):
            (
                "tailor",
                [
                    "change": change.json, "by": JSON(by), "approvedBy": JSON(approvedBy),
                    "reason": .string(reason),
                ]
            )
        case .withdrawEdit(let number, let by, let reason):
            (
                "withdraw-edit",
                ["edit": .integer(number), "by": JSON(by), "reason": .string(reason)]
            )
        case .changeFact(let fact, let to, let reason):
            (
                "change-fact",
                ["fact": JSON(fact), "to": to?.json, "reason": .string(reason)]
            )
        case .completeEarly(let on, let reason):
            ("complete-early", ["on": JSON(on), "reason": .string(reason)])
        case .arrangeCover(let role, let by, let from, let until, let reason):
            (
                "arrange-cover",
                [
                    "role": JSON(role), "by": JSON(by), "from": JSON(from), "until": JSON(until),
                    "reason": .string(reason),
                ]
            )
        case .endCover(let role): ("end-cover", ["role": JSON(role)])
        case .wake, .sign, .settleDispute, .skip, .book, .credit, .moveAnchor, .pause, .resume,
            .extend, .stop, .handOver, .withdrawNotice:
            described
        }
    }
}
