public import CivilCalendar
import Engine
import Storage

// How answers are kept.
extension Transaction {
    func asked(_ enrolment: EnrolmentID, of person: PersonID) throws -> [AskedRound] {
        let asks = try connection.all(
            """
            SELECT \(PlacementAsk.columns) FROM placement_ask k
            WHERE k.enrolment = ? AND k.person = ? ORDER BY k.asked_at, k.round
            """, [.text(enrolment.rawValue), .text(person.rawValue)], PlacementAsk.init)
        return try asks.map { ask in
            let round = try placementRound(ask.round)
            let places = try theirs(ask)
            let unit = try connection.first(
                """
                SELECT u.name, p.name FROM org_unit u
                LEFT JOIN unit_function f ON f.unit = u.id AND f.function = 'placement-coordinator'
                LEFT JOIN person p ON p.id = f.person WHERE u.id = ?
                """, [.text(round.unit)]
            ) { ($0.text(0), $0.optionalText(1)) }
            return AskedRound(
                ask: ask,
                contents: try RoundContents(
                    round,
                    places: RoundReader(round: round.id, transaction: self, places: places)),
                coordinator: unit?.1, places: places, unitName: unit?.0 ?? round.unit,
                due: try due(enrolment), professions: try connection.all(
                    """
                    SELECT profession FROM placement_offer WHERE round = ?
                    UNION SELECT profession FROM placement_supervisor WHERE round = ?
                    UNION SELECT profession FROM placement_need WHERE round = ? ORDER BY 1
                    """, Array(repeating: .text(round.id), count: 3)
                ) { $0.text(0) })
        }
    }

    /// The day that the reminders of a question name: on a working day.
    private func due(_ enrolment: EnrolmentID) throws -> CivilDay? {
        let loaded = try store.load(enrolment)
        guard loaded.enrolment.status == .running else { return nil }
        let plan = try version(loaded.version).programme.plan(for: loaded.enrolment)
        return plan.steps.firstIndex { $0.id == AskKind.step }.flatMap {
            Timetable(plan, loaded.enrolment).due($0)?.day
        }
    }

    /// The wards or schools that somebody who was asked answers for.
    private func theirs(_ ask: PlacementAsk) throws -> [String] {
        switch ask.kind {
        case .needs:
            try connection.all(
                "SELECT id FROM placement_school WHERE round = ? AND contact = ? ORDER BY id",
                [.text(ask.round), .text(ask.person.rawValue)]
            ) { $0.text(0) }
        case .offers:
            try connection.all(
                """
                SELECT w.id FROM placement_ward w
                JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
                WHERE w.round = ? AND coalesce(w.contact, i.contact) = ? ORDER BY i.id, w.id
                """, [.text(ask.round), .text(ask.person.rawValue)]
            ) { $0.text(0) }
        }
    }

    func needAsked(
        _ round: String, _ enrolment: EnrolmentID, _ person: PersonID, _ kind: AskKind
    ) throws -> AskedRound {
        let asked = try asked(enrolment, of: person)
            .first { $0.ask.round == round && $0.ask.kind == kind }
        guard let asked else { throw OperationError.noSuchRound(round) }
        return asked
    }

    func keep(_ answer: WardAnswer, _ asked: AskedRound, by person: PersonID) throws {
        let contents = asked.contents
        guard let ward = contents.wards.first(where: { $0.id == answer.ward }) else {
            throw OperationError.invalid(field: "ward", problem: .unknown(answer.ward))
        }
        guard asked.isOpen(ward, on: civilNow.day) else {
            throw OperationError.invalid(field: "ward", problem: .closed)
        }
        if let text = answer.obstacleText, text.count > Installation.longestObstacle {
            throw OperationError.invalid(
                field: "obstacle-text", problem: .tooLong(limit: Installation.longestObstacle))
        }
        for (cell, places) in answer.places.sorted(by: { $0.key < $1.key }) {
            try check(cell, places, contents)
            let known = contents.offers.first {
                $0.ward == ward.id && $0.profession == cell.profession && $0.year == cell.year
                    && $0.period == cell.period
            }
            if known?.places == places || known == nil && places == 0 { continue }
            guard let period = contents.periods.first(where: { $0.id == cell.period }),
                asked.isOpen(ward, period, on: civilNow.day)
            else { throw OperationError.invalid(field: cell.period, problem: .closed) }
            try connection.run(
                """
                INSERT INTO placement_offer (round, ward, profession, year, period, places,
                    answered_at, answered_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (round, ward, profession, year, period) DO UPDATE SET
                    places = excluded.places, answered_at = excluded.answered_at,
                    answered_by = excluded.answered_by
                """,
                [
                    .text(contents.round.id), .text(ward.id), .text(cell.profession),
                    SQLValue(cell.year), .text(cell.period), SQLValue(places),
                    .integer(now.milliseconds), .text(person.rawValue),
                ])
        }
        try connection.run(
            """
            UPDATE placement_ward SET obstacle = ?, obstacle_text = ?, answered_at = ?,
                answered_by = ?
            WHERE round = ? AND id = ?
            """,
            [
                SQLValue(answer.obstacle?.rawValue), SQLValue(answer.obstacleText),
                .integer(now.milliseconds), .text(person.rawValue), .text(contents.round.id),
                .text(ward.id),
            ])
    }

