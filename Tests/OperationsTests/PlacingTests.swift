import Engine
import JSONText
import Operations
import Placements
import Support
import Testing

/// A round in the database and the instance that the allocator sees.
@Suite(.onBothDatabases) struct PlacingTests {
    @Test("A stored round is the instance that its tables were made from")
    func sameInstance() async throws {
        let placing = try await PlacingWorld()
        let contents = try placing.contents()
        var expected = try PlacementInstance(PlacingWorld.json("s164-1"))
        expected.name = placing.round
        expected.seed = 1
        #expect(try Self.sorted(contents.instance()) == Self.sorted(expected))
        // The same bytes each time: what is hashed is what was stored.
        #expect(contents.instanceDocument.text == (try placing.contents()).instanceDocument.text)
        #expect(!contents.instanceDocument.text.contains("@"))
        let supply = try contents.supply()
        #expect(CapacityReport(supply).isProven)
        let needs = try contents.splitInput().question.needs.reduce(0) { $0 + $1.count }
        #expect(needs == expected.students.count)
    }

    /// The lists in which the format's order has no meaning, in an order of their own.
    private static func sorted(_ instance: PlacementInstance) -> PlacementInstance {
        var sorted = instance
        sorted.institutions.sort { $0.id < $1.id }
        sorted.wards.sort { $0.id < $1.id }
        sorted.cells.sort { "\($0)" < "\($1)" }
        sorted.supervisors.sort { $0.id < $1.id }
        sorted.agreements.sort { "\($0)" < "\($1)" }
        sorted.students.sort { $0.id < $1.id }
        sorted.locks.sort { $0.student < $1.student }
        sorted.bans.sort { "\($0)" < "\($1)" }
        return sorted
    }

    @Test("Importing what was exported changes nothing, and says so row by row")
    func exportAgain() async throws {
        let placing = try await PlacingWorld()
        let round = try placing.contents().round
        let tables = try placing.installation.placementTables(of: round)
        let report = try await placing.installation.importTables(
            tables, into: placing.round, by: "jon", dryRun: false)
        #expect(report.lines.count > 1000)
        #expect(report.lines.allSatisfy { $0.outcome == .unchanged })
        #expect(try placing.installation.placementTables(of: round) == tables)
    }

