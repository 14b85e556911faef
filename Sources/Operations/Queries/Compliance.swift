import CivilCalendar
public import Engine
import Storage

/// What has become of one of the agreement's talks.
public enum ComplianceState: String, CaseIterable, Sendable {
    /// Held before its window closed.
    case inTime = "in-time"
    case late
    /// Not held, and its window is over.
    case missed
    /// Left out with a reason.
    case leftOut = "left-out"
    /// Its window is open, or is to come.
    case ahead
}

/// How the agreement's talks are held in a unit and all below it, in one year.
public struct Compliance: Sendable {
    /// The numbers of one of the talks.
    public struct OfTalk: Sendable {
        public let talk: AgreementTalk
        /// By the month in which the window closes, from January on; a column for each state.
        public let byMonth: SuppressedTable
        /// By unit, in the order of `units`.
        public let byUnit: SuppressedTable
    }

    public let unit: String
    public let year: Int
    /// The unit itself first, with those who are in none of the units below it, and then each unit
    /// right below with all that is below that.
    public let units: [(id: String, name: String)]
    public let talks: [OfTalk]
    /// Whether the reader leads everybody whom the numbers are about, so that nothing is left out.
    public let isOwnLine: Bool
}

/// How many talks of a kind have come to what, in a unit and a month.
private struct ComplianceCount {
    let unit: String
    let talk: AgreementTalk
    /// 1...12.
    let month: Int
    let state: ComplianceState
    let count: Int
    /// How many of them are of people whom the reader leads.
    let own: Int
}

extension Installation {
    /// How the agreement's talks are held in a unit and all below it. Which numbers are left out is
    /// decided from the top of the tree, so that what one page leaves out can not be read from
    /// another.
    public func compliance(
        of unit: String, year: Int, for reader: PersonID
    ) throws -> Compliance {
        try query { transaction in
            let tree = try transaction.unitTree()
            let line = tree.line(to: unit)
            let counts = try transaction.complianceCounts(
                below: line.first ?? unit, year: year, reader: reader)
            let mine = tree.below(unit)
            let isOwnLine = counts.allSatisfy { !mine.contains($0.unit) || $0.own == $0.count }
            let talks = AgreementTalk.allCases.map { talk in
                let numbers = ComplianceNumbers(
                    counts: counts.filter { $0.talk == talk }, tree: tree)
                return isOwnLine
                    ? numbers.open(talk, unit) : numbers.suppressed(talk, unit, line: line)
            }
            return Compliance(
                unit: unit, year: year,
                units: ([unit] + tree.children(of: unit)).map { ($0, tree.name($0)) },
                talks: talks, isOwnLine: isOwnLine)
        }
    }

    /// The years in which windows of the agreement's talks close, in a unit and all below it.
    public func complianceYears(of unit: String) throws -> ClosedRange<Int>? {
        try query { transaction in
            let first = try transaction.connection.first(
                """
                \(UnitTree.enrolled) SELECT min(e.started_on), max(e.started_on) FROM enrolled e
                """, [.text(unit), SQLValue(transaction.unitTree().onlyTop)]
            ) { ($0.optionalText(0), $0.optionalText(1)) }
            guard let low = first?.0.flatMap({ CivilDay($0) }),
                let high = first?.1.flatMap({ CivilDay($0) })
            else { return nil }
            // The later talk's window closes within a year of the start.
            return low.year...max(high.year + 1, transaction.civilNow.day.year)
        }
    }

    /// The people of a unit and all below it whom the reader leads, for the list of their talks.
    public func ownLine(
        _ reader: PersonID, in unit: String, limit: Int
    ) throws -> [BoardEntry] {
        let led = try board(.ledBy(reader), BoardFilter(), page: 0, pageSize: limit).entries
        let below = try query { try $0.unitTree().below(unit) }
        return led.filter { $0.unitID.map(below.contains) ?? true }
            .sorted { ($0.name, $0.outline.id.rawValue) < ($1.name, $1.outline.id.rawValue) }
    }
}

/// The units by their places in the tree.
struct UnitTree {
    fileprivate private(set) var names: [String: String] = [:]
    private(set) var parents: [String: String] = [:]
    fileprivate private(set) var childrenByParent: [String: [String]] = [:]

    /// The units of a subtree as a table, for a statement that begins with it.
    static let below = """
        WITH RECURSIVE below (id) AS (
            SELECT id FROM org_unit WHERE id = ?
            UNION SELECT c.id FROM org_unit c JOIN below b ON c.parent = b.id)
        """

    /// The enrolments of a subtree, for a statement whose first two values are the unit and
    /// `onlyTop`. One that was begun without a unit counts too, so that no number is kinder than
    /// the truth.
    static let enrolled = """
        \(below), enrolled (id, version, status, event_count, started_on, unit) AS (
            SELECT e.id, e.version, e.status, e.event_count, e.started_on, b.id
            FROM below b CROSS JOIN enrolment e WHERE e.unit = b.id
            UNION ALL
            SELECT e.id, e.version, e.status, e.event_count, e.started_on, b.id
            FROM enrolment e \(whereItCounts) JOIN below b ON b.id = \(unitItCountsIn)
            WHERE e.unit IS NULL)
        """

