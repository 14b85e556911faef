public import CivilCalendar
public import Engine
import JSONText
import Storage

// The pages of those who follow others up show little about many. What they show is made from the
// steps' rows, without the plan's whole timetable: a person's own page has that.
extension Installation {
    /// How many people's steps are gone through for one page, the last who began first.
    public static let mostFollowed = 400

    /// The enrolments under way in which a person acts for somebody else, each with only the steps
    /// that are open, or come before a day.
    ///
    /// - Parameter soon: nil where only what is open is asked for.
    public func openViews(
        for person: PersonID, planned soon: CivilDay? = nil
    ) throws -> [EnrolmentView] {
        try query { try OpenSteps($0, person, soon).views() }
    }

    /// The participants whom a person follows up, by name.
    ///
    /// - Parameter page: Counted from zero.
    /// - Returns: one page, and how many there are in all.
    public func followedLines(
        by person: PersonID, page: Int, pageSize: Int
    ) throws -> (lines: [EnrolmentLine], total: Int) {
        let condition = """
            e.status IN ('running', 'paused') AND e.participant <> ?
            AND EXISTS (SELECT 1 FROM role_holder r WHERE r.enrolment = e.id AND r.person = ?)
            """
        let values: [SQLValue] = [.text(person.rawValue), .text(person.rawValue)]
        return try query { transaction in
            let total = try transaction.connection.count(
                """
                SELECT count(DISTINCT e.id)
                FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                WHERE r.person = ? AND e.participant <> ? AND e.status IN ('running', 'paused')
                """, values)
            let lines = try transaction.connection.all(
                "\(EnrolmentLine.query) WHERE \(condition) ORDER BY p.name, e.id LIMIT ? OFFSET ?",
                values + [SQLValue(pageSize), SQLValue(page * pageSize)], EnrolmentLine.init)
            return (lines, total)
        }
    }
}

/// Reads the rows of many enrolments' open steps and makes of each enrolment as much as those say.
private struct OpenSteps {
    private let transaction: Transaction
    private let person: PersonID
    private let soon: CivilDay?
    private let today: CivilDay

    init(_ transaction: Transaction, _ person: PersonID, _ soon: CivilDay?) {
        self.transaction = transaction
        self.person = person
        self.soon = soon
        today = transaction.civilNow.day
    }

    /// Those whom the person acts for, with the person as the one value and the limit.
    private static let mine = """
        WITH mine AS (SELECT e.id FROM enrolment e
            WHERE e.id IN (SELECT enrolment FROM role_holder WHERE person = ?)
                AND e.participant <> ? AND e.status = 'running'
            ORDER BY e.started_on DESC, e.id LIMIT ?)
        """

    private var values: [SQLValue] {
        [
            .text(person.rawValue), .text(person.rawValue),
            SQLValue(Installation.mostFollowed),
        ]
    }

    func views() throws -> [EnrolmentView] {
        let rows = try stepRows()
        if rows.isEmpty { return [] }
        let holders = try holders()
        let edited = try edited()
        return try rows.sorted { $0.key < $1.key }.map { id, rows in
            edited.contains(id) ? try whole(id) : try view(id, rows, holders[id] ?? [])
        }
    }

    private struct Row {
        let version: String
        let step: StepID
        let status: String
        let due: CivilDay?
        let window: ClosedRange<CivilDay>?
        let record: StepRecord
    }

    private struct Holder {
        let role: String
        let person: PersonID
        let name: String
    }

    private func stepRows() throws -> [EnrolmentID: [Row]] {
        var rows: [EnrolmentID: [Row]] = [:]
        let coming =
            soon == nil ? "" : "OR s.status = 'planned' AND coalesce(s.due_on, s.opens_on) <= ?"
        try transaction.connection.forEach(
            """
            \(Self.mine)
            SELECT e.id, e.version, s.step, s.status, s.due_on, s.window_from, s.window_to, s.record
            FROM mine m JOIN enrolment e ON e.id = m.id JOIN step s ON s.enrolment = e.id
            WHERE s.kind <> 'message' AND (s.status IN ('open', 'waiting') \(coming))
            """, values + (soon.map { [.text($0.description)] } ?? [])
        ) { row in
            let days = (4...6).map { row.optionalText($0).flatMap { CivilDay($0) } }
            var window: ClosedRange<CivilDay>?
            if let from = days[1], let to = days[2], from <= to { window = from...to }
            let record = try row.optionalText(7).map { text in
                guard let json = JSON(text) else {
                    throw OperationError.damaged("step \(row.text(2)) of \(row.text(0))")
                }
                return try StepRecord(json)
            }
            rows[EnrolmentID(row.text(0)), default: []].append(
                Row(
                    version: row.text(1), step: StepID(row.text(2)), status: row.text(3),
                    due: days[0], window: window, record: record ?? StepRecord()))
        }
        return rows
    }

