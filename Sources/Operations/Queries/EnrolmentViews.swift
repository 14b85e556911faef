public import CivilCalendar
import Competence
public import Engine
import Storage

/// One enrolment as a page shows it to somebody who has a role in it.
public struct EnrolmentView: Sendable {
    public let id: EnrolmentID
    /// Which version of the programme it follows, counted from one.
    public let versionNumber: Int
    public let programme: Programme
    public let enrolment: Enrolment
    /// Every step with its dates, in the programme's order.
    public let steps: [StepExplanation]
    /// The names of everybody who has a role or has said something.
    public let names: [PersonID: String]
    /// The work addresses of those of them who have one.
    public internal(set) var addresses: [PersonID: String] = [:]
    private let mark = Mark()

    private final class Mark: Sendable {}

    /// The same enrolment with only some of its steps.
    func with(_ steps: [StepExplanation]) -> EnrolmentView {
        EnrolmentView(
            id: id, versionNumber: versionNumber, programme: programme, enrolment: enrolment,
            steps: steps, names: names, addresses: addresses)
    }

    /// Whether the other is this very view, so that what was made from it need not be made again.
    public func isSame(as other: EnrolmentView) -> Bool { mark === other.mark }

    /// The name of somebody who takes part.
    public func name(_ person: PersonID) -> String { names[person] ?? "" }

    /// The roles that somebody acts for, their own and those that they cover.
    public func roles(of person: PersonID) -> Set<RoleID> {
        Set(programme.roles.map(\.id).filter { holder($0) == person })
    }

    /// Who acts for a role.
    public func holder(_ role: RoleID) -> PersonID? { enrolment.holder(of: role, in: programme) }

    /// Whom a step waits for, each once, in the programme's order.
    public func awaited(_ step: StepExplanation) -> [(person: PersonID?, role: RoleID)] {
        var seen: Set<PersonID> = []
        return step.missingSigners.compactMap { role in
            guard let person = holder(role) else { return (nil, role) }
            return seen.insert(person).inserted ? (person, role) : nil
        }
    }

    /// Whether the step cannot go on without the person.
    public func waits(_ step: StepExplanation, for person: PersonID) -> Bool {
        guard enrolment.status == .running else { return false }
        switch step.status {
        case .open, .waiting: return awaited(step).contains { $0.person == person }
        case .disputed: return maySettle(step, person)
        case .planned, .done, .skipped, .cancelled, .notApplicable: return false
        }
    }

    /// Whether the person may say that the step was done or not.
    public func maySign(_ step: StepExplanation, _ person: PersonID) -> Bool {
        guard enrolment.status == .running, step.step.kind != .message else { return false }
        switch step.status {
        case .open, .waiting, .disputed: break
        case .planned, .done, .skipped, .cancelled, .notApplicable: return false
        }
        return (step.step.signers.roles + step.step.actors.roles).contains { holder($0) == person }
    }

    /// Whether the person may skip the step with a reason.
    public func maySkip(_ step: StepExplanation, _ person: PersonID) -> Bool {
        isOpenEnded(step) && step.step.skippableBy.contains { holder($0) == person }
    }

    /// Whether the person may agree a time for it.
    public func mayBook(_ step: StepExplanation, _ person: PersonID) -> Bool {
        isOpenEnded(step) && step.step.kind.isAppointment
            && step.step.participants.contains { holder($0) == person }
    }

    /// Whether the person may decide where the parties disagree.
    public func maySettle(_ step: StepExplanation, _ person: PersonID) -> Bool {
        guard enrolment.status == .running, step.status == .disputed else { return false }
        let entitled = step.step.accountable.roles + [.lineManager, .managersManager, .hr]
        return entitled.contains { enrolment.roles[$0] == person }
    }

    /// Whether the person may read what others answered: nobody does of an evaluation, and of a
    /// confidential talk those who were in it.
    public func maySeeAnswers(_ step: StepExplanation, _ person: PersonID) -> Bool {
        if step.step.isEvaluation { return false }
        let confidential = step.step.meeting?.isConfidential ?? false
        let roles =
            confidential
            ? step.step.actors.roles + step.step.signers.roles : step.step.participants
        return roles.contains { enrolment.roles[$0] == person }
    }

    private func isOpenEnded(_ step: StepExplanation) -> Bool {
        guard enrolment.status == .running else { return false }
        switch step.status {
        case .planned, .open, .waiting, .disputed: return true
        case .done, .skipped, .cancelled, .notApplicable: return false
        }
    }
}

/// A competence that somebody has, as their page shows it.
public struct CompetenceRow: Hashable, Sendable {
    public let title: LocalizedText
    /// What its level is called; nil where no framework knows it.
    public let level: LocalizedText?
    public let achievedOn: CivilDay
    public let validUntil: CivilDay?
}

extension Installation {
    /// A person, or nil where there is none of that id.
    public func person(_ id: PersonID) throws -> PersonCard? {
        try query { try $0.person(id) }
    }

    /// An enrolment as one who has a role in it sees it, or nil where the person has none.
    public func enrolmentView(
        _ id: EnrolmentID, for person: PersonID
    ) throws -> EnrolmentView? {
        try query { transaction in
            let holds = try transaction.connection.count(
                "SELECT count(*) FROM role_holder WHERE enrolment = ? AND person = ?",
                [.text(id.rawValue), .text(person.rawValue)])
            return holds > 0 ? try transaction.view(id) : nil
        }
    }

