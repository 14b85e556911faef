import JSONText
import Placements
import Support
import Testing

/// Small random supplies of one ward.
struct RandomSupply {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    mutating func json() -> JSON {
        let periods = number(1...2)
        let supervisors = number(1...3)
        let years = number(1...3)
        var ward: [JSON.Member] = [
            JSON.Member("id", "w"),
            JSON.Member("third_years_co_supervise", .bool(chance(40))),
        ]
        if chance(25) {
            ward.append(JSON.Member("students_per_supervisor", .integer(number(1...3))))
        }
        if chance(30) {
            ward.append(
                JSON.Member("max_per_period", .object(["P1": .integer(number(0...4))])))
        }
        var offers: [JSON] = []
        for year in 1...years {
            for period in 1...periods where chance(60) {
                offers.append(
                    .object([
                        "ward": "w", "profession": "nurse", "year": .integer(year),
                        "period": .string("P\(period)"), "capacity": .integer(number(0...3)),
                    ]))
            }
        }
        var staff: [JSON] = []
        for each in 1...supervisors { staff.append(supervisor(each, years)) }
        return .object([
            "format": "placement-capacity/1", "name": "random",
            "rules": .object([
                "year3_needs_trained": .bool(chance(50)), "weeks_away": .integer(number(0...2)),
                "percentage_one": 40, "percentage_pair": 70,
            ]),
            "periods": .array(
                (1...periods).map {
                    .object([
                        "id": .string("P\($0)"), "from": .string("2027-W0\($0 * 4 - 3)"),
                        "to": .string("2027-W0\($0 * 4 - 1)"),
                    ])
                }),
            "wards": .array([.object(ward)]), "supervisors": .array(staff),
            "absences": .array(chance(30) ? [absence()] : []), "offers": .array(offers),
        ])
    }

    private mutating func absence() -> JSON {
        .object([
            "supervisor": "v1", "from": "2027-W01", "to": .string("2027-W0\(number(1...6))"),
        ])
    }

    private mutating func supervisor(_ number: Int, _ years: Int) -> JSON {
        let taken = (1...years).filter { _ in chance(75) }
        var members = [
            JSON.Member("id", .string("v\(number)")), JSON.Member("ward", "w"),
            JSON.Member("profession", "nurse"), JSON.Member("qualified", .bool(chance(90))),
            JSON.Member("trained", .bool(chance(60))), JSON.Member("pair", .bool(chance(60))),
            JSON.Member("years", .array(taken.map { .integer($0) })),
            JSON.Member("percentage", .integer([30, 50, 80, 100][self.number(0...3)])),
        ]
        if chance(35) { members.append(JSON.Member("max_weeks", .integer(self.number(0...6)))) }
        if chance(35) { members.append(JSON.Member("max_students", .integer(self.number(0...4)))) }
        if chance(25) {
            let weeks: JSON = .object([
                "from": .string("2027-W0\(self.number(1...2))"),
                "to": .string("2027-W0\(self.number(3...7))"),
            ])
            members.append(JSON.Member("available", .array([weeks])))
        }
        return .object(members)
    }
}

/// Tries everything that each supervisor could do in the year, together with all the others.
private struct CapacityBruteForce {
    typealias Counts = [[Int]: Int]

    private let supply: PlacementSupply
    private(set) var most = 0
    private(set) var mostOffered = 0
    /// The offered places that are covered where there are as many students as can be.
    private(set) var offeredAtMost = 0

    init(_ supply: PlacementSupply) {
        self.supply = supply
        search(0, [:])
    }

    private mutating func search(_ index: Int, _ counts: Counts) {
        guard index < supply.supervisors.count else {
            finish(counts)
            return
        }
        for plan in plans(supply.supervisors[index]) {
            search(index + 1, counts.merging(plan, uniquingKeysWith: +))
        }
    }

    private mutating func finish(_ counts: Counts) {
        for (period, whole) in supply.periods.enumerated() {
            let students = counts.filter { $0.key[0] == period }.values.reduce(0, +)
            if students > supply.wards[0].maximumPerPeriod[whole.id] ?? Int.max { return }
        }
        let total = counts.values.reduce(0, +)
        var offered = 0
        for offer in supply.offers {
            let period = supply.periods.firstIndex { $0.id == offer.period } ?? -1
            offered += min(offer.capacity, counts[[period, offer.year]] ?? 0)
        }
        if total > most { (most, offeredAtMost) = (total, offered) }
        if total == most { offeredAtMost = max(offeredAtMost, offered) }
        mostOffered = max(mostOffered, offered)
    }

    /// Every year of work of one supervisor that keeps the person's own limits.
    private func plans(_ supervisor: PlacementSupply.Supervisor) -> Set<Counts> {
        var plans: Set<Counts> = []
        func extend(_ period: Int, _ counts: Counts, _ weeks: Int) {
            if weeks > supervisor.maximumWeeks ?? 99 { return }
            if counts.values.reduce(0, +) > supervisor.maximumStudents ?? 99 { return }
            guard period < supply.periods.count else {
                plans.insert(counts)
                return
            }
            extend(period + 1, counts, weeks)
            for unit in units(supervisor, period) {
                var more = counts
                for year in unit { more[[period, year], default: 0] += 1 }
                extend(period + 1, more, weeks + PlacementWeek.count(supply.periods[period].weeks))
            }
        }
        extend(0, [:], 0)
        return plans
    }

