import JSONText
import Placements

// How the supervisors of a round come to stand in the instance, which knows whole periods and one
// student or a pair for each.
extension RoundContents {
    /// The supervisors of the instance. One in a student-dense ward who takes several stands there
    /// several times; whose load over the year cannot fill every period stands in those that the
    /// computed capacity uses.
    var supervisorRows: [JSON] {
        guard let supply = try? supply() else { return [] }
        let ward = Dictionary(uniqueKeysWithValues: wards.map { ($0.id, $0) })
        let loads = boundedLoads(supply)
        return zip(supply.supervisors.indices, supervisors).flatMap { index, supervisor in
            var present: [String] = []
            var takesPair = true
            for (number, period) in supply.periods.enumerated() {
                guard
                    case .present(let pair) = SupervisorStanding(index, number, in: supply)
                else { continue }
                takesPair = pair
                present.append(period.id)
            }
            if let load = loads[supervisor.id] { present = present.filter(load.contains) }
            let model = ward[supervisor.ward]?.model ?? .single
            let wanted =
                switch (model, takesPair) {
                case (_, false): 1
                case (.dense, true): ward[supervisor.ward]?.studentsPerSupervisor ?? 1
                case (.single, true), (.tospann, true): 2
                }
            let most = load(wanted, of: supervisor, periods: present.count)
            let copies = model == .dense ? most : 1
            return (1...copies).map { copy in
                JSON.object([
                    "id": .string(copy == 1 ? supervisor.id : "\(supervisor.id)+\(copy)"),
                    "ward": .string(supervisor.ward),
                    "profession": .string(supervisor.profession),
                    "trained": .bool(supervisor.isTrained),
                    "years": .array(supervisor.years.map { .integer($0) }),
                    "periods": .array(present.map { .string($0) }),
                    "max_students": .integer(
                        present.isEmpty ? 0 : model == .dense ? 1 : most),
                ])
            }
        }
    }

    /// The supervisor whom an id of the instance stands for.
    public static func supervisor(ofInstance id: String) -> String {
        guard let plus = id.lastIndex(of: "+"), Int(id[id.index(after: plus)...]) != nil else {
            return id
        }
        return String(id[..<plus])
    }

    /// A pair in each period must not be more than the year's load.
    private func load(_ most: Int, of supervisor: RoundSupervisor, periods: Int) -> Int {
        guard let limit = supervisor.maximumStudents else { return most }
        return min(most, max(1, limit / max(periods, 1)))
    }

    /// The periods in which those have students whose load does not suffice for all.
    private func boundedLoads(_ supply: PlacementSupply) -> [String: Set<String>] {
        let bounded = Set(
            supervisors.filter { $0.maximumWeeks != nil || $0.maximumStudents != nil }.map(\.ward))
        if bounded.isEmpty { return [:] }
        var part = supply
        part.wards.removeAll { !bounded.contains($0.id) }
        part.supervisors.removeAll { !bounded.contains($0.ward) }
        part.offers.removeAll { !bounded.contains($0.ward) }
        let known = Set(part.supervisors.map(\.id))
        part.absences.removeAll { !known.contains($0.supervisor) }
        var loads: [String: Set<String>] = [:]
        for load in CapacityReport(part).loads
        where load.maximumWeeks != nil || load.maximumStudents != nil {
            loads[load.supervisor] = Set(load.periods)
        }
        return loads
    }
}
