import CivilCalendar
public import Engine
import JSONText
public import Placements
import Storage
import Wording

/// What a supervisor's absence endangers, with people's names.
public struct AbsenceView: Sendable {
    /// A student who would have nobody, and somebody at the ward who can take over.
    public struct Student: Sendable {
        public let name: String
        public let period: String
        public let cover: String?
        public let enrolment: EnrolmentID?
        /// The leader's step in the student's programme, once the absence is known.
        public let step: StepID?
        public let isPlanned: Bool
        /// Who leads the ward, and makes the plan.
        public let leader: PersonID?
    }

    public let supervisor: String
    public let name: String
    public let ward: String
    public let firstWeek: String
    public let lastWeek: String
    public let placesBefore: Int
    public let placesAfter: Int
    public let losses: [AbsenceImpact.Loss]
    public let students: [Student]
    /// Whether it has been written down.
    public let isKnown: Bool
}

extension Installation {
    /// What it would endanger if a supervisor were away in some weeks. Changes nothing.
    ///
    /// - Throws: `OperationError.noSuchRound` for whoever may not say so: the supervisor, whoever
    ///   leads the ward, and the round's coordinator may. `.invalid` for weeks that are none.
    public func absence(
        of supervisor: String, in round: String, from first: String, to last: String,
        for person: PersonID
    ) throws -> AbsenceView {
        try query { transaction in
            try transaction.checkMayReport(supervisor, round, person)
            let contents = try RoundContents(
                transaction.placementRound(round), transaction.connection)
            return try transaction.absence(supervisor, contents, first, last)
        }
    }

    /// Writes an absence down and starts the plan for it, which is the leader's duty: a step of
    /// their own in the programme of each student who is endangered.
    public func reportAbsence(
        of supervisor: String, in round: String, from first: String, to last: String,
        by person: PersonID, key: String? = nil
    ) async throws {
        _ = try await transact { transaction in
            try transaction.once(
                key, fingerprint: "absence \(round) \(supervisor) \(first) \(last)"
            ) {
                try transaction.report(supervisor, round, first, last, person)
                return ""
            }
        }
        wakeUps.ring()
    }

    /// The absences of a round's supervisors that lie ahead or go on, with what they endanger.
    public func absences(of round: PlacementRound) throws -> [AbsenceView] {
        try query { transaction in
            let known = try transaction.connection.all(
                """
                SELECT supervisor, first_week, last_week FROM placement_absence
                WHERE round = ? ORDER BY recorded_at DESC, supervisor, first_week LIMIT 50
                """, [.text(round.id)]
            ) { ($0.text(0), $0.text(1), $0.text(2)) }
            if known.isEmpty { return [] }
            // What they are all measured against is read once.
            let contents = try RoundContents(round, transaction.connection)
            return try known.map { try transaction.absence($0.0, contents, $0.1, $0.2) }
        }
    }

    /// The supervisors of a round by name, a page at a time, and how many there are in all.
    public func supervisors(
        of round: PlacementRound, page: Int, pageSize: Int
    ) throws -> (rows: [RoundSupervisor], count: Int) {
        try query { transaction in
            let count = try transaction.connection.count(
                "SELECT count(*) FROM placement_supervisor WHERE round = ?", [.text(round.id)])
            let rows = try transaction.connection.all(
                """
                SELECT \(RoundSupervisor.columns) FROM placement_supervisor
                WHERE round = ? ORDER BY name, id LIMIT ? OFFSET ?
                """, [.text(round.id), SQLValue(pageSize), SQLValue(page * pageSize)],
                RoundSupervisor.init)
            return (rows, count)
        }
    }
}

extension Transaction {
    fileprivate func checkMayReport(
        _ supervisor: String, _ round: String, _ person: PersonID
    ) throws {
        if try placementRound(round, for: person) != nil { return }
        let isOwn = try connection.count(
            """
            SELECT count(*) FROM placement_supervisor v
            JOIN placement_ward w ON w.round = v.round AND w.id = v.ward
            JOIN placement_institution i ON i.round = v.round AND i.id = w.institution
            LEFT JOIN org_unit u ON u.id = coalesce(w.unit, i.unit)
            WHERE v.round = ? AND v.id = ? AND (v.person = ? OR u.manager = ?)
            """,
            [
                .text(round), .text(supervisor), .text(person.rawValue), .text(person.rawValue),
            ])
        if isOwn == 0 { throw OperationError.noSuchRound(round) }
    }