    /// The students, by their years, that the supervisor could have at once.
    private func units(_ supervisor: PlacementSupply.Supervisor, _ period: Int) -> [[Int]] {
        let weeks = supply.periods[period].weeks
        let names = ["01", "02", "03", "04", "05", "06", "07"].map { "2027-W\($0)" }
        let away = names.compactMap(PlacementWeek.init).count { week in
            let isAway = supply.absences.contains {
                $0.supervisor == supervisor.id && $0.weeks.contains(week)
            }
            let works =
                supervisor.available.isEmpty
                || supervisor.available.contains { $0.contains(week) }
            return weeks.contains(week) && (isAway || !works)
        }
        guard supervisor.isQualified, supervisor.percentage >= supply.rules.percentageForOne,
            away <= supply.rules.weeksAway
        else { return [] }
        let years = supervisor.years.filter {
            $0 != 3 || supervisor.isTrained || !supply.rules.thirdYearNeedsTrained
        }
        var units = years.map { [$0] }
        let takesMany = supervisor.percentage >= supply.rules.percentageForPair
        let ward = supply.wards[0]
        if let most = ward.studentsPerSupervisor {
            guard takesMany else { return units }
            for _ in 1..<most where most > 1 {
                units += units.flatMap { unit in years.map { unit + [$0] } }
            }
            return Array(Set(units.filter { $0.count <= most }.map { $0.sorted() }))
        }
        if supervisor.takesPair, takesMany { units += years.map { [$0, $0] } }
        if ward.thirdYearsCoSupervise, years.contains(1), years.contains(3) {
            units.append([1, 3])
        }
        return units
    }
}