    private func holders() throws -> [EnrolmentID: [Holder]] {
        var holders: [EnrolmentID: [Holder]] = [:]
        try transaction.connection.forEach(
            """
            \(Self.mine)
            SELECT r.enrolment, r.role, r.person, p.name
            FROM mine m JOIN role_holder r ON r.enrolment = m.id JOIN person p ON p.id = r.person
            """, values
        ) { row in
            holders[EnrolmentID(row.text(0)), default: []].append(
                Holder(
                    role: row.text(1), person: PersonID(row.text(2)), name: row.text(3)))
        }
        return holders
    }

    /// The enrolments whose plan differs from the programme, which have to be read whole.
    private func edited() throws -> Set<EnrolmentID> {
        Set(
            try transaction.connection.all(
                """
                \(Self.mine)
                SELECT DISTINCT enrolment FROM plan_edit WHERE enrolment IN (SELECT id FROM mine)
                """, values
            ) { EnrolmentID($0.text(0)) })
    }

    private func whole(_ id: EnrolmentID) throws -> EnrolmentView {
        let view = try transaction.view(id)
        return view.with(
            view.steps.filter { step in
                switch step.status {
                case .open, .waiting, .disputed: return true
                case .planned: return soon.map { (step.dueDay ?? .distant) <= $0 } ?? false
                case .done, .skipped, .cancelled, .notApplicable: return false
                }
            })
    }

    private func view(
        _ id: EnrolmentID, _ rows: [Row], _ holders: [Holder]
    ) throws -> EnrolmentView {
        let version = try transaction.version(rows[0].version)
        let programme = version.programme
        var roles: [RoleID: PersonID] = [:]
        var covers: [Cover] = []
        for holder in holders where !holder.role.hasPrefix(StepTable.absent) {
            roles[RoleID(holder.role)] = holder.person
        }
        for holder in holders where holder.role.hasPrefix(StepTable.absent) {
            let role = RoleID(String(holder.role.dropFirst(StepTable.absent.count)))
            if let acting = roles[role] {
                covers.append(
                    Cover(
                        number: 0, role: role, person: acting, from: today, until: today,
                        hasBegun: true))
            }
            roles[role] = holder.person
        }
        var enrolment = Enrolment(
            id: id, roles: roles, anchors: [:], facts: [:], enrolledOn: today)
        enrolment.covers = covers
        for row in rows { enrolment.steps[row.step] = row.record }
        let order = rows.compactMap { row in programme.position(row.step).map { ($0, row) } }
        return EnrolmentView(
            id: id, versionNumber: version.number, programme: programme, enrolment: enrolment,
            steps: order.sorted { $0.0 < $1.0 }.map {
                explanation($0.1, programme.steps[$0.0], enrolment, programme)
            },
            names: Dictionary(
                holders.map { ($0.person, $0.name) }, uniquingKeysWith: { first, _ in first }))
    }

    private func explanation(
        _ row: Row, _ step: Step, _ enrolment: Enrolment, _ programme: Programme
    ) -> StepExplanation {
        let status: ShownStatus =
            row.record.isDisputed ? .disputed : ShownStatus(rawValue: row.status) ?? .open
        let last = [row.due, row.window?.upperBound].compactMap { $0 }.max()
        return StepExplanation(
            step: step, status: status, opens: nil, due: nil, dueDay: row.due,
            isOverdue: status != .planned && last.map { $0 < today } ?? false,
            window: row.window,
            missingSigners: Decision.missingSigners(step, enrolment, programme),
            record: row.record)
    }
}

extension CivilDay {
    /// Later than any day that is written down.
    fileprivate static let distant = CivilDay(number: .max)
}