    /// Where an enrolment `e` counts: in the unit in which it was begun, else where its participant
    /// or their leader works, else in the unit that is the value. Follows `whereItCounts`.
    static let unitItCountsIn = "coalesce(e.unit, p.unit, m.unit, ?)"

    /// The people whose units are asked for an enrolment `e`.
    static let whereItCounts = """
        JOIN person p ON p.id = e.participant
        LEFT JOIN role_holder r ON r.enrolment = e.id AND r.role = 'line-manager'
        LEFT JOIN person m ON m.id = r.person
        """

    init(_ connection: any Connection) throws {
        try connection.forEach("SELECT id, parent, name FROM org_unit ORDER BY name, id", []) {
            row in
            names[row.text(0)] = row.text(2)
            if let parent = row.optionalText(1) {
                parents[row.text(0)] = parent
                childrenByParent[parent, default: []].append(row.text(0))
            }
        }
    }

    /// The top of the tree, where there is one only.
    var onlyTop: String? {
        let tops = names.keys.filter { parents[$0] == nil }
        return tops.count == 1 ? tops.first : nil
    }

    func isKnown(_ unit: String) -> Bool { names[unit] != nil }

    func name(_ unit: String) -> String { names[unit] ?? unit }

    func children(of unit: String) -> [String] { childrenByParent[unit] ?? [] }

    /// The units from the top of the tree down to one.
    func line(to unit: String) -> [String] {
        var line = [unit]
        while let parent = parents[line[0]], line.count < 32 { line.insert(parent, at: 0) }
        return line
    }

    /// A unit and all below it.
    func below(_ unit: String) -> Set<String> {
        var below: Set<String> = [unit]
        var rest = [unit]
        while let current = rest.popLast() {
            for child in children(of: current) where below.insert(child).inserted {
                rest.append(child)
            }
        }
        return below
    }
}

/// The numbers of one talk, and which of them are published.
private struct ComplianceNumbers {
    let counts: [ComplianceCount]
    let tree: UnitTree

    private static let columns = ComplianceState.allCases.count

    func open(_ talk: AgreementTalk, _ unit: String) -> Compliance.OfTalk {
        .init(
            talk: talk, byMonth: SuppressedTable(open: months(unit), columns: Self.columns),
            byUnit: SuppressedTable(open: units(unit), columns: Self.columns))
    }

    /// Each unit's sums are published in the table of the unit above it, and the highest unit's in
    /// a table of its own.
    func suppressed(
        _ talk: AgreementTalk, _ unit: String, line: [String]
    ) -> Compliance.OfTalk {
        var sums = SuppressedTable(
            [row(Array(tree.below(line[0])))], columns: Self.columns, hiddenSums: nil
        ).isHidden[0]
        var byUnit = SuppressedTable(
            units(line[0]), columns: Self.columns, hiddenSums: sums)
        for (above, next) in zip(line, line.dropFirst()) {
            let place = tree.children(of: above).firstIndex(of: next) ?? 0
            sums = byUnit.isHidden[place + 1]
            byUnit = SuppressedTable(units(next), columns: Self.columns, hiddenSums: sums)
        }
        return .init(
            talk: talk,
            byMonth: SuppressedTable(months(unit), columns: Self.columns, hiddenSums: sums),
            byUnit: byUnit)
    }

    private func months(_ unit: String) -> [[Int]] {
        let below = tree.below(unit)
        var table = Array(repeating: Array(repeating: 0, count: Self.columns), count: 12)
        for count in counts where below.contains(count.unit) {
            table[count.month - 1][Self.column(count.state)] += count.count
        }
        return table
    }

    private func units(_ unit: String) -> [[Int]] {
        [row([unit])] + tree.children(of: unit).map { row(Array(tree.below($0))) }
    }

    private func row(_ units: [String]) -> [Int] {
        let units = Set(units)
        var row = Array(repeating: 0, count: Self.columns)
        for count in counts where units.contains(count.unit) {
            row[Self.column(count.state)] += count.count
        }
        return row
    }

    private static func column(_ state: ComplianceState) -> Int {
        ComplianceState.allCases.firstIndex(of: state) ?? 0
    }
}

extension Transaction {
    func unitTree() throws -> UnitTree { try UnitTree(connection) }

    /// The versions that people follow and that cite the agreement, with the talks' names in each.
    private func agreementSteps() throws -> [(version: String, step: StepID, talk: AgreementTalk)] {
        let hashes = try connection.all(
            """
            SELECT v.hash FROM programme_version v
            WHERE EXISTS (SELECT 1 FROM enrolment e WHERE e.version = v.hash)
            ORDER BY v.hash
            """
        ) { $0.text(0) }
        return try hashes.flatMap { hash in
            let programme = try version(hash).programme
            return programme.steps.indices.compactMap { index in
                programme.agreementTalk(index).map { (hash, programme.steps[index].id, $0) }
            }
        }
    }

