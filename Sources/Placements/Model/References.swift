extension PlacementInstance {
    /// Ids are given once, and what is named is there.
    func checkReferences() throws(PlacementFault) {
        try checkUnique("periods", periods)
        try checkUnique("institutions", institutions.map(\.id))
        try checkUnique("wards", wards.map(\.id))
        try checkUnique("supervisors", supervisors.map(\.id))
        try checkUnique("students", students.map(\.id))
        try checkUnique("cells", cells.map(\.name))
        try checkUnique(
            "agreements", agreements.map { "\($0.school) \($0.institution) \($0.profession)" })
        try checkUnique("travel.institutions", travel.institutions)
        let known = Known(self)
        for (index, ward) in wards.enumerated() {
            try known.institution(ward.institution, "wards[\(index)].institution")
        }
        for (index, cell) in cells.enumerated() {
            try known.check(cell, "cells[\(index)]")
        }
        for (index, supervisor) in supervisors.enumerated() {
            try known.ward(supervisor.ward, "supervisors[\(index)].ward")
            for period in supervisor.periods {
                try known.period(period, "supervisors[\(index)].periods")
            }
        }
        for (index, agreement) in agreements.enumerated() {
            try known.institution(agreement.institution, "agreements[\(index)].institution")
        }
        let columns = Set(travel.institutions)
        for (index, institution) in institutions.enumerated()
        where !columns.contains(institution.id) {
            throw .missing(
                place: "The column of institutions[\(index)] (\"\(institution.id)\") in travel")
        }
        for (index, student) in students.enumerated() {
            try known.check(student, "students[\(index)]")
        }
        try checkDecisions(known)
    }

    /// What was decided by hand: every lock and ban that names what is not there is told, and with
    /// them what is wrong with the others.
    private func checkDecisions(_ known: Known) throws(PlacementFault) {
        var faults: [PlacementFault] = []
        var rest = self
        rest.locks = []
        rest.bans = []
        var locked: Set<String> = []
        for (index, lock) in locks.enumerated() {
            do throws(PlacementFault) {
                try known.check(lock, "locks[\(index)]")
                guard locked.insert(lock.student).inserted else {
                    throw .duplicate(place: "locks[\(index)].student", id: lock.student)
                }
                rest.locks.append(lock)
            } catch {
                faults.append(error)
            }
        }
        for (index, ban) in bans.enumerated() {
            do throws(PlacementFault) {
                try known.student(ban.student, "bans[\(index)].student")
                try known.ward(ban.ward, "bans[\(index)].ward")
                rest.bans.append(ban)
            } catch {
                faults.append(error)
            }
        }
        if faults.isEmpty { return }
        do throws(PlacementFault) {
            _ = try Problem(rest)
        } catch {
            faults += error.each
        }
        throw faults.count == 1 ? faults[0] : .several(faults)
    }

    /// The instance after the disruption.
    public func applying(_ disruption: PlacementDisruption) throws(PlacementFault) -> Self {
        var result = self
        var gone: Set<String> = []
        let known = Known(self)
        for (index, id) in disruption.withdrawnStudents.enumerated() {
            try known.student(id, "withdrawn_students[\(index)]")
            gone.insert(id)
        }
        result.students.removeAll { gone.contains($0.id) }
        result.locks.removeAll { gone.contains($0.student) }
        result.bans.removeAll { gone.contains($0.student) }
        var ids = Set(result.students.map(\.id))
        for (index, student) in disruption.lateStudents.enumerated() {
            guard ids.insert(student.id).inserted else {
                throw .duplicate(place: "late_students[\(index)]", id: student.id)
            }
            try known.check(student, "late_students[\(index)]")
            result.students.append(student)
        }
        try result.apply(disruption.cellChanges, known)
        try result.apply(disruption.supervisorAbsences, known)
        let now = Known(result)
        var locked = Set(result.locks.map(\.student))
        for (index, lock) in disruption.newLocks.enumerated() {
            try now.check(lock, "new_locks[\(index)]")
            guard locked.insert(lock.student).inserted else {
                throw .duplicate(place: "new_locks[\(index)].student", id: lock.student)
            }
            result.locks.append(lock)
        }
        return result
    }

    private mutating func apply(_ changes: [Cell], _ known: Known) throws(PlacementFault) {
        var position: [String: Int] = [:]
        for (index, cell) in cells.enumerated() { position[cell.name] = index }
        for (index, change) in changes.enumerated() {
            try known.check(change, "cell_changes[\(index)]")
            if let found = position[change.name] {
                cells[found].capacity = change.capacity
            } else {
                position[change.name] = cells.count
                cells.append(change)
            }
        }
    }

    private mutating func apply(
        _ absences: [PlacementDisruption.Absence], _ known: Known
    ) throws(PlacementFault) {
        var position: [String: Int] = [:]
        for (index, supervisor) in supervisors.enumerated() { position[supervisor.id] = index }
        for (index, absence) in absences.enumerated() {
            let place = "supervisor_absences[\(index)]"
            guard let found = position[absence.supervisor] else {
                throw .unknown(
                    place: "\(place).supervisor", kind: .supervisor, id: absence.supervisor)
            }
            try known.period(absence.period, "\(place).period")
            supervisors[found].periods.removeAll { $0 == absence.period }
        }
    }
}

extension PlacementInstance.Cell {
    /// What tells this cell from every other.
    var name: String { "\(ward) \(profession) \(year) \(period)" }
}

/// The ids of an instance.
private struct Known {
    private let periods: Set<String>
    private let institutions: Set<String>
    private let wards: Set<String>
    private let students: Set<String>
    private let travel: PlacementInstance.Travel

    init(_ instance: PlacementInstance) {
        periods = Set(instance.periods)
        institutions = Set(instance.institutions.map(\.id))
        wards = Set(instance.wards.map(\.id))
        students = Set(instance.students.map(\.id))
        travel = instance.travel
    }

    func period(_ id: String, _ place: String) throws(PlacementFault) {
        if !periods.contains(id) { throw .unknown(place: place, kind: .period, id: id) }
    }

    func institution(_ id: String, _ place: String) throws(PlacementFault) {
        if !institutions.contains(id) { throw .unknown(place: place, kind: .institution, id: id) }
    }

    func ward(_ id: String, _ place: String) throws(PlacementFault) {
        if !wards.contains(id) { throw .unknown(place: place, kind: .ward, id: id) }
    }

    func student(_ id: String, _ place: String) throws(PlacementFault) {
        if !students.contains(id) { throw .unknown(place: place, kind: .student, id: id) }
    }

    func check(_ cell: PlacementInstance.Cell, _ place: String) throws(PlacementFault) {
        try ward(cell.ward, "\(place).ward")
        try period(cell.period, "\(place).period")
    }

    func check(_ lock: PlacementInstance.Lock, _ place: String) throws(PlacementFault) {
        try student(lock.student, "\(place).student")
        try ward(lock.ward, "\(place).ward")
        try period(lock.period, "\(place).period")
    }

    func check(_ student: PlacementInstance.Student, _ place: String) throws(PlacementFault) {
        for period in student.periods { try self.period(period, "\(place).periods") }
        for ward in student.previous { try self.ward(ward, "\(place).previous") }
        guard travel.transit[student.zone] != nil,
            !student.hasCar || travel.car[student.zone] != nil
        else { throw .unknown(place: "\(place).zone", kind: .zone, id: student.zone) }
    }
}
