import CivilCalendar
import Competence
import Engine
import Operations
import Storage
import Support
import Testing

@Suite(.onBothDatabases) struct GapTests {
    /// A city of several wards with random employments and random records.
    private func city(seed: UInt64, people: Int) async throws -> World {
        let world = try World()
        try await world.ward()
        try await world.publishFramework()
        var random = Support.SeededRandom(seed: seed)
        let shelf = try world.installation.frameworkShelf()
        var employments: [[SQLValue]] = []
        var entries: [[SQLValue]] = []
        let framework = try #require(shelf.versions.first).framework
        let positions = ["nurse", "assistant", "health-care-worker", "cook"]
        for number in 0..<people {
            let person = SQLValue.text("p\(number)")
            for unit in ["ward", "ward-2", "city"].shuffled(using: &random)
                .prefix(Int.random(in: 0...2, using: &random))
            {
                let from = CivilDay(number: 20_500 - Int.random(in: 0...200, using: &random))
                employments.append([
                    person, .text(from.description), .text(unit),
                    .text(positions[Int.random(in: 0..<4, using: &random)]), 100,
                    Bool.random(using: &random)
                        ? .text(
                            from.adding(days: Int.random(in: 0...300, using: &random))
                                .description) : .null,
                ])
            }
            var kept: [(number: Int, competence: CompetenceID)] = []
            for entry in 1...20 {
                let achieved = CivilDay(number: 20_500 - Int.random(in: -30...300, using: &random))
                let recorded = world.installation.time.instant(
                    CivilMoment(
                        CivilDay(number: 20_500 - Int.random(in: -20...300, using: &random)),
                        .midnight))
                if entry % 5 == 0, let target = kept.randomElement(using: &random) {
                    kept.removeAll { $0.number == target.number }
                    entries.append([
                        person, SQLValue(entry), "revoked", .text(target.competence.rawValue),
                        "{}", "basic", .text(achieved.description), .null, "",
                        SQLValue(target.number), .integer(recorded.milliseconds), "operator",
                    ])
                    continue
                }
                let definition = try #require(
                    framework.competences.randomElement(using: &random))
                let level = framework.ladder(of: definition.id)?.levels
                    .randomElement(using: &random)
                let until = achieved.adding(days: Int.random(in: 0...400, using: &random))
                kept.append((entry, definition.id))
                entries.append([
                    person, SQLValue(entry), "imported", .text(definition.id.rawValue), "{}",
                    SQLValue(level?.id.rawValue), .text(achieved.description),
                    Bool.random(using: &random) ? .text(until.description) : .null, "", .null,
                    .integer(recorded.milliseconds), "operator",
                ])
            }
        }
        try await write(people, employments, entries, in: world)
        return world
    }

    private func write(
        _ people: Int, _ places: [[SQLValue]], _ lines: [[SQLValue]], in world: World
    ) async throws {
        try await world.installation.database.write { connection in
            _ = try connection.run(
                """
                INSERT INTO org_unit (id, parent, name, kind)
                VALUES ('ward-2', 'ward', 'Furu', 'ward')
                """, [])
            for number in 0..<people {
                _ = try connection.run(
                    "INSERT INTO person (id, name, unit) VALUES (?, ?, ?)",
                    [.text("p\(number)"), .text("P \(number)"), number % 7 == 0 ? "ward" : .null])
            }
            for place in places {
                _ = try connection.run(
                    """
                    INSERT INTO employment (person, from_on, unit, position, percentage, until_on)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """, place)
            }
            for line in lines {
                _ = try connection.run(
                    """
                    INSERT INTO competence_entry (person, number, kind, competence, title, level,
                        achieved_on, valid_until, attested_by, revokes, recorded_at, recorded_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, line)
            }
        }
    }

    /// The one run gives what asking each person's record gives.
    @Test(arguments: [(1, 60), (2, 60), (3, 700)] as [(UInt64, Int)])
    func theRunCountsWhatEachRecordSays(seed: UInt64, people: Int) async throws {
        let world = try await city(seed: seed, people: people)
        let installation = world.installation
        for back in [0, 40] {
            let day = CivilDay(number: 20_500 - back)
            let report = try installation.gap(of: "city", asOf: day, expiringWithin: 3)
            // Whoever works in several units counts once, as where they are furthest from it.
            var states: [CompetenceID: [PersonID: RequirementState]] = [:]
            for unit in ["city", "ward", "ward-2"] {
                let found = try installation.gaps(
                    inUnit: unit, asOf: day, expiringWithin: 3, page: 0, pageSize: 5_000)
                for person in found.people {
                    for line in person.lines {
                        let known = states[line.requirement.competence]?[person.person]
                        let most = [known, line.state].compactMap { $0 }.max { $0.press < $1.press }
                        states[line.requirement.competence, default: [:]][person.person] = most
                    }
                }
            }
            let expected = states.mapValues { states in
                states.values.reduce(into: GapCount()) { $0.add($1) }
            }
            let total = report.total
            let inPlaces = report.places.reduce(0) { $0 + $1.people }
            #expect(total.people < inPlaces)
            #expect(total.people > people / 4)
            let counted = Dictionary(
                uniqueKeysWithValues: zip(report.competences, total.counts))
            #expect(counted == expected)
            #expect(total.counts.contains { $0.missing > 0 && $0.held > 0 })
            #expect(total.counts.contains { $0.expiring > 0 })
        }
    }

    @Test func placesAreTheUnitItselfAndThoseRightBelow() async throws {
        let world = try await city(seed: 4, people: 40)
        let day = CivilDay(number: 20_500)
        let city = try world.installation.gap(of: "city", asOf: day, expiringWithin: 3)
        #expect(city.places.map(\.id) == ["city", "ward"])
        #expect(city.places.map(\.isItself) == [true, false])
        let ward = try world.installation.gap(of: "ward", asOf: day, expiringWithin: 3)
        #expect(ward.places.map(\.id) == ["ward", "ward-2"])
        #expect(ward.total.people == city.places.last?.people)
        #expect(throws: OperationError.noSuchUnit("nowhere")) {
            try world.installation.gap(of: "nowhere", asOf: day, expiringWithin: 3)
        }
    }

    /// A leader further up computes from no page, nor from several, how fewer than five stand whom
    /// they do not lead themselves; and whoever may open each record sees everything.
    @Test(arguments: [(5, 12), (6, 24), (7, 60), (8, 200)] as [(UInt64, Int)])
    func nothingIsToldOfFew(seed: UInt64, people: Int) async throws {
        let world = try await city(seed: seed, people: people)
        let day = CivilDay(number: 20_500)
        func shown(_ unit: String, _ reader: PersonID) throws -> ShownGap {
            try world.installation.gap(of: unit, asOf: day, expiringWithin: 3, for: reader)
        }
        var hidden = 0
        for (reader, units) in [
            ("director", ["city", "ward", "ward-2"]), ("leader", ["ward", "ward-2"]),
        ] as [(PersonID, [String])] {
            var above: [String: [CompetenceID: Bool]] = [:]
            for unit in units {
                let gap = try shown(unit, reader)
                #expect(!gap.isOpen)
                let leads = try world.installation.leads(reader, unit)
                for (index, competence) in gap.report.competences.enumerated() {
                    let left = gap.report.places.indices.filter { !gap.isShown[$0][index] }
                        .reduce(0) { $0 + gap.report.places[$1].counts[index].needed }
                    let asked = gap.report.places.filter { !($0.isItself && leads) }
                        .reduce(0) { $0 + $1.counts[index].needed }
                    if gap.isSumShown[index] {
                        #expect(!(1..<5).contains(left), "\(unit) \(competence)")
                        #expect(!(1..<5).contains(asked), "\(unit) \(competence)")
                    }
                    hidden += left
                    // What the page above leaves out, this one leaves out too.
                    if above[unit]?[competence] == false { #expect(!gap.isSumShown[index]) }
                }
                for (place, found) in gap.report.places.enumerated() where !found.isItself {
                    above[found.id] = Dictionary(
                        uniqueKeysWithValues: zip(gap.report.competences, gap.isShown[place]))
                }
            }
        }
        #expect(people > 100 || hidden > 0)
        let open = try shown("city", "hr")
        #expect(open.isOpen)
        #expect(open.isShown.allSatisfy { $0.allSatisfy { $0 } })
    }

    /// Use what is there, teach, recruit: for a ward, for the unit above it, and for one person.
    @Test func whatThereIsToUse() async throws {
        let (world, _) = try await World.competent()
        func employ(_ person: String, _ unit: String, _ position: String) async throws {
            try await world.installation.database.write { connection in
                _ = try connection.run(
                    """
                    INSERT INTO employment (person, from_on, unit, position, percentage)
                    VALUES (?, '2024-01-01', ?, ?, 100)
                    """, [.text(person), .text(unit), .text(position)])
            }
        }
        try await employ("amina", "ward", "nurse")
        try await employ("buddy", "ward", "cook")
        try await employ("director", "city", "cook")
        let table = """
            person,competence,level,achieved-on
            buddy,nutrition,basic,2026-01-10
            director,fall-prevention,basic,2026-01-10
            buddy,basic-care,basic,2026-01-10
            """
        let report = try await world.installation.importTables(
            [ImportTable(kind: .competences, file: "c", bytes: Array(table.utf8))], dryRun: false)
        #expect(report.isApplied)
        _ = try await world.claimed(
            "palliative-care", "completed", by: "amina", kind: .priorLearning, on: "2025-11-10")
        func measures(_ unit: String, _ competence: CompetenceID) throws -> [GapMeasure] {
            let gap = try world.installation.gap(
                of: unit, asOf: world.now.day, expiringWithin: 3)
            let index = try #require(gap.competences.firstIndex(of: competence))
            let found = try world.installation.resources(for: gap, in: .english)
            return gap.total.counts[index].measures(try #require(found[competence]))
        }
        #expect(try measures("ward", "nutrition") == [.mobilise(people: 1), .teach])
        #expect(try measures("ward", "fall-prevention") == [.borrow(people: 1), .teach])
        #expect(try measures("city", "fall-prevention") == [.mobilise(people: 1), .teach])
        #expect(try measures("ward", "palliative-care") == [.answer(claims: 1), .course])
        #expect(try measures("ward", "norwegian") == [.course])
        #expect(try measures("ward", "nurse-authorisation") == [.recruit])
        let courses = try measures("ward", "medicines-theory")
        guard courses.count == 1, case .develop(let programmes)? = courses.first else {
            Issue.record("\(courses)")
            return
        }
        #expect(programmes.contains { !$0.isEmpty })
        let own = try world.installation.passport(of: "amina", for: "amina").resources
        #expect(own["nutrition"]?.here == 1 && own["fall-prevention"]?.here == 0)
        #expect(own["palliative-care"]?.claimed == 1)
        #expect(own["nurse-authorisation"]?.way == .education)
        // What another has on a lower level helps nobody.
        #expect(own["medicines-practice"]?.here == 0)
    }
}

extension RequirementState {
    /// How pressing it is.
    fileprivate var press: Int {
        switch self {
        case .held: 0
        case .ahead: 1
        case .expiring: 2
        case .missing: 3
        }
    }
}