    @Test("Another municipality's coordinator finds no round, no tables and cannot write")
    func scope() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        for person: PersonID in ["eva", "leader"] {
            #expect(try installation.placementRounds(for: person).isEmpty)
            #expect(try installation.placementRound(placing.round, for: person) == nil)
            #expect(try installation.placementContents(placing.round, for: person) == nil)
            await #expect(throws: OperationError.noSuchRound(placing.round)) {
                try await placing.write("bans", "student,ward\n", by: person)
            }
            await #expect(throws: OperationError.noSuchUnit("city")) {
                _ = try await installation.createRound(
                    "X", in: "city", deadlines: World.need(.usual(autumnOf: 2027)), by: person)
            }
        }
        #expect(try installation.placementRounds(for: "jon").map(\.id) == [placing.round])
    }

    @Test(
        "What cannot be is said at its row, and nothing is changed",
        arguments: [
            ("cells", "ward,profession,year,period,capacity\nw0001,sykepleie,1,V1,-1\n", 2),
            ("cells", "ward,profession,year,period,capacity\nnowhere,sykepleie,1,V1,1\n", 2),
            ("locks", "student,ward,period\ns00002,w0001,V1\n", 2),
            ("locks", "student,ward,period\nnobody,w0001,V1\n", 2),
            ("supervisors", "id,ward,profession,trained,max_students\nx,w0001,a,yes,-1\n", 2),
            ("wards", "id,institution,unit\nw0001,i001,other\n", 2),
            ("wards", "id,institution,contact\nw0001,i001,eva\n", 2),
            ("periods", "id,from,to\nV1,2027-W60,2027-W61\n", 2),
        ])
    func faults(table: String, text: String, line: Int) async throws {
        let placing = try await PlacingWorld()
        let before = try placing.contents().instanceDocument.text
        let report = try await placing.write(table, text)
        let error = try #require(report.errors.first)
        #expect(error.table == table)
        #expect(error.line == line)
        #expect(try placing.contents().instanceDocument.text == before)
    }

    @Test("A quota below what is locked is wrong at the agreement's row, and nothing is changed")
    func quota() async throws {
        let placing = try await PlacingWorld()
        let contents = try placing.contents()
        let lock = try #require(contents.locks.first)
        let student = try #require(contents.students.first { $0.id == lock.student })
        let house = try #require(contents.wards.first { $0.id == lock.ward }).institution
        let before = contents.instanceDocument.text
        let report = try await placing.write(
            "agreements",
            """
            school,institution,profession,max_per_period
            \(student.school),\(house),\(student.profession),0

            """)
        #expect(report.errors.map(\.table) == ["agreements"])
        #expect(report.errors.first?.line == 2)
        #expect(try placing.contents().instanceDocument.text == before)
    }

    @Test("A wrong column in one table hides no wrong row of another")
    func wrongColumn() async throws {
        let placing = try await PlacingWorld()
        let before = try placing.contents().instanceDocument.text
        let report = try await placing.installation.importTables(
            [
                PlacingWorld.table("bans", "student,avdeling\ns00001,w0001\n"),
                PlacingWorld.table("wards", "id,institution,unit\nw0001,i001,other\n"),
                PlacingWorld.table("locks", "student,ward,period\nnobody,w0001,V1\n"),
            ], into: placing.round, by: "jon", dryRun: false)
        let told = Set(report.errors.map { "\($0.table):\($0.line ?? 0)" })
        #expect(told == ["bans:0", "wards:2", "locks:2"])
        #expect(try placing.contents().instanceDocument.text == before)
    }

    @Test("A place's contact by e-mail is found again, or is somebody new")
    func contacts() async throws {
        let placing = try await PlacingWorld()
        try await placing.write(
            "wards", "id,institution,contact\nw0001,i001,kari@example.org\nw0002,i001,ny@x.no\n")
        let wards = try placing.contents().wards
        let institution = try #require(wards.first).institution
        #expect(institution == "i001")
        #expect(wards[0].contact == "leader")
        let new = try #require(wards[1].contact)
        #expect(try placing.installation.person(new)?.email == "ny@x.no")
    }

    @Test("Supervisors of a student-dense ward stand there as often as they take students")
    func dense() async throws {
        let placing = try await PlacingWorld()
        let ward = try #require(placing.contents().supervisors.first).ward
        let institution = try #require(placing.contents().wards.first { $0.id == ward })
            .institution
        try await placing.write(
            "wards",
            "id,institution,model,students_per_supervisor\n\(ward),\(institution),dense,3\n")
        let pairs = try placing.contents().supervisors.filter { $0.ward == ward && $0.takesPair }
        let instance = try placing.contents().instance()
        for supervisor in pairs {
            let copies = instance.supervisors.filter {
                RoundContents.supervisor(ofInstance: $0.id) == supervisor.id
            }
            #expect(copies.count == 3)
            #expect(copies.allSatisfy { $0.maximumStudents == 1 })
        }
    }

    @Test("Where a third-year student takes a first-year student along, both have places")
    func together() async throws {
        let placing = try await PlacingWorld()
        let ward = try #require(placing.contents().supervisors.first).ward
        let house = try #require(placing.contents().wards.first { $0.id == ward }).institution
        func supervisors() throws -> [PlacementInstance.Supervisor] {
            try placing.contents().instance().supervisors.filter {
                RoundContents.supervisor(ofInstance: $0.id) == "one"
            }
        }
        try await placing.write(
            "supervisors",
            """
            id,ward,profession,trained,years,periods,max_students
            one,\(ward),annet,yes,1|2|3,V1,1
            """)
        let cells = "ward,profession,year,period,capacity\n\(ward),annet,1,V1,1\n"
        try await placing.write("cells", cells + "\(ward),annet,3,V1,1\n")
        #expect(try supervisors().map(\.maximumStudents) == [1])
        try await placing.write(
            "wards", "id,institution,third_years_co_supervise\n\(ward),\(house),yes\n")
        let counted = try placing.contents().capacity(ofWard: ward).cells
            .filter { $0.profession == "annet" && $0.period == "V1" }
        #expect(counted.map(\.computed).reduce(0, +) == 2)
        let places = try supervisors().filter { !$0.periods.isEmpty }
        #expect(places.map(\.years) == [[3], [1]])
        #expect(places.map(\.maximumStudents) == [1, 1])
        let known = try #require(placing.contents().students.first)
        try await placing.write(
            "students",
            """
            id,school,profession,year,periods,zone,lottery
            first,\(known.school),annet,1,V1,\(known.zone),9001
            third,\(known.school),annet,3,V1,\(known.zone),9002
            """)
        try await placing.write(
            "agreements",
            """
            school,institution,profession,max_per_period
            \(known.school),\(house),annet,2
            """)
        let instance = try placing.contents().instance()
        let result = try Allocator(instance).run(.optimal, profile: .wishesFirst)
        let both = result.allocation.assignments.filter {
            ["first", "third"].contains($0.student)
        }
        #expect(both.map { $0.supervisor.map(RoundContents.supervisor(ofInstance:)) }
            == ["one", "one"])
        // Where the ward does not offer both, the supervisor is free for either.
        try await placing.write(
            "cells", "ward,profession,year,period,capacity\n\(ward),annet,3,V1,0\n")
        #expect(try supervisors().map(\.years) == [[1, 2, 3]])
    }

    @Test("A supervisor with a load for one period stands in no more than one")
    func load() async throws {
        let placing = try await PlacingWorld()
        let one = try #require(
            placing.contents().supervisors.first { $0.periods.count == 2 && !$0.takesPair })
        let years = one.years.map { "\($0)" }.joined(separator: "|")
        try await placing.write(
            "supervisors",
            """
            id,ward,profession,trained,years,periods,load_students
            \(one.id),\(one.ward),\(one.profession),yes,\(years),V1|V2,1
            """)
        let instance = try placing.contents().instance()
        let found = try #require(instance.supervisors.first { $0.id == one.id })
        #expect(found.periods.count == 1)
    }

    @Test("A student who has withdrawn, or has no wishes, is no hindrance")
    func withoutWishes() async throws {
        let placing = try await PlacingWorld()
        let report = try await placing.write("wishes", "student,rank,ward,institution\n")
        #expect(report.errors.isEmpty)
        let instance = try placing.contents().instance()
        #expect(instance.students.count == 164)
    }

    @Test("A place that a student wishes for twice is refused with its line")
    func wishedTwice() async throws {
        let placing = try await PlacingWorld()
        let before = try placing.contents().wishes
        let place = try #require(try placing.contents().institutions.first?.id)
        let report = try await placing.write(
            "wishes", "student,rank,ward,institution\ns00001,1,,\(place)\ns00001,2,,\(place)")
        #expect(report.errors.map(\.line) == [3])
        #expect(report.errors.map(\.problem) == [.wishedTwice(student: "s00001", id: place)])
        #expect(try placing.contents().wishes == before)
    }
}