    func keep(_ answer: SchoolAnswer, _ asked: AskedRound, by person: PersonID) throws {
        let contents = asked.contents
        guard let school = contents.schools.first(where: { $0.id == answer.school }) else {
            throw OperationError.invalid(field: "school", problem: .unknown(answer.school))
        }
        guard asked.isOpen(school, on: civilNow.day) else {
            throw OperationError.invalid(field: answer.school, problem: .closed)
        }
        for (cell, count) in answer.counts.sorted(by: { $0.key < $1.key }) {
            try check(cell, count, contents)
            try connection.run(
                """
                INSERT INTO placement_need (round, school, profession, year, period, count)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (round, school, profession, year, period) DO UPDATE SET
                    count = excluded.count
                """,
                [
                    .text(contents.round.id), .text(school.id), .text(cell.profession),
                    SQLValue(cell.year), .text(cell.period), SQLValue(count),
                ])
        }
        try connection.run(
            """
            UPDATE placement_school SET answered_at = ?, answered_by = ?
            WHERE round = ? AND id = ?
            """,
            [
                .integer(now.milliseconds), .text(person.rawValue), .text(contents.round.id),
                .text(school.id),
            ])
    }

    private func check(_ cell: WardAnswer.Cell, _ count: Int, _ contents: RoundContents) throws {
        guard (0...Installation.mostPlaces).contains(count) else {
            throw OperationError.invalid(
                field: cell.name, problem: .notBetween(0, Installation.mostPlaces))
        }
        guard (1...10).contains(cell.year), !cell.profession.isEmpty,
            contents.periods.contains(where: { $0.id == cell.period })
        else { throw OperationError.invalid(field: cell.name, problem: .unknown(cell.name)) }
    }

    /// Completes the question's step when everything that its person was asked is answered.
    func settle(_ asked: AskedRound) throws {
        let ask = asked.ask
        let open = try self.asked(ask.enrolment, of: ask.person)
        for one in open where one.isAnswered {
            try connection.run(
                """
                UPDATE placement_ask SET answered_at = ?
                WHERE round = ? AND kind = ? AND person = ? AND answered_at IS NULL
                """,
                [
                    .integer(now.milliseconds), .text(one.ask.round),
                    .text(one.ask.kind.rawValue), .text(one.ask.person.rawValue),
                ])
        }
        let loaded = try store.load(ask.enrolment)
        let status = loaded.enrolment.record(AskKind.step).status
        let day = civilNow.day
        if open.contains(where: { $0.isOpenToAnswer(on: day) }) || status.isSettled
            || loaded.enrolment.status != .running
        {
            return
        }
        try perform(
            .sign(AskKind.step, by: ask.person, affirms: true, on: civilNow.day),
            on: ask.enrolment, by: .person(ask.person))
    }
}

extension AskedRound {
    /// Whether everything of it has been answered.
    public var isAnswered: Bool {
        switch ask.kind {
        case .needs: contents.schools.allSatisfy { $0.answeredAt != nil }
        case .offers: contents.wards.allSatisfy { $0.answeredAt != nil }
        }
    }

    /// Whether something of it has not been answered, and still can be.
    public func isOpenToAnswer(on day: CivilDay) -> Bool {
        !isAnswered && contents.round.takesAnswers(ask.kind, on: day)
    }
}

extension WardAnswer.Cell: Comparable {
    /// By period, profession and year.
    public static func < (a: Self, b: Self) -> Bool {
        (a.period, a.profession, a.year) < (b.period, b.profession, b.year)
    }

    /// How a form's field names it.
    public var name: String { "\(period) \(profession) \(year)" }
}
