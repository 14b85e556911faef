import Engine
public import Placements
import Storage

/// One ward of a round with what it typed, what its supervisors suffice for, and who is there in a
/// draft.
public struct RoundWardView: Sendable {
    /// Places of a profession and study year in a period, and how a draft has used them.
    public struct Slot: Sendable {
        public var cell: CapacityReport.Cell
        /// Those who are there in the draft.
        public var placed: [PlacementAllocation.Assignment]
        /// How many wish for the ward and are elsewhere, and by which rule, without naming anybody.
        public var refused: [(rule: RuleCode?, count: Int)]
    }

    public let ward: RoundWard
    public let institution: String
    public let supervisors: [RoundSupervisor]
    public let summary: CapacityReport.Ward?
    public let slots: [Slot]
}

extension Installation {
    /// A ward of a round; nil where there is none of that id.
    public func placementWard(
        _ id: String, of round: PlacementRound, draft: DraftResult?
    ) throws -> RoundWardView? {
        let contents = try query { transaction in
            try RoundContents(
                round,
                places: RoundReader(
                    round: round.id, connection: transaction.connection, places: [id]))
        }
        guard let ward = contents.wards.first else { return nil }
        let report = try contents.capacity(ofWard: id)
        let refused = try draft.map { try $0.refused(at: id) } ?? [:]
        let cells = report.cells.filter { ($0.offered ?? 0) > 0 || $0.computed > 0 }
        let instance = draft?.instance
        let student = Dictionary(
            (instance?.students ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return RoundWardView(
            ward: ward,
            institution: contents.institutions.first { $0.id == ward.institution }?.name
                ?? ward.institution,
            supervisors: contents.supervisors, summary: report.wards.first,
            slots: cells.map { cell in
                let key = SlotKey(profession: cell.profession, year: cell.year, period: cell.period)
                return RoundWardView.Slot(
                    cell: cell,
                    placed: (draft?.allocation.assignments ?? []).filter {
                        $0.ward == id && $0.period == cell.period
                            && student[$0.student]?.profession == cell.profession
                            && student[$0.student]?.year == cell.year
                    },
                    refused: (refused[key] ?? [:]).sorted { one, other in
                        (other.value, one.key?.rawValue ?? "")
                            < (one.value, other.key?.rawValue ?? "")
                    }.map { ($0.key, $0.value) })
            })
    }
}

private struct SlotKey: Hashable {
    let profession: String
    let year: Int
    let period: String
}

extension DraftResult {
    /// Those who wished for a ward more than for where they are: the first rule against each.
    fileprivate func refused(at ward: String) throws -> [SlotKey: [RuleCode?: Int]] {
        let house = instance.wards.first { $0.id == ward }?.institution
        let wishing = instance.students.filter { student in
            student.preferences.contains { wish in
                wish == .ward(ward) || house.map { wish == .institution($0) } ?? false
            }
        }
        if wishing.isEmpty { return [:] }
        let allocator = try Allocator(instance)
        var counts: [SlotKey: [RuleCode?: Int]] = [:]
        for student in wishing {
            let explanation = try allocator.explain(
                student.id, in: allocation, method: draft.method)
            let hindrance = explanation.unmet.flatMap(\.hindrances).first { $0.ward == ward }
            guard let hindrance, let period = student.periods.first else { continue }
            let key = SlotKey(
                profession: student.profession, year: student.year, period: period)
            counts[key, default: [:]][hindrance.rules.first, default: 0] += 1
        }
        return counts
    }
}
