public import CivilCalendar

/// Somebody who acts in another's role for a time.
public struct Cover: Hashable, Sendable {
    /// The number of the event that arranged it: its name within the enrolment.
    public var number: Int
    public var role: RoleID
    public var person: PersonID
    /// The first and the last day of the absence.
    public var from: CivilDay
    public var until: CivilDay
    public var hasBegun: Bool

    public init(
        number: Int, role: RoleID, person: PersonID, from: CivilDay, until: CivilDay,
        hasBegun: Bool = false
    ) {
        self.number = number
        self.role = role
        self.person = person
        self.from = from
        self.until = until
        self.hasBegun = hasBegun
    }
}

extension Enrolment {
    /// Those of the steps whose due day has passed: they are due on the day they come, no earlier.
    func late(_ indices: [Int], in plan: Programme, today: CivilDay) -> [StepID] {
        let dates = Timetable(plan, self)
        return indices.compactMap { index in
            guard let due = dates.due(index), !due.isProjected, due.day < today,
                !record(plan.steps[index].id).status.isSettled
            else { return nil }
            return plan.steps[index].id
        }
    }
}

// What becomes different about the person or about those around them.
extension Decision {
    /// Records another value of a fact; steps come and go by their conditions.
    mutating func changeFact(
        _ id: FactID, _ value: FactValue?, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        guard let fact = programme.fact(id) else { throw .unknownFact(id) }
        if let value, !fact.type.allows(value) { throw .valueNotAllowed(id) }
        if value == nil, fact.isRequired { throw .requiredFactsMissing([id]) }
        let old = enrolment.facts[id]
        if old == value { throw .alreadyThatValue(id) }
        let before = Set(programme.steps.indices.filter { programme.applies($0, enrolment.facts) })
        var facts = enrolment.facts
        facts[id] = value
        let new = programme.steps.indices.filter {
            programme.applies($0, facts) && !before.contains($0)
        }
        var after = enrolment
        after.facts = facts
        append(
            .factChanged(
                id, from: old, to: value, arrived: after.late(new, in: programme, today: today),
                on: today, reason: reason))
        cancelStrayInvitations()
    }

    /// Takes back the invitations to steps that the person's plan does not hold any more.
    mutating func cancelStrayInvitations() {
        let stray = enrolment.steps.keys.sorted().filter { id in
            guard let record = enrolment.steps[id], record.invitation != nil,
                !record.status.isSettled
            else { return false }
            return !applies(id)
        }
        for id in stray { cancelInvitation(id, enrolment.record(id)) }
    }

    /// Ends the programme before its time, as completed.
    mutating func completeEarly(_ day: CivilDay, _ reason: String) throws(Refusal) {
        try requireAlive()
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if day > today { throw .dayInTheFuture(day) }
        cancelAllInvitations()
        append(.completedEarly(on: day, reason: reason))
    }

    /// Has somebody act in a role while its holder is away.
    mutating func arrangeCover(
        _ role: RoleID, _ person: PersonID, _ from: CivilDay, _ until: CivilDay, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        if programme.role(role) == nil { throw .unknownRole(role) }
        if role == .participant { throw .participantCannotBeReplaced }
        guard let holder = enrolment.roles[role] else { throw .roleIsEmpty(role) }
        if holder == person { throw .alreadyThatPerson(role) }
        if person == enrolment.roles[.participant] { throw .coversThemselves }
        if until < from { throw .endsBeforeItBegins(from, until) }
        if until < today { throw .dayInThePast(until) }
        if let other = enrolment.covers.first(where: {
            $0.role == role && $0.from <= until && from <= $0.until
        }) {
            throw .alreadyCovered(role, from: other.from, until: other.until)
        }
        append(
            .coverArranged(
                Cover(
                    number: enrolment.eventCount + 1, role: role, person: person, from: from,
                    until: until), reason: reason))
    }

    /// The holder of a role is back before the time, or the cover is not needed after all.
    mutating func endCover(_ role: RoleID) throws(Refusal) {
        try requireAlive()
        guard
            let cover = enrolment.covers.first(where: { $0.role == role && $0.hasBegun })
                ?? enrolment.covers.first(where: { $0.role == role })
        else { throw .notCovered(role) }
        append(.coverEnded(cover, on: today))
    }
}
