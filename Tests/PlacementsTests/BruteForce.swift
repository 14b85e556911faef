import Placements

/// Tries every allocation with every supervisor, and knows nothing of how the methods work.
struct BruteForce {
    private struct Choice {
        var ward: PlacementInstance.Ward
        var period: String
        var supervisor: PlacementInstance.Supervisor
        var cost: Int
        var unfairness: Int
    }

    private let instance: PlacementInstance
    private let base: PlacementAllocation?
    private let levels: [ObjectiveLevel]
    private var choices: [[Choice]] = []
    private var chosen: [Choice?] = []
    /// The values of the best allocation, by level; nil where the locks cannot be kept.
    private(set) var best: [Int]?

    init(_ instance: PlacementInstance, base: PlacementAllocation?, profile: AllocationProfile) {
        self.instance = instance
        self.base = base
        levels = profile.levels(isRepair: base != nil)
        choices = instance.students.map(allChoices)
        chosen = instance.students.map { _ in nil }
        search(0, 0)
    }

    // MARK: - One student

    private func allChoices(_ student: PlacementInstance.Student) -> [Choice] {
        var result: [Choice] = []
        for ward in instance.wards {
            for period in instance.periods where isAllowed(student, ward, period) {
                for supervisor in instance.supervisors
                where supervisor.ward == ward.id && supervisor.profession == student.profession
                    && supervisor.periods.contains(period)
                    && supervisor.years.contains(student.year)
                    && (student.year != 3 || !instance.rules.thirdYearNeedsTrained
                        || supervisor.isTrained)
                {
                    let minutes = minutes(student, ward.institution)
                    let limit =
                        student.hasPriority
                        ? instance.rules.fairLimitPriority : instance.rules.fairLimit
                    let bands = minutes > limit ? (minutes - limit) / instance.rules.fairBand : 0
                    result.append(
                        Choice(
                            ward: ward, period: period, supervisor: supervisor,
                            cost: cost(student, ward, minutes), unfairness: bands * bands))
                }
            }
        }
        return result
    }

    private func capacity(
        _ student: PlacementInstance.Student, _ ward: String, _ period: String
    ) -> Int {
        instance.cells.first {
            $0.ward == ward && $0.profession == student.profession && $0.year == student.year
                && $0.period == period
        }?.capacity ?? 0
    }

    private func isAllowed(
        _ student: PlacementInstance.Student, _ ward: PlacementInstance.Ward, _ period: String
    ) -> Bool {
        if let lock = instance.locks.first(where: { $0.student == student.id }) {
            guard lock.ward == ward.id, lock.period == period else { return false }
        }
        return student.periods.contains(period) && capacity(student, ward.id, period) > 0
            && (student.fields.isEmpty || student.fields.contains(ward.field))
            && agreement(student, ward) != nil
            && minutes(student, ward.institution) <= instance.rules.maximumTravel
            && (!ward.needsCar || student.hasCar)
            && Set(student.needs).isSubset(of: ward.features)
            && !student.blockedInstitutions.contains(ward.institution)
            && !student.previous.contains(ward.id)
            && !instance.bans.contains { $0.student == student.id && $0.ward == ward.id }
    }

    private func agreement(
        _ student: PlacementInstance.Student, _ ward: PlacementInstance.Ward
    ) -> PlacementInstance.Agreement? {
        instance.agreements.first {
            $0.school == student.school && $0.institution == ward.institution
                && $0.profession == student.profession
        }
    }

    private func minutes(_ student: PlacementInstance.Student, _ institution: String) -> Int {
        let column = instance.travel.institutions.firstIndex(of: institution) ?? 0
        let transit = instance.travel.transit[student.zone]?[column] ?? 999
        let car = instance.travel.car[student.zone]?[column] ?? 999
        return student.hasCar ? min(transit, car) : transit
    }

    private func cost(
        _ student: PlacementInstance.Student, _ ward: PlacementInstance.Ward, _ minutes: Int
    ) -> Int {
        let rules = instance.rules
        var cost = 0
        if !student.preferences.isEmpty {
            let rank = student.preferences.firstIndex {
                $0 == .ward(ward.id) || $0 == .institution(ward.institution)
            }
            cost =
                rank.map { rules.rankCost[min($0, rules.rankCost.count - 1)] }
                ?? rules.unrankedCost
        }
        cost += minutes / rules.travelBand * (student.hasPriority ? rules.priorityWeight : 1)
        let previous = instance.wards.filter { student.previous.contains($0.id) }
        if previous.contains(where: { $0.institution == ward.institution }) {
            cost += rules.repeatInstitutionCost
        }
        if previous.contains(where: { $0.field == ward.field }) { cost += rules.repeatFieldCost }
        return cost
    }

    // MARK: - All students

    private mutating func search(_ index: Int, _ unplaced: Int) {
        if let best, unplaced > best[0] { return }
        guard index < choices.count else {
            let values = levels.map(value)
            if best.map({ values.lexicographicallyPrecedes($0) }) ?? true { best = values }
            return
        }
        for choice in choices[index] where fits(choice, index) {
            chosen[index] = choice
            search(index + 1, unplaced)
        }
        chosen[index] = nil
        if !instance.locks.contains(where: { $0.student == instance.students[index].id }) {
            search(index + 1, unplaced + 1)
        }
    }

    private func fits(_ choice: Choice, _ index: Int) -> Bool {
        let student = instance.students[index]
        var (cell, ward, institution, quota, total, supervised) = (1, 1, 1, 1, 1, 1)
        for earlier in 0..<index {
            guard let other = chosen[earlier] else { continue }
            let fellow = instance.students[earlier]
            let isSameGroup =
                fellow.school == student.school && fellow.profession == student.profession
            if isSameGroup, other.ward.institution == choice.ward.institution { total += 1 }
            guard other.period == choice.period else { continue }
            if isSameGroup, other.ward.institution == choice.ward.institution { quota += 1 }
            if other.ward.institution == choice.ward.institution { institution += 1 }
            guard other.ward.id == choice.ward.id else { continue }
            ward += 1
            if fellow.profession == student.profession, fellow.year == student.year { cell += 1 }
            if other.supervisor.id == choice.supervisor.id {
                supervised += 1
                let mayShare = isSameGroup && fellow.year == student.year
                if instance.rules.pairSharesGroup, !mayShare { return false }
            }
        }
        let place = instance.institutions.first { $0.id == choice.ward.institution }
        guard let agreement = agreement(student, choice.ward) else { return false }
        return cell <= capacity(student, choice.ward.id, choice.period)
            && ward <= choice.ward.maximumPerPeriod[choice.period] ?? Int.max
            && institution <= place?.maximumPerPeriod[choice.period] ?? Int.max
            && quota <= agreement.maximumPerPeriod && total <= agreement.maximumTotal ?? Int.max
            && supervised <= choice.supervisor.maximumStudents
    }

    private func value(_ level: ObjectiveLevel) -> Int {
        switch level {
        case .unplaced: chosen.count { $0 == nil }
        case .unplacedPriority:
            zip(chosen, instance.students).count { $0 == nil && $1.hasPriority }
        case .disturbed:
            zip(chosen, instance.students).count { choice, student in
                guard let old = base?.assignments.first(where: { $0.student == student.id }) else {
                    return false
                }
                return choice?.ward.id != old.ward || choice?.period != old.period
            }
        case .cost: chosen.reduce(0) { $0 + ($1?.cost ?? 0) }
        case .fairness: chosen.reduce(0) { $0 + ($1?.unfairness ?? 0) }
        }
    }
}
