import JSONText

/// What is wrong with a row, or with a table where there is no line.
public struct TableFault: Hashable, Sendable {
    /// The kinds of faults, with what a sentence about them needs.
    public enum Problem: Hashable, Sendable {
        case noSuchTable
        case tableMissing
        case noSuchColumn(String)
        case columnMissing(String)
        case empty(column: String)
        case notNumber(column: String, text: String, range: ClosedRange<Int>)
        case notFlag(column: String, text: String)
        case notWeek(column: String, text: String)
        case notOneOf(column: String, text: String, allowed: [String])
        case unknown(column: String, id: String, table: String)
        case again(id: String)
        /// It names what stands in a row that is wrong itself, and nowhere else.
        case pointsToFault(column: String, id: String, table: String)
        /// A field that another field's value asks for is empty.
        case needed(column: String, other: String, value: String)
        /// Both a ward and an institution, or neither.
        case oneOfTwo
        case sameRank(student: String, rank: Int)
        /// A student wishes for a place that is a wish of theirs already.
        case wishedTwice(student: String, id: String)
        case noSuchRule(String)
        case ruleIsFlag(String)
        case ruleIsNumber(String)
        /// Fewer places than stand published: a repair has to move somebody. It is no fault.
        case belowPublished(places: Int, published: Int)
        /// The row is right by itself, and wrong with the others.
        case whole(PlacementFault)
    }

    public var table: String
    public var line: Int?
    public var problem: Problem

    public init(table: String, line: Int?, problem: Problem) {
        self.table = table
        self.line = line
        self.problem = problem
    }

    init(_ table: String, _ line: Int?, _ problem: Problem) {
        self.init(table: table, line: line, problem: problem)
    }

    /// A plain sentence without its end, in English.
    public var message: String {
        switch problem {
        case .noSuchTable: "there is no such table"
        case .tableMissing: "the table is missing"
        case .noSuchColumn(let name): "there is no column \"\(name)\""
        case .columnMissing(let name): "the column \"\(name)\" is missing"
        case .empty(let column): "\(column) is empty"
        case .notNumber(let column, let text, let range):
            "\(column) is \"\(text)\"; a whole number from \(range.lowerBound) to "
                + "\(range.upperBound) is needed"
        case .notFlag(let column, let text): "\(column) is \"\(text)\"; yes or no is needed"
        case .notWeek(let column, let text):
            "\(column) is \"\(text)\"; a week such as 2027-W03 is needed"
        case .notOneOf(let column, let text, let allowed):
            "\(column) is \"\(text)\"; one of \(allowed.joined(separator: ", ")) is needed"
        case .unknown(let column, let id, let table):
            "\(column) names \"\(id)\", which is not in \(table)"
        case .again(let id): "id \"\(id)\" stands there a second time"
        case .pointsToFault(let column, let id, let table):
            "\(column) names \"\(id)\", whose own row in \(table) is wrong"
        case .needed(let column, let other, let value):
            "\(column) is needed where \(other) is \"\(value)\""
        case .oneOfTwo: "either a ward or an institution is needed"
        case .sameRank(let student, let rank): "\(student) has two wishes with rank \(rank)"
        case .wishedTwice(let student, let id): "\(student) wishes for \"\(id)\" twice"
        case .noSuchRule(let name): "there is no rule \"\(name)\""
        case .ruleIsFlag(let name): "\(name) is yes or no"
        case .ruleIsNumber(let name): "\(name) needs whole numbers"
        case .belowPublished(let places, let published):
            "the cell has \(places) places, and \(published) are published; "
                + "somebody has to be moved by a repair"
        case .whole(let fault): fault.description
        }
    }
}

extension PlacementFault {
    /// The list of the instance and the place in it that the fault is about, where it is about one.
    public var row: (list: String, number: Int)? {
        let text = description
        let list = String(text.prefix { $0.isLetter })
        guard let number = Int(text.dropFirst(list.count + 1).prefix { $0.isNumber }) else {
            return nil
        }
        return (list, number)
    }
}

extension PlacementFault {
    /// A row of a table by its keys.
    public struct Row: Hashable, Sendable {
        public var table: String
        public var keys: [String: String]
    }

    /// The rows of tables that a fault of locks comes from, the one that is most likely wrong
    /// first: what sets a limit, then the locks, then whoever and whatever they are about.
    public func rows(in instance: PlacementInstance) -> [Row] {
        var rows: [Row] = []
        if case .locksCollide(let rule, _, let locks, _) = self, let lock = locks.first {
            rows += limit(rule, lock, instance)
        }
        if case .lockNotEligible(let lock, let codes) = self, codes.contains(.noCell) {
            rows += limit(.cellCapacity, lock, instance)
        }
        rows += locks.map { Row(table: "locks", keys: ["student": $0.student]) }
        guard case .lockNotEligible(let lock, let codes) = self else { return rows }
        if codes.contains(.banned) {
            rows.append(Row(table: "bans", keys: ["student": lock.student, "ward": lock.ward]))
        }
        if codes.contains(.impartiality),
            let ward = instance.wards.first(where: { $0.id == lock.ward })
        {
            rows.append(
                Row(
                    table: "relations",
                    keys: ["student": lock.student, "institution": ward.institution]))
        }
        return rows + [
            Row(table: "students", keys: ["id": lock.student]),
            Row(table: "wards", keys: ["id": lock.ward]),
        ]
    }

    /// The row that sets the limit which a lock counts against; none where no one row does.
    private func limit(
        _ rule: RuleCode, _ lock: PlacementInstance.Lock, _ instance: PlacementInstance
    ) -> [Row] {
        guard let student = instance.students.first(where: { $0.id == lock.student }),
            let ward = instance.wards.first(where: { $0.id == lock.ward })
        else { return [] }
        switch rule {
        case .agreementPeriod, .agreementTotal:
            return [
                Row(
                    table: "agreements",
                    keys: [
                        "school": student.school, "institution": ward.institution,
                        "profession": student.profession,
                    ])
            ]
        case .cellCapacity:
            return [
                Row(
                    table: "cells",
                    keys: [
                        "ward": ward.id, "profession": student.profession,
                        "year": "\(student.year)", "period": lock.period,
                    ])
            ]
        case .wardTotal:
            return [Row(table: "limits", keys: ["ward": ward.id, "period": lock.period])]
        case .institutionTotal:
            return [
                Row(
                    table: "limits",
                    keys: ["institution": ward.institution, "period": lock.period])
            ]
        default: return []
        }
    }

    /// The locks that cannot stand.
    public var locks: [PlacementInstance.Lock] {
        switch self {
        case .lockNotEligible(let lock, _): [lock]
        case .locksCollide(_, _, let locks, _): locks
        case .several(let faults): faults.flatMap(\.locks)
        default: []
        }
    }
}

extension TableFault {
    /// Wishes for what the same student has wished for in a row before: the second can never count.
    public static func repeatedWishes(_ rows: [TableReader.Row]) -> [TableFault] {
        var seen: Set<[String]> = []
        return rows.compactMap { row in
            let student = row.values["student"]?.string ?? ""
            let kinds = ["ward", "institution"]
            guard let kind = kinds.first(where: { row.values[$0]?.string != nil }),
                let id = row.values[kind]?.string, !seen.insert([student, kind, id]).inserted
            else { return nil }
            return TableFault("wishes", row.line, .wishedTwice(student: student, id: id))
        }
    }
}