    /// The day on which an enrolment that has ended did so: what was open then was settled then.
    /// A talk whose window had closed before is missed; a later one was no longer owed.
    private static let lastDay = "(SELECT max(x.settled_on) FROM step x WHERE x.enrolment = e.id)"

    fileprivate func complianceCounts(
        below unit: String, year: Int, reader: PersonID
    ) throws -> [ComplianceCount] {
        let steps = try agreementSteps()
        if steps.isEmpty { return [] }
        let table = Array(repeating: "(?, ?, ?)", count: steps.count).joined(separator: ", ")
        var values: [SQLValue] = [.text(unit), SQLValue(try unitTree().onlyTop)]
        for step in steps {
            values += [
                .text(step.version), .text(step.step.rawValue), SQLValue(step.talk.rawValue),
            ]
        }
        let today = civilNow.day.description
        values += [.text(today), .text(reader.rawValue), .text("\(year)-01-01")]
        values += [.text("\(year)-12-31")]
        let counted = try connection.all(
            """
            \(UnitTree.enrolled), talk (version, step, months) AS (VALUES \(table))
            SELECT e.unit, t.months, substr(coalesce(s.window_to, s.due_on), 6, 2) AS month,
                CASE WHEN s.status = 'done' THEN
                    CASE WHEN s.settled_on <= coalesce(s.window_to, s.due_on)
                        THEN 'in-time' ELSE 'late' END
                WHEN e.status IN ('stopped', 'completed') AND s.status <> 'skipped' THEN 'missed'
                WHEN s.status IN ('skipped', 'cancelled') THEN 'left-out'
                WHEN coalesce(s.window_to, s.due_on) < ? THEN 'missed' ELSE 'ahead' END AS state,
                count(*), sum(CASE WHEN r.person = ? THEN 1 ELSE 0 END)
            FROM enrolled e CROSS JOIN talk t CROSS JOIN step s
            LEFT JOIN role_holder r ON r.enrolment = e.id AND r.role = 'line-manager'
            WHERE t.version = e.version AND s.enrolment = e.id
                AND s.step = t.step AND coalesce(s.window_to, s.due_on) BETWEEN ? AND ?
                AND (s.status IN ('done', 'skipped') OR e.status IN ('running', 'paused')
                    OR coalesce(s.window_to, s.due_on) < \(Self.lastDay))
                AND NOT EXISTS (SELECT 1 FROM plan_edit p
                    WHERE p.enrolment = e.id AND p.change = 'replace')
            GROUP BY e.unit, t.months, month, state
            """, values, Self.count)
        return counted.compactMap { $0 }
            + (try replacedTalks(below: unit, year: year, reader: reader))
    }

    private static func count(_ row: any ResultRow) -> ComplianceCount? {
        guard let talk = AgreementTalk(rawValue: row.int(1)), let month = Int(row.text(2)),
            let state = ComplianceState(rawValue: row.text(3)), (1...12).contains(month)
        else { return nil }
        return ComplianceCount(
            unit: row.text(0), talk: talk, month: month, state: state, count: row.int(4),
            own: row.int(5))
    }

    /// The same for those in whose plans something else may stand in a talk's place, which the
    /// rows do not tell. They are few.
    private func replacedTalks(
        below unit: String, year: Int, reader: PersonID
    ) throws -> [ComplianceCount] {
        let today = civilNow.day
        return try connection.all(
            """
            \(UnitTree.enrolled) SELECT DISTINCT e.id, e.event_count, e.unit, \(Self.lastDay)
            FROM plan_edit p JOIN enrolled e ON e.id = p.enrolment WHERE p.change = 'replace'
            """, [.text(unit), SQLValue(try unitTree().onlyTop)]
        ) { (EnrolmentID($0.text(0)), $0.int(1), $0.text(2), $0.optionalText(3)) }
            .flatMap { id, events, unit, lastDay -> [ComplianceCount] in
                let outline = try outline(id, eventCount: events)
                let isOver = outline.status == .stopped || outline.status == .completed
                return outline.talks.compactMap { talk in
                    guard let closes = talk.item.window?.upperBound ?? talk.item.due,
                        closes.year == year
                    else { return nil }
                    var state = ComplianceState(talk.state(today))
                    if isOver, talk.item.status != .done, talk.item.status != .skipped {
                        if closes.description >= lastDay ?? "" { return nil }
                        state = .missed
                    }
                    return ComplianceCount(
                        unit: unit, talk: talk.talk, month: closes.fields.month, state: state,
                        count: 1, own: outline.actingLeader == reader ? 1 : 0)
                }
            }
    }
}

extension ComplianceState {
    /// What a talk's state counts as.
    public init(_ state: EnrolmentOutline.TalkState) {
        switch state {
        case .heldInTime: self = .inTime
        case .heldLate: self = .late
        case .leftOut: self = .leftOut
        case .missed: self = .missed
        case .now, .coming: self = .ahead
        }
    }
}