    fileprivate func weeks(_ first: String, _ last: String) throws -> ClosedRange<PlacementWeek> {
        guard let from = PlacementWeek(first) else {
            throw OperationError.invalid(field: "from", problem: .notAWeek)
        }
        guard let to = PlacementWeek(last), from <= to else {
            throw OperationError.invalid(field: "to", problem: .weekBeforeFirst)
        }
        return from...to
    }

    fileprivate func absence(
        _ supervisor: String, _ known: RoundContents, _ first: String, _ last: String
    ) throws -> AbsenceView {
        let weeks = try weeks(first, last)
        var contents = known
        let round = known.round.id
        let isKnown = contents.absences.contains {
            $0.supervisor == supervisor && $0.firstWeek == first && $0.lastWeek == last
        }
        // It is measured against the others, not against itself.
        contents.absences.removeAll { $0.supervisor == supervisor && $0.firstWeek == first }
        let assignments = try assignments(ofRound: round)
        let impact: AbsenceImpact
        do throws(PlacementFault) {
            let instance = try contents.instance()
            impact = try AbsenceImpact(
                supervisor, weeks: weeks, in: contents.supply(),
                placed: (
                    PlacementAllocation(
                        instance: round,
                        assignments: assignments.map {
                            PlacementAllocation.Assignment(
                                student: $0.student, ward: $0.ward, period: $0.period,
                                supervisor: $0.supervisor)
                        }), instance
                ))
        } catch {
            throw OperationError.invalid(field: "supervisor", problem: .placement(error))
        }
        return try view(
            impact, contents, assignments, weeks: (first, last), isKnown: isKnown)
    }

    private func view(
        _ impact: AbsenceImpact, _ contents: RoundContents, _ assignments: [RoundAssignment],
        weeks: (first: String, last: String), isKnown: Bool
    ) throws -> AbsenceView {
        let names = Dictionary(uniqueKeysWithValues: contents.students.map { ($0.id, $0.name) })
        let supervisors = Dictionary(
            uniqueKeysWithValues: contents.supervisors.map { ($0.id, $0.name) })
        let place = Dictionary(uniqueKeysWithValues: assignments.map { ($0.student, $0) })
        let ward = contents.wards.first { $0.id == impact.ward }
        let institution = contents.institutions.first { $0.id == ward?.institution }
        let students = try impact.students.map { each in
            let enrolment = place[each.student]?.enrolment
            let roles = try enrolment.map { try store.load($0).enrolment.roles }
            let step = try enrolment.flatMap {
                try plannedStep(impact.supervisor, contents.round.id, weeks.first, $0)
            }
            return AbsenceView.Student(
                name: names[each.student] ?? each.student, period: each.period,
                cover: each.cover.map { supervisors[$0] ?? $0 }, enrolment: enrolment,
                step: step?.id, isPlanned: step?.isSettled ?? false,
                leader: roles?[.lineManager])
        }
        return AbsenceView(
            supervisor: impact.supervisor,
            name: supervisors[impact.supervisor] ?? impact.supervisor,
            ward: [institution?.name, ward?.name].compactMap { $0 }.joined(separator: ", "),
            firstWeek: weeks.first, lastWeek: weeks.last, placesBefore: impact.placesBefore,
            placesAfter: impact.placesAfter, losses: impact.losses, students: students,
            isKnown: isKnown)
    }

