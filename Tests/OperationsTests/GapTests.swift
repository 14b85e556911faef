import CivilCalendar
import Competence
import Engine
import Operations
import Storage
import Support
import Testing

@Suite struct GapTests {
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
            var expected: [CompetenceID: GapCount] = [:]
            for unit in ["city", "ward", "ward-2"] {
                let found = try installation.gaps(
                    inUnit: unit, asOf: day, expiringWithin: 3, page: 0, pageSize: 5_000)
                for person in found.people {
                    for line in person.lines {
                        expected[line.requirement.competence, default: GapCount()].add(line.state)
                    }
                }
            }
            let total = report.total
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
}
