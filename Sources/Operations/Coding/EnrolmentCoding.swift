import CivilCalendar
import Engine
import JSONText

// The stored state of an enrolment: the fold of its events, kept so that nothing on the hot path
// reads history. `verify` compares the two.
extension Enrolment {
    /// The state without the records of the steps that have rows of their own.
    func json(except isInRow: (StepID) -> Bool) -> JSON {
        let records = steps.filter { !isInRow($0.key) }
        return .object([
            "status": .string(status.rawValue),
            "enrolledOn": JSON(enrolledOn),
            "roles": sortedObject(roles) { JSON($0) },
            "anchors": sortedObject(anchors) { JSON($0) },
            "facts": sortedObject(facts) { $0.json },
            "steps": records.isEmpty ? nil : sortedObject(records) { $0.json },
            "delays": delays.isEmpty ? nil : .array(delays.map(\.json)),
            "pausedOn": pausedOn.map { JSON($0) },
            "missedRoles": missedRoles.isEmpty
                ? nil : .array(missedRoles.sorted().map { JSON($0) }),
            "milestones": milestones.isEmpty
                ? nil : .array(milestones.sorted().map { .string($0) }),
            "edits": edits.isEmpty ? nil : .array(edits.map(\.json)),
            "covers": covers.isEmpty ? nil : .array(covers.map(\.json)),
        ])
    }

    /// Whether the other is the same in everything but its steps and the number of its events.
    func hasSameFrame(as other: Enrolment) -> Bool {
        status == other.status && enrolledOn == other.enrolledOn && roles == other.roles
            && anchors == other.anchors && facts == other.facts && delays == other.delays
            && pausedOn == other.pausedOn && missedRoles == other.missedRoles
            && milestones == other.milestones && edits == other.edits && covers == other.covers
    }

    /// - Parameter eventCount: how many events the state is the fold of.
    init(id: EnrolmentID, _ json: JSON, eventCount: Int) throws {
        guard let status = EnrolmentStatus(rawValue: try json.needString("status")) else {
            throw DamagedDocument(what: "status")
        }
        self.init(
            id: id, status: status,
            roles: try dictionary(try json.need("roles")) { PersonID(try $0.asString()) },
            anchors: try dictionary(try json.need("anchors")) { try $0.asDay() },
            facts: try dictionary(try json.need("facts")) { try FactValue($0) },
            enrolledOn: try json.needDay("enrolledOn"))
        steps = try json["steps"].map { try dictionary($0) { try StepRecord($0) } } ?? [:]
        delays = try json["delays"]?.array.map { try Delay($0) } ?? []
        pausedOn = try json.day("pausedOn")
        missedRoles = Set(
            (json["missedRoles"]?.array ?? []).compactMap(\.string).map { RoleID($0) })
        milestones = Set((json["milestones"]?.array ?? []).compactMap(\.string))
        edits = try json["edits"]?.array.map { try PlanEdit($0) } ?? []
        covers = try json["covers"]?.array.map { try Cover($0) } ?? []
        self.eventCount = eventCount
    }

    /// The state that a history folds to.
    init(id: EnrolmentID, replaying events: [Event]) {
        self.init(
            id: id, roles: [:], anchors: [:], facts: [:], enrolledOn: CivilDay(number: 0))
        for event in events { evolve(event) }
    }
}

extension StepRecord {
    var json: JSON {
        .object([
            "status": .string(status.rawValue),
            "openedOn": openedOn.map { JSON($0) },
            "arrivedOn": arrivedOn.map { JSON($0) },
            "signatures": signatures.isEmpty ? nil : .array(signatures.map(\.json)),
            "settledOn": settledOn.map { JSON($0) },
            "reason": reason.map { .string($0) },
            "fired": fired.isEmpty ? nil : .array(fired.sorted().map { .string($0) }),
            "rungs": rungs == 0 ? nil : .integer(rungs),
            "lastRungOn": lastRungOn.map { JSON($0) },
            "windowHasClosed": windowHasClosed ? true : nil,
            "invitation": invitation?.json,
            "lastSequence": lastSequence < 0 ? nil : .integer(lastSequence),
            "calendarID": calendarID.map { JSON($0) },
        ])
    }

    init(_ json: JSON) throws {
        self.init()
        guard let status = StepStatus(rawValue: try json.needString("status")) else {
            throw DamagedDocument(what: "step status")
        }
        self.status = status
        openedOn = try json.day("openedOn")
        arrivedOn = try json.day("arrivedOn")
        signatures = try json["signatures"]?.array.map { try Signature($0) } ?? []
        settledOn = try json.day("settledOn")
        reason = json["reason"]?.string
        fired = Set((json["fired"]?.array ?? []).compactMap(\.string))
        rungs = json["rungs"]?.integer ?? 0
        lastRungOn = try json.day("lastRungOn")
        windowHasClosed = json["windowHasClosed"]?.bool ?? false
        invitation = try json["invitation"].map { try Invitation($0) }
        lastSequence = json["lastSequence"]?.integer ?? -1
        calendarID = json["calendarID"]?.string.map { StepID($0) }
    }
}

extension Notice {
    var json: JSON {
        .object([
            "identity": .string(identity), "kind": .string(kind.rawValue),
            "recipient": JSON(recipient), "role": JSON(role), "step": step.map { JSON($0) },
            "sendAt": .string(sendAt.description), "rung": rung.map { .integer($0) },
            "invitation": invitation?.json,
            "day": day.map { JSON($0) }, "reason": reason.map { .string($0) },
            "otherPerson": otherPerson.map { JSON($0) },
            "subjectRole": subjectRole.map { JSON($0) }, "title": title?.json,
            "lines": lines.isEmpty ? nil : .array(lines.map(\.json)),
        ])
    }

    init(_ json: JSON) throws {
        guard let kind = NoticeKind(rawValue: try json.needString("kind")) else {
            throw DamagedDocument(what: "kind")
        }
        self.init(
            identity: try json.needString("identity"), kind: kind,
            recipient: try json.identifier("recipient"), role: try json.identifier("role"),
            step: json["step"]?.string.map { StepID($0) }, sendAt: try json.needMoment("sendAt"))
        rung = json["rung"]?.integer
        invitation = try json["invitation"].map { try Invitation($0) }
        day = try json.day("day")
        reason = json["reason"]?.string
        otherPerson = json["otherPerson"]?.string.map { PersonID($0) }
        subjectRole = json["subjectRole"]?.string.map { RoleID($0) }
        title = try json["title"].map { try LocalizedText($0) }
        lines = try json["lines"]?.array.map { try PlanLine($0) } ?? []
    }
}