@Suite struct CapacityTests {
    @Test("The capacity is what trying everything finds", arguments: 0..<20)
    func bruteForce(batch: Int) throws {
        var withLoad = 0
        for seed in batch * 150..<(batch + 1) * 150 {
            var source = RandomSupply(seed: UInt64(seed))
            let supply: PlacementSupply
            do {
                supply = try PlacementSupply(source.json())
            } catch {
                guard case .outsidePeriods = error else { throw error }
                continue
            }
            let expected = CapacityBruteForce(supply)
            let report = CapacityReport(supply)
            #expect(report.isProven)
            let ward = try #require(report.wards.first)
            #expect(ward.computed == expected.most, "seed \(seed)")
            #expect(ward.supported == expected.mostOffered, "seed \(seed)")
            let covered = report.cells.reduce(0) { $0 + min($1.computed, $1.offered ?? 0) }
            #expect(covered == expected.offeredAtMost, "seed \(seed)")
            #expect(report.cells.reduce(0) { $0 + $1.computed } == expected.most)
            for cell in report.cells {
                let parts = cell.parts
                #expect(
                    parts.one + 2 * parts.pairs + parts.coSupervised + parts.dense
                        == cell.computed, "seed \(seed)")
                #expect(cell.alone >= cell.computed, "seed \(seed)")
                // Everybody of the ward counts or has a reason.
                let counted =
                    parts.one + parts.pairs + parts.coSupervised + parts.denseSupervisors
                let others = cell.missing.reduce(0) { $0 + $1.supervisors }
                #expect(counted + others == supply.supervisors.count, "seed \(seed)")
            }
            for load in report.loads {
                #expect(load.weeks <= load.maximumWeeks ?? 99)
                #expect(load.students <= load.maximumStudents ?? 99)
                if load.maximumWeeks != nil { withLoad += 1 }
            }
        }
        #expect(withLoad > 20)
    }

    @Test("Ward by ward it is the same as all at once")
    func byWard() throws {
        let supply = PlacementSupply(try Fixture.instance("s164-1"))
        let whole = CapacityReport(supply)
        let joined = CapacityReport(
            joining: supply.byWard.map { CapacityReport($0) }, name: supply.name)
        #expect(supply.byWard.count > 10)
        #expect(joined.cells == whole.cells)
        #expect(joined.wards == whole.wards)
        #expect(joined.loads.sorted { $0.supervisor < $1.supervisor }
            == whole.loads.sorted { $0.supervisor < $1.supervisor })
        #expect(joined.isProven == whole.isProven)
    }

    @Test("What an absence endangers is the difference between two computed wards")
    func absence() throws {
        var losses = 0
        for seed in 0..<300 {
            var source = RandomSupply(seed: UInt64(seed))
            guard let supply = try? PlacementSupply(source.json()) else { continue }
            let first = try #require(PlacementWeek("2027-W01"))
            let weeks = try first...#require(PlacementWeek("2027-W03"))
            let impact = try AbsenceImpact("v1", weeks: weeks, in: supply)
            let before = CapacityBruteForce(supply)
            let after = CapacityBruteForce(try supply.without("v1", weeks))
            let isOffered = !supply.offers.isEmpty
            #expect(impact.placesBefore == (isOffered ? before.mostOffered : before.most))
            #expect(impact.placesAfter == (isOffered ? after.mostOffered : after.most))
            if impact.placesAfter < impact.placesBefore {
                #expect(!impact.losses.isEmpty)
                losses += 1
            }
        }
        #expect(losses > 20)
    }

    @Test("Placed students without their supervisor are named, with who can take over")
    func cover() throws {
        let instance = try Fixture.instance("s164-1")
        let allocation = try Allocator(instance).run(.optimal).allocation
        let supply = PlacementSupply(instance)
        var covered = 0
        for supervisor in instance.supervisors {
            let impact = try AbsenceImpact(
                supervisor.id, in: supply,
                placed: AbsenceImpact.Placed(allocation, of: instance))
            let own = allocation.assignments.filter { $0.supervisor == supervisor.id }
            #expect(Set(impact.students.map(\.student)) == Set(own.map(\.student)))
            // With the cover in place the rules hold, but for the students whom nobody covers.
            var assignments = allocation.assignments.filter { $0.supervisor != supervisor.id }
            for student in impact.students {
                guard let cover = student.cover,
                    var place = own.first(where: {
                        $0.student == student.student
                    })
                else { continue }
                covered += 1
                place.supervisor = cover
                assignments.append(place)
            }
            let check = AllocationCheck(
                PlacementAllocation(instance: instance.name, assignments: assignments),
                of: instance)
            #expect(check.violations.allSatisfy { $0.code == .lock }, "\(supervisor.id)")
        }
        #expect(covered > 0)
    }

    @Test(
        "A wrong supply is located",
        arguments: [
            ("offers", "capacity", JSON.integer(-1), "offers[0].capacity is -1"),
            ("offers", "ward", "x", "offers[0].ward names the ward \"x\", which is not there."),
            ("supervisors", "ward", "x", "supervisors[0].ward names the ward \"x\""),
            ("supervisors", "max_students", -2, "supervisors[0].max_students is -2"),
            ("supervisors", "percentage", 130, "supervisors[0].percentage is 130; it must be"),
            ("absences", "supervisor", "x", "absences[0].supervisor names the supervisor \"x\""),
            ("absences", "from", "2027-W60", "absences[0].from is not a week that exists"),
            ("absences", "to", "2026-W50", "ends in 2026-W50, before it begins in 2027-W01"),
            ("periods", "to", "2027-W09", "\"P2\" overlaps the period \"P1\""),
            (
                "supervisors", "available",
                .array([.object(["from": "2029-W01", "to": "2029-W05"])]),
                "supervisors[0].available[0] is from 2029-W01 to 2029-W05, which is outside every"
            ),
        ])
    func faults(list: String, member: String, value: JSON, expected: String) throws {
        let supply = JSON.object([
            "format": "placement-capacity/1", "name": "x",
            "rules": .object(["year3_needs_trained": true]),
            "periods": .array([
                .object(["id": "P1", "from": "2027-W01", "to": "2027-W04"]),
                .object(["id": "P2", "from": "2027-W05", "to": "2027-W08"]),
            ]),
            "wards": .array([.object(["id": "w"])]),
            "supervisors": .array([
                .object([
                    "id": "v1", "ward": "w", "profession": "nurse", "trained": true,
                    "years": .array([1]),
                ])
            ]),
            "absences": .array([
                .object(["supervisor": "v1", "from": "2027-W01", "to": "2027-W02"])
            ]),
            "offers": .array([
                .object([
                    "ward": "w", "profession": "nurse", "year": 1, "period": "P1", "capacity": 1,
                ])
            ]),
        ])
        #expect(try CapacityReport(PlacementSupply(supply)).wards[0].computed == 1)
        let changed = JSON.object(
            supply.members.map { top in
                guard top.name == list, case .object(let members)? = top.value.array.first else {
                    return top
                }
                let one = members.filter { $0.name != member } + [JSON.Member(member, value)]
                return JSON.Member(top.name, .array([.object(one)] + top.value.array.dropFirst()))
            })
        do throws(PlacementFault) {
            _ = try PlacementSupply(changed)
            Issue.record("it was let through")
        } catch {
            #expect(error.description.contains(expected), "\(error)")
        }
    }

    @Test("Weeks are counted over the turn of the year, also where a year has 53")
    func weeks() throws {
        #expect(PlacementWeek("2026-W53") != nil)
        #expect(PlacementWeek("2027-W53") == nil)
        #expect(PlacementWeek("2027-W00") == nil)
        #expect(PlacementWeek("2027-3") == nil)
        let range = try #require(PlacementWeek("2026-W52"))...#require(PlacementWeek("2027-W02"))
        #expect(PlacementWeek.count(range) == 4)
        for text in ["2020-W53", "2021-W01", "2026-W53", "2027-W01", "1999-W52", "2400-W52"] {
            #expect(PlacementWeek(text)?.description == text)
        }
    }
}
