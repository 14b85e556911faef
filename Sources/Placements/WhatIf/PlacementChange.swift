/// Something that could be otherwise in an instance; see `WhatIf`.
public enum PlacementChange: Hashable, Sendable {
    /// One supervisor more, and as many places more for each year and period as are said.
    case supervisor(PlacementInstance.Supervisor, places: Int)
    /// More places of a cell; fewer where negative.
    case places(PlacementInstance.Cell)
    /// Every supervisor of the ward takes pairs, and each cell has so many places more.
    case tospann(ward: String, places: Int)
    case withoutInstitution(String)
    case withoutWard(String)
    /// In one period, or in all.
    case withoutSupervisor(String, period: String?)
}

extension PlacementInstance {
    /// The instance with changes, and the locks that cannot stand in it and were let go.
    public func applying(
        _ changes: [PlacementChange]
    ) throws(PlacementFault) -> (instance: Self, lost: [Lock]) {
        var result = self
        for (index, change) in changes.enumerated() {
            try result.apply(change, "changes[\(index)]")
        }
        var lost: [Lock] = []
        while true {
            do throws(PlacementFault) {
                _ = try Problem(result)
                return (result, lost)
            } catch {
                var gone: [Lock] = []
                for case .lockNotEligible(let lock, _) in error.each { gone.append(lock) }
                // The last of those that collide gives way, before more are looked for.
                if gone.isEmpty, case .locksCollide(_, _, let locks, _)? = error.each.first {
                    gone = locks.suffix(1)
                }
                if gone.isEmpty { throw error }
                lost += gone
                result.locks.removeAll(where: gone.contains)
            }
        }
    }

    private mutating func apply(
        _ change: PlacementChange, _ place: String
    ) throws(PlacementFault) {
        switch change {
        case .supervisor(var supervisor, let places):
            try need(wards.contains { $0.id == supervisor.ward }, .ward, supervisor.ward, place)
            for period in supervisor.periods {
                try need(periods.contains(period), .period, period, place)
            }
            if supervisor.id.isEmpty { supervisor.id = freeID() }
            guard !supervisors.contains(where: { $0.id == supervisor.id }) else {
                throw .duplicate(place: place, id: supervisor.id)
            }
            supervisors.append(supervisor)
            if places == 0 { return }
            for period in supervisor.periods {
                for year in supervisor.years {
                    try add(
                        Cell(
                            ward: supervisor.ward, profession: supervisor.profession, year: year,
                            period: period, capacity: places), place)
                }
            }
        case .places(let cell):
            try need(wards.contains { $0.id == cell.ward }, .ward, cell.ward, place)
            try need(periods.contains(cell.period), .period, cell.period, place)
            try add(cell, place)
        case .tospann(let ward, let places):
            try need(wards.contains { $0.id == ward }, .ward, ward, place)
            for index in supervisors.indices
            where supervisors[index].ward == ward && supervisors[index].maximumStudents > 0 {
                supervisors[index].maximumStudents = 2
            }
            for index in cells.indices where cells[index].ward == ward {
                cells[index].capacity += cells[index].capacity > 0 ? places : 0
            }
        case .withoutInstitution(let id):
            try need(institutions.contains { $0.id == id }, .institution, id, place)
            let gone = Set(wards.filter { $0.institution == id }.map(\.id))
            for index in cells.indices where gone.contains(cells[index].ward) {
                cells[index].capacity = 0
            }
        case .withoutWard(let id):
            try need(wards.contains { $0.id == id }, .ward, id, place)
            for index in cells.indices where cells[index].ward == id { cells[index].capacity = 0 }
        case .withoutSupervisor(let id, let period):
            guard let index = supervisors.firstIndex(where: { $0.id == id }) else {
                throw .unknown(place: place, kind: .supervisor, id: id)
            }
            if let period { try need(periods.contains(period), .period, period, place) }
            supervisors[index].periods.removeAll { period == nil || $0 == period }
        }
    }

    private mutating func add(_ cell: Cell, _ place: String) throws(PlacementFault) {
        if let index = cells.firstIndex(where: { $0.name == cell.name }) {
            cells[index].capacity += cell.capacity
            if cells[index].capacity < 0 {
                throw .negative(place: place, value: cells[index].capacity)
            }
        } else if cell.capacity < 0 {
            throw .negative(place: place, value: cell.capacity)
        } else {
            cells.append(cell)
        }
    }

    private func need(
        _ isThere: Bool, _ kind: PlacementFault.Kind, _ id: String, _ place: String
    ) throws(PlacementFault) {
        if !isThere { throw .unknown(place: place, kind: kind, id: id) }
    }

    private func freeID() -> String {
        let taken = Set(supervisors.map(\.id))
        var number = 1
        while taken.contains("extra-\(number)") { number += 1 }
        return "extra-\(number)"
    }
}
