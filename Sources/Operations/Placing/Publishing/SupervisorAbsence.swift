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
    /// The first week that counts: what is past is not changed by it.
    public let firstWeek: String
    public let lastWeek: String
    public let placesBefore: Int
    public let placesAfter: Int
    public let losses: [AbsenceImpact.Loss]
    public let students: [Student]
    /// Whether it has been written down.
    public let isKnown: Bool
    /// Whether it was asked about from an earlier week than the first that counts.
    public let isPartlyPast: Bool
    /// Whether its last week is past, so that it endangers nothing any more.
    public let isOver: Bool
}

extension Installation {
    /// - Throws: `OperationError.noSuchRound` for whoever may not say that a supervisor is away:
    ///   the supervisor, whoever leads the ward, and the round's coordinator may.
    public func checkMayReport(
        _ supervisor: String, in round: String, by person: PersonID
    ) throws {
        try query { try $0.checkMayReport(supervisor, round, person) }
    }

    /// What it would endanger if a supervisor were away in some weeks. What has been counts for
    /// nothing: an absence that begins earlier counts from this week. Changes nothing.
    ///
    /// - Throws: `OperationError.noSuchRound` for whoever may not say so. `.invalid` for weeks that
    ///   are none, that are past, or in which the supervisor is known to be away already.
    public func absence(
        of supervisor: String, in round: String, from first: String, to last: String,
        for person: PersonID
    ) throws -> AbsenceView {
        try query { transaction in
            try transaction.checkMayReport(supervisor, round, person)
            return try transaction.absence(
                supervisor, transaction.placementRound(round), first, last)
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
                WHERE round = ? AND last_week >= ?
                ORDER BY recorded_at DESC, supervisor, first_week LIMIT 50
                """, [.text(round.id), .text(transaction.placementWeek)]
            ) { ($0.text(0), $0.text(1), $0.text(2)) }
            return try known.map { try transaction.absence($0.0, round, $0.1, $0.2) }
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
    func checkMayReport(_ supervisor: String, _ round: String, _ person: PersonID) throws {
        let found = try connection.first(
            """
            SELECT v.person, coalesce(w.unit, i.unit) FROM placement_supervisor v
            JOIN placement_ward w ON w.round = v.round AND w.id = v.ward
            JOIN placement_institution i ON i.round = v.round AND i.id = w.institution
            WHERE v.round = ? AND v.id = ?
            """, [.text(round), .text(supervisor)]
        ) { ($0.optionalText(0).map { PersonID($0) }, $0.optionalText(1)) }
        guard let (own, unit) = found else { throw OperationError.noSuchRound(round) }
        if own == person { return }
        if try placementRound(round, for: person) != nil { return }
        let leader = try unit.flatMap { try RoleResolver(connection).leader(of: $0) }
        if leader != person { throw OperationError.noSuchRound(round) }
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

    func absence(
        _ supervisor: String, _ round: PlacementRound, _ first: String, _ last: String
    ) throws -> AbsenceView {
        let asked = try weeks(first, last)
        var contents = try ward(of: supervisor, in: round)
        func isWritten(from week: String) -> Bool {
            contents.absences.contains {
                $0.supervisor == supervisor && $0.firstWeek == week && $0.lastWeek == last
            }
        }
        let today = placementWeek
        let from = max(first, today)
        let own = isWritten(from: first) ? first : from
        let isKnown = isWritten(from: own)
        if last < today, !isKnown {
            throw OperationError.invalid(field: "last", problem: .weeksOver)
        }
        // ISO weeks with their year are in order as texts.
        if !isKnown,
            let other = contents.absences.first(where: {
                $0.supervisor == supervisor && $0.firstWeek <= last && from <= $0.lastWeek
            })
        {
            throw OperationError.invalid(
                field: "first",
                problem: .awayAlready(from: other.firstWeek, to: other.lastWeek))
        }
        // It is measured against the others, not against itself.
        contents.absences.removeAll {
            $0.lastWeek < today || $0.supervisor == supervisor && $0.firstWeek == own
        }
        let isOver = last < today
        let counted = isOver ? asked : try weeks(from, last)
        let assignments = try contents.wards.first.map {
            try self.assignments(ofRound: round.id, at: $0.id)
        } ?? []
        var impact: AbsenceImpact
        do throws(PlacementFault) {
            impact = try AbsenceImpact(
                supervisor, weeks: counted, in: contents.supply(),
                placed: AbsenceImpact.Placed(
                    assignments.map(\.place),
                    students: contents.students.map {
                        AbsenceImpact.Placed.Student(
                            id: $0.id, school: $0.school, profession: $0.profession,
                            year: $0.year)
                    }, pairSharesGroup: round.rules["pair_same_group"]?.bool ?? true))
        } catch {
            throw OperationError.invalid(field: "supervisor", problem: .placement(error))
        }
        if isOver {
            impact.losses = []
            impact.students = []
        }
        return try view(
            impact, contents, assignments, weeks: (own, last), isKnown: isKnown,
            isPartlyPast: first < from)
    }

    /// What is said of a supervisor's ward, with the students who are there: an absence changes
    /// nothing elsewhere.
    private func ward(
        of supervisor: String, in round: PlacementRound
    ) throws -> RoundContents {
        let ward = try connection.first(
            "SELECT ward FROM placement_supervisor WHERE round = ? AND id = ?",
            [.text(round.id), .text(supervisor)]
        ) { $0.text(0) }
        var contents = try RoundContents(
            round,
            places: RoundReader(
                round: round.id, transaction: self, places: [ward].compactMap { $0 }))
        contents.students = try connection.all(
            """
            SELECT \(RoundStudent.columns) FROM placement_student
            WHERE round = ? AND id IN (SELECT student FROM placement_assignment
                WHERE round = ? AND ward = ? AND ended_at IS NULL) ORDER BY id
            """, [.text(round.id), .text(round.id), SQLValue(ward)], RoundStudent.init)
        return contents
    }

    private func view(
        _ impact: AbsenceImpact, _ contents: RoundContents, _ assignments: [RoundAssignment],
        weeks: (first: String, last: String), isKnown: Bool, isPartlyPast: Bool
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
            isKnown: isKnown, isPartlyPast: isPartlyPast, isOver: weeks.last < placementWeek)
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
            supervisor, placementRound(round), first, last)
        if view.isKnown { return }
        try connection.run(
            """
            INSERT INTO placement_absence
                (round, supervisor, first_week, last_week, recorded_at, recorded_by)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(round), .text(supervisor), .text(view.firstWeek), .text(last),
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
        let followUp = Self.followUp(
            try version(loaded.version).programme, roles, besides: leader)
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
        _ programme: Programme, _ roles: [RoleID: PersonID], besides leader: PersonID
    ) -> (reminders: [Reminder], escalation: [EscalationRung]) {
        if let plan = programme.step("absence-plan"), !plan.escalation.isEmpty {
            return (plan.reminders, plan.escalation)
        }
        let above: [RoleID] = ["coordinator", .managersManager, .hr]
        let told = above.first { programme.role($0) != nil && roles[$0] != leader }
        return (
            [Reminder(.zero)],
            told.map { [EscalationRung(grace: Offset(workingDays: 1), to: [$0])] } ?? []
        )
    }
}