    /// The person's own enrolments: those under way first, then the newest.
    public func ownEnrolments(of person: PersonID) throws -> [EnrolmentView] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT id FROM enrolment WHERE participant = ?
                ORDER BY CASE status WHEN 'running' THEN 0 WHEN 'paused' THEN 1 ELSE 2 END,
                    started_on DESC, id LIMIT 12
                """, [.text(person.rawValue)]
            ) { EnrolmentID($0.text(0)) }.map { try transaction.keptView($0) }
        }
    }

    /// Those under way whom a person follows up, the most urgent dates first.
    ///
    /// - Parameter page: Counted from zero.
    /// - Returns: one page, and how many there are in all.
    public func followed(
        by person: PersonID, page: Int, pageSize: Int
    ) throws -> (views: [EnrolmentView], total: Int) {
        try query { transaction in
            let total = try transaction.connection.count(
                """
                SELECT count(DISTINCT e.id)
                FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                WHERE r.person = ? AND e.participant <> r.person
                    AND e.status IN ('running', 'paused')
                """, [.text(person.rawValue)])
            let ids = try transaction.connection.all(
                """
                SELECT e.id, min(coalesce(s.due_on, s.opens_on)) AS first
                FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                LEFT JOIN step s ON s.enrolment = e.id AND s.status IN ('open', 'waiting')
                WHERE r.person = ? AND e.participant <> r.person
                    AND e.status IN ('running', 'paused')
                GROUP BY e.id ORDER BY first NULLS LAST, e.id LIMIT ? OFFSET ?
                """,
                [.text(person.rawValue), SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { EnrolmentID($0.text(0)) }
            return (try ids.map { try transaction.view($0) }, total)
        }
    }

    /// What a person has shown that they can, the newest first.
    public func competences(of person: PersonID) throws -> [CompetenceRow] {
        try query { transaction in
            let shelf = try transaction.frameworkShelf()
            return try transaction.connection.all(
                """
                SELECT title, level, achieved_on, valid_until, competence FROM competence_entry e
                WHERE person = ? AND kind <> 'revoked' AND NOT EXISTS (
                    SELECT 1 FROM competence_entry r
                    WHERE r.person = e.person AND r.revokes = e.number)
                ORDER BY achieved_on DESC, number LIMIT 200
                """, [.text(person.rawValue)]
            ) { row -> CompetenceRow? in
                guard let day = CivilDay(row.text(2)) else { return nil }
                let ladder = shelf.ladder(of: CompetenceID(row.text(4)))
                let level = row.optionalText(1).flatMap { ladder?.level(LevelID($0))?.title }
                return CompetenceRow(
                    title: LocalizedText(storedTitle: row.text(0)), level: level,
                    achievedOn: day, validUntil: row.optionalText(3).flatMap { CivilDay($0) })
            }.compactMap { $0 }
        }
    }
}

extension Transaction {
    func view(_ id: EnrolmentID) throws -> EnrolmentView {
        let loaded = try store.load(id)
        return try view(loaded.enrolment, try version(loaded.version))
    }

    /// The same, once for a day and a state of the enrolment and of those who take part.
    func keptView(_ id: EnrolmentID) throws -> EnrolmentView {
        let eventCount = try connection.first(
            "SELECT event_count FROM enrolment WHERE id = ?", [.text(id.rawValue)]
        ) { $0.int(0) }
        guard let eventCount else { throw OperationError.noSuchEnrolment(id) }
        let state = KeptViews.State(eventCount: eventCount, day: civilNow.day)
        if let known = installation.views.view(id, state) {
            let people = try self.people(known.enrolment.everybody)
            if people.names == known.names, people.addresses == known.addresses { return known }
        }
        let view = try view(id)
        installation.views.keep(view, state)
        return view
    }

    /// An enrolment as it is or would be.
    ///
    /// - Parameter names: What people are called who are not registered yet.
    func view(
        _ enrolment: Enrolment, _ version: CompiledVersion, naming names: [PersonID: String] = [:]
    ) throws -> EnrolmentView {
        let plan = version.programme.plan(for: enrolment)
        let people = try people(enrolment.everybody, naming: names)
        var steps = enrolment.explained(by: plan, today: civilNow.day)
        for index in steps.indices {
            // A talk counts as held in time until its window closes, whatever its due day.
            if let window = steps[index].window, window.upperBound >= civilNow.day {
                steps[index].isOverdue = false
            }
        }
        return EnrolmentView(
            id: enrolment.id, versionNumber: version.number, programme: plan,
            enrolment: enrolment, steps: steps, names: people.names,
            addresses: people.addresses)
    }

    /// What people are called and their work addresses.
    private func people(
        _ people: Set<PersonID>, naming names: [PersonID: String] = [:]
    ) throws -> (names: [PersonID: String], addresses: [PersonID: String]) {
        var names = names
        var addresses: [PersonID: String] = [:]
        for person in people where names[person] == nil {
            let row = try connection.first(
                "SELECT name, email FROM person WHERE id = ?", [.text(person.rawValue)]
            ) { ($0.text(0), $0.optionalText(1)) }
            names[person] = row?.0
            addresses[person] = row?.1
        }
        return (names, addresses)
    }
}

extension Enrolment {
    /// Everybody who has a role in it or has said something.
    fileprivate var everybody: Set<PersonID> {
        var people = Set(roles.values)
        for cover in covers { people.insert(cover.person) }
        for edit in edits { people.formUnion([edit.by, edit.approvedBy]) }
        for record in steps.values {
            for signature in record.signatures { people.insert(signature.person) }
        }
        return people
    }
}
