import JSONText
import Placements

// How the supervisors of a round come to stand in the instance, which knows whole periods and one
// student or a pair for each.
extension RoundContents {
    /// The supervisors of the instance. One in a student-dense ward who takes several stands there
    /// several times; whose load over the year cannot fill every period stands in those that the
    /// computed capacity uses; and where it has a third-year student take a first-year student
    /// along, one place is for the one and another for the other.
    var supervisorRows: [JSON] {
        guard let supply = try? supply() else { return [] }
        let ward = Dictionary(uniqueKeysWithValues: wards.map { ($0.id, $0) })
        let loads = plannedLoads(supply)
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
            let load = loads[supervisor.id]
            if let load, load.maximumWeeks != nil || load.maximumStudents != nil {
                present = present.filter(load.periods.contains)
            }
            let together = (load?.coSupervised ?? []).filter {
                present.contains($0) && offersBoth(supervisor, $0)
            }
            present.removeAll { together.contains($0) }
            let model = ward[supervisor.ward]?.model ?? .single
            let wanted =
                switch (model, takesPair) {
                case (_, false): 1
                case (.dense, true): ward[supervisor.ward]?.studentsPerSupervisor ?? 1
                case (.single, true), (.tospann, true): 2
                }
            let most = most(
                wanted, of: supervisor, periods: present.count, spent: 2 * together.count)
            let copies = model == .dense ? most : 1
            var rows = (1...copies).map { copy in
                row(
                    supervisor, copy, years: supervisor.years, periods: present,
                    most: present.isEmpty ? 0 : model == .dense ? 1 : most)
            }
            if !together.isEmpty {
                rows += [3, 1].enumerated().map { number, year in
                    row(
                        supervisor, copies + 1 + number, years: [year], periods: together,
                        most: 1)
                }
            }
            return rows
        }
    }

    private func row(
        _ supervisor: RoundSupervisor, _ copy: Int, years: [Int], periods: [String], most: Int
    ) -> JSON {
        .object([
            "id": .string(copy == 1 ? supervisor.id : "\(supervisor.id)+\(copy)"),
            "ward": .string(supervisor.ward), "profession": .string(supervisor.profession),
            "trained": .bool(supervisor.isTrained),
            "years": .array(years.map { .integer($0) }),
            "periods": .array(periods.map { .string($0) }), "max_students": .integer(most),
        ])
    }

    /// Whether a supervisor's ward offers places to first-year and to third-year students at once:
    /// elsewhere nobody can take anybody along.
    private func offersBoth(_ supervisor: RoundSupervisor, _ period: String) -> Bool {
        let years = offers.filter {
            $0.ward == supervisor.ward && $0.profession == supervisor.profession
                && $0.period == period && $0.places > 0
        }.map(\.year)
        return years.contains(1) && years.contains(3)
    }

    /// The supervisor whom an id of the instance stands for.
    public static func supervisor(ofInstance id: String) -> String {
        guard let plus = id.lastIndex(of: "+"), Int(id[id.index(after: plus)...]) != nil else {
            return id
        }
        return String(id[..<plus])
    }

    /// A pair in each period must not be more than the year's load.
    private func most(
        _ most: Int, of supervisor: RoundSupervisor, periods: Int, spent: Int
    ) -> Int {
        guard let limit = supervisor.maximumStudents else { return most }
        return min(most, max(1, (limit - spent) / max(periods, 1)))
    }

    /// What the computed capacity makes of the supervisors of those wards where the instance must
    /// follow it: where a year's load binds, and where third-year students take others along.
    private func plannedLoads(_ supply: PlacementSupply) -> [String: CapacityReport.Load] {
        var planned = Set(
            supervisors.filter { $0.maximumWeeks != nil || $0.maximumStudents != nil }.map(\.ward))
        planned.formUnion(wards.filter(\.thirdYearsCoSupervise).map(\.id))
        if planned.isEmpty { return [:] }
        var part = supply
        part.wards.removeAll { !planned.contains($0.id) }
        part.supervisors.removeAll { !planned.contains($0.ward) }
        part.offers.removeAll { !planned.contains($0.ward) }
        let known = Set(part.supervisors.map(\.id))
        part.absences.removeAll { !known.contains($0.supervisor) }
        return Dictionary(
            uniqueKeysWithValues: CapacityReport(part).loads.map { ($0.supervisor, $0) })
    }
}
