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
        public var refused: [SlotExplanation.Refused]
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
                    round: round.id, transaction: transaction, places: [id]))
        }
        guard let ward = contents.wards.first else { return nil }
        let report = try contents.capacity(ofWard: id)
        // A ward that came after the draft has nothing to explain in it.
        let known = draft.flatMap { draft in
            draft.instance.wards.contains { $0.id == id } ? draft : nil
        }
        let explained = try known.map { draft in
            try explainers.allocator(draft.draft.input) { try Allocator(draft.instance) }
                .explain(ward: id, in: draft.allocation, method: draft.draft.method)
        } ?? []
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
                RoundWardView.Slot(
                    cell: cell,
                    placed: (draft?.allocation.assignments ?? []).filter {
                        $0.ward == id && $0.period == cell.period
                            && student[$0.student]?.profession == cell.profession
                            && student[$0.student]?.year == cell.year
                    },
                    refused: explained.first {
                        $0.profession == cell.profession && $0.year == cell.year
                            && $0.period == cell.period
                    }?.refused ?? [])
            })
    }
}
