/// The individual rules, E1 to E10, and what a placement costs.
struct Eligibility: Sendable {
    /// A student as the rules look at one.
    struct View: Sendable {
        var student: PlacementInstance.Student
        var profession: Int
        /// Minutes to each institution, by its number.
        var minutes: [Int]
        /// Whether the student's school has an agreement there, by the institution's number.
        var hasAgreement: [Bool]
        /// The rank of the first wish that names the ward or its institution.
        var wardRank: [Int: Int]
        var institutionRank: [Int: Int]
        var blocked: Set<Int>
        var previous: Set<Int>
        var previousInstitutions: Set<Int>
        var previousFields: Set<String>
        var banned: Set<Int>
    }

    struct Terms: Sendable {
        var minutes: Int
        var cost: Int
        var unfairness: Int
    }

    private let instance: PlacementInstance
    private let names: Names
    private let columns: [Int]
    private let agreements: [[Int]: [Bool]]
    private let bans: [Int: Set<Int>]
    private let capacity: [[Int]: Int]

    init(_ instance: PlacementInstance, _ names: Names) {
        self.instance = instance
        self.names = names
        var columns = [Int](repeating: 0, count: instance.institutions.count)
        for (column, id) in instance.travel.institutions.enumerated() {
            if let number = names.institutions[id] { columns[number] = column }
        }
        self.columns = columns
        var agreements: [[Int]: [Bool]] = [:]
        let none = [Bool](repeating: false, count: instance.institutions.count)
        for agreement in instance.agreements {
            let key = [
                names.schools[agreement.school] ?? -1,
                names.professions[agreement.profession] ?? -1,
            ]
            agreements[key, default: none][names.institutions[agreement.institution] ?? 0] = true
        }
        self.agreements = agreements
        var bans: [Int: Set<Int>] = [:]
        for ban in instance.bans {
            guard let student = names.students[ban.student], let ward = names.wards[ban.ward] else {
                continue
            }
            bans[student, default: []].insert(ward)
        }
        self.bans = bans
        var capacity: [[Int]: Int] = [:]
        for cell in instance.cells {
            let key = [
                names.wards[cell.ward] ?? -1, names.professions[cell.profession] ?? -1, cell.year,
                names.periods[cell.period] ?? -1,
            ]
            capacity[key] = cell.capacity
        }
        self.capacity = capacity
    }

    func view(_ number: Int) -> View {
        let student = instance.students[number]
        let profession = names.professions[student.profession] ?? -1
        let transit = instance.travel.transit[student.zone] ?? []
        var minutes = columns.map { transit[$0] }
        if student.hasCar, let car = instance.travel.car[student.zone] {
            for (number, column) in columns.enumerated() {
                minutes[number] = min(minutes[number], car[column])
            }
        }
        var wardRank: [Int: Int] = [:]
        var institutionRank: [Int: Int] = [:]
        for (rank, wish) in student.preferences.enumerated() {
            switch wish {
            case .ward(let id):
                if let ward = names.wards[id], wardRank[ward] == nil { wardRank[ward] = rank }
            case .institution(let id):
                if let institution = names.institutions[id], institutionRank[institution] == nil {
                    institutionRank[institution] = rank
                }
            }
        }
        let previous = student.previous.compactMap { names.wards[$0] }
        let key = [names.schools[student.school] ?? -1, profession]
        return View(
            student: student, profession: profession, minutes: minutes,
            hasAgreement: agreements[key]
                ?? Array(repeating: false, count: instance.institutions.count),
            wardRank: wardRank, institutionRank: institutionRank,
            blocked: Set(student.blockedInstitutions.compactMap { names.institutions[$0] }),
            previous: Set(previous),
            previousInstitutions: Set(previous.map { names.institutionOfWard[$0] }),
            previousFields: Set(previous.map { instance.wards[$0].field }),
            banned: bans[number] ?? [])
    }

    /// Whether the rules that do not ask for a cell allow the ward.
    func allows(_ view: View, _ ward: Int) -> Bool {
        let institution = names.institutionOfWard[ward]
        guard view.hasAgreement[institution],
            view.minutes[institution] <= instance.rules.maximumTravel,
            !view.blocked.contains(institution), !view.previous.contains(ward),
            !view.banned.contains(ward)
        else { return false }
        let place = instance.wards[ward]
        let student = view.student
        return (student.hasCar || !place.needsCar)
            && (student.fields.isEmpty || student.fields.contains(place.field))
            && student.needs.allSatisfy(place.features.contains)
    }

    /// What the placement is worth; it need not be allowed.
    func terms(_ view: View, _ ward: Int) -> Terms {
        let rules = instance.rules
        let institution = names.institutionOfWard[ward]
        let minutes = view.minutes[institution]
        var cost = 0
        if !view.student.preferences.isEmpty {
            if let rank = rank(view, ward) {
                cost = rules.rankCost[min(rank, rules.rankCost.count - 1)]
            } else {
                cost = rules.unrankedCost
            }
        }
        let weight = view.student.hasPriority ? rules.priorityWeight : 1
        cost += minutes / rules.travelBand * weight
        if view.previousInstitutions.contains(institution) { cost += rules.repeatInstitutionCost }
        if view.previousFields.contains(instance.wards[ward].field) {
            cost += rules.repeatFieldCost
        }
        let limit = view.student.hasPriority ? rules.fairLimitPriority : rules.fairLimit
        let bands = max(0, minutes - limit) / rules.fairBand
        return Terms(minutes: minutes, cost: cost, unfairness: bands * bands)
    }

    /// The number of the first wish that the ward meets, from 0.
    func rank(_ view: View, _ ward: Int) -> Int? {
        let byWard = view.wardRank[ward]
        let byInstitution = view.institutionRank[names.institutionOfWard[ward]]
        guard let byWard else { return byInstitution }
        return min(byWard, byInstitution ?? byWard)
    }

    /// The individual rules that the placement breaks.
    func codes(_ view: View, _ ward: Int, _ period: String) -> [RuleCode] {
        let place = instance.wards[ward]
        let institution = names.institutionOfWard[ward]
        let student = view.student
        var codes: [RuleCode] = []
        func note(_ code: RuleCode, if isBroken: Bool) {
            if isBroken { codes.append(code) }
        }
        note(.period, if: !student.periods.contains(period))
        let key = [ward, view.profession, student.year, names.periods[period] ?? -1]
        note(.noCell, if: capacity[key] ?? 0 <= 0)
        note(.field, if: !student.fields.isEmpty && !student.fields.contains(place.field))
        note(.noAgreement, if: !view.hasAgreement[institution])
        note(.travel, if: view.minutes[institution] > instance.rules.maximumTravel)
        note(.car, if: place.needsCar && !student.hasCar)
        note(.needs, if: !student.needs.allSatisfy(place.features.contains))
        note(.impartiality, if: view.blocked.contains(institution))
        note(.sameWardBefore, if: view.previous.contains(ward))
        note(.banned, if: view.banned.contains(ward))
        return codes
    }

    func codes(_ student: String, _ ward: String, _ period: String) -> [RuleCode] {
        guard let number = names.students[student], let ward = names.wards[ward] else { return [] }
        return codes(view(number), ward, period)
    }
}
