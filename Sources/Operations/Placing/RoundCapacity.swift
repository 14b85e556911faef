public import Placements

// How many students the supervisors of a round suffice for.
extension RoundContents {
    /// The capacity of one ward.
    public func capacity(ofWard id: String) throws -> CapacityReport {
        try capacity(ofWards: [id])
    }

    /// The capacity of some wards: the work grows with how many there are.
    public func capacity(ofWards ids: Set<String>) throws -> CapacityReport {
        var part = self
        part.wards.removeAll { !ids.contains($0.id) }
        part.limits.removeAll { $0.kind == .ward && !ids.contains($0.place) }
        part.supervisors.removeAll { !ids.contains($0.ward) }
        let known = Set(part.supervisors.map(\.id))
        part.absences.removeAll { !known.contains($0.supervisor) }
        part.offers.removeAll { !ids.contains($0.ward) }
        return shelf.capacity(of: try part.supply())
    }
}