    private func plannedStep(
        _ supervisor: String, _ round: String, _ first: String, _ enrolment: EnrolmentID
    ) throws -> (id: StepID, isSettled: Bool)? {
        try connection.first(
            """
            SELECT c.step, s.status FROM placement_cover c
            LEFT JOIN step s ON s.enrolment = c.enrolment AND s.step = c.step
            WHERE c.round = ? AND c.supervisor = ? AND c.first_week = ? AND c.enrolment = ?
            """,
            [.text(round), .text(supervisor), .text(first), .text(enrolment.rawValue)]
        ) { row in
            let status = row.optionalText(1).flatMap { StepStatus(rawValue: $0) }
            return (StepID(row.text(0)), status?.isSettled ?? true)
        }
    }

    // MARK: - Writing it down

    fileprivate func report(
        _ supervisor: String, _ round: String, _ first: String, _ last: String, _ person: PersonID
    ) throws {
        try checkMayReport(supervisor, round, person)
        let view = try absence(
            supervisor, RoundContents(placementRound(round), connection), first, last)
        if view.isKnown { return }
        try connection.run(
            """
            INSERT INTO placement_absence
                (round, supervisor, first_week, last_week, recorded_at, recorded_by)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (round, supervisor, first_week) DO UPDATE SET
                last_week = excluded.last_week, recorded_at = excluded.recorded_at,
                recorded_by = excluded.recorded_by
            """,
            [
                .text(round), .text(supervisor), .text(first), .text(last),
                .integer(now.milliseconds), .text(person.rawValue),
            ])
        for student in view.students where student.step == nil {
            try startPlan(view, student, round, by: person)
        }
    }

    /// The leader's own step in an endangered student's programme: the engine opens it, reminds of
    /// it and tells whoever is above when it is not done.
    private func startPlan(
        _ view: AbsenceView, _ student: AbsenceView.Student, _ round: String, by person: PersonID
    ) throws {
        guard let id = student.enrolment else { return }
        let loaded = try store.load(id)
        let roles = loaded.enrolment.roles
        let leaders: [RoleID] = [.lineManager, .managersManager, .hr]
        guard loaded.enrolment.status == .running,
            let role = leaders.first(where: { roles[$0] != nil }), let leader = roles[role]
        else { return }
        let values = [
            "supervisor": view.name, "student": student.name, "from": view.firstWeek,
            "to": view.lastWeek, "cover": student.cover ?? "",
        ]
        func texts(_ key: String) -> LocalizedText {
            LocalizedText(
                Dictionary(
                    uniqueKeysWithValues: Language.shipped.map {
                        ($0, Wording(language: $0).text(key, values))
                    }))
        }
        let calendar = WorkingCalendar()
        let soon = calendar.adding(workingDays: 2, to: civilNow.day)
        let followUp = Self.followUp(try version(loaded.version).programme, besides: role)
        let step = OwnStep(
            title: texts("placed-cover-title"),
            text: texts(student.cover == nil ? "placed-cover-nobody" : "placed-cover-somebody"),
            actors: [role], opens: civilNow.day, due: soon, reminders: followUp.reminders,
            escalation: followUp.escalation)
        let decision = try perform(
            .tailor(
                .add(step, after: nil), by: leader, approvedBy: leader,
                reason: texts("placed-cover-reason").text(in: try needPerson(leader).language)),
            on: id, by: .person(person))
        guard let own = decision.enrolment.edits.last?.change.ownStep else { return }
        try connection.run(
            """
            INSERT INTO placement_cover (round, supervisor, first_week, enrolment, step)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                .text(round), .text(view.supervisor), .text(view.firstWeek), .text(id.rawValue),
                .text(own.id.rawValue),
            ])
    }

    /// How the leader is reminded, and who is told when nothing comes of it: as the programme says
    /// of the leader's plan for absences, or else at once and by whoever is there to be told.
    private static func followUp(
        _ programme: Programme, besides leader: RoleID
    ) -> (reminders: [Reminder], escalation: [EscalationRung]) {
        if let plan = programme.step("absence-plan"), !plan.escalation.isEmpty {
            return (plan.reminders, plan.escalation)
        }
        let above: [RoleID] = ["coordinator", .managersManager, .hr]
        let told = above.first { $0 != leader && programme.role($0) != nil }
        return (
            [Reminder(.zero)],
            told.map { [EscalationRung(grace: Offset(workingDays: 1), to: [$0])] } ?? []
        )
    }
}
