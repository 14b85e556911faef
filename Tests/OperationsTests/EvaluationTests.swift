import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

/// The documentation's programme that evaluates, and wards with people in them.
struct Evaluated {
    let world: World
    private var ids: [PersonID: EnrolmentID] = [:]
    static let programme: ProgrammeID = "first-weeks"

    /// - Parameter wards: How many people are new in each ward below the one house.
    init(wards: [Int]) async throws {
        world = try World(now: "2026-03-02T09:00")
        try await publish([])
        var units = "id,name,kind,parent,manager,hr\nhouse,House,agency,,boss,hr\n"
        var people = "id,name,email,private-email,language,unit,digest\n"
        func add(_ id: String, _ unit: String) {
            people += "\(id),\(id),\(id)@a.example,,nb,\(unit),\n"
        }
        for id in ["boss", "hr", "mentor", "other"] { add(id, "house") }
        for (ward, count) in wards.enumerated() {
            units += "w\(ward),Ward \(ward),ward,house,boss,\n"
            for number in 0..<count { add("p\(ward)-\(number)", "w\(ward)") }
        }
        let report = try await world.importText(units: units, people: people)
        try #require(report.isApplied)
        for (ward, count) in wards.enumerated() {
            for number in 0..<count {
                let person = PersonID("p\(ward)-\(number)")
                ids[person] = try await world.installation.enrol(
                    EnrolRequest(
                        participant: person, programme: Self.programme,
                        anchors: ["first-day": world.now.day], chosen: [.mentor: "mentor"]),
                    by: .operatorCommand)
            }
        }
    }

    @discardableResult
    func publish(_ changes: [(String, String)]) async throws -> CompiledVersion {
        var source = try World.need(
            ProgrammeSource(path: Repository.url("Docs/examples/first-weeks.yaml").path))
        var text = String(decoding: source.bytes, as: UTF8.self)
        for (old, new) in changes {
            try #require(text.contains(old))
            text = text.replacing(old, with: new)
        }
        source.bytes = Array(text.utf8)
        let (version, diagnostics) = try await world.installation.publish(source)
        #expect(diagnostics == [])
        return try #require(version)
    }

    func enrolment(_ person: PersonID) throws -> EnrolmentID {
        try #require(ids[person])
    }

    func view(_ person: PersonID) throws -> EnrolmentView {
        try #require(
            try world.installation.enrolmentView(try enrolment(person), for: person))
    }

    func answer(
        _ step: StepID, of person: PersonID, by other: PersonID? = nil, _ answers: [String: String]
    ) async throws {
        try await world.installation.answer(
            step, of: try enrolment(person), by: other ?? person, answers: answers,
            on: world.now.day, key: nil)
    }

    /// Everybody of a ward answers how confident they are at the start.
    func start(_ ward: Int, _ numbers: [Int]) async throws {
        for (index, number) in numbers.enumerated() {
            try await answer(
                "starting-point", of: PersonID("p\(ward)-\(index)"), ["confident": "\(number)"])
        }
    }

    /// What was answered to a question in a form by a role.
    func answers(
        _ question: String, _ step: StepID, _ role: RoleID = .participant,
        unit: String = "house", version: Int? = nil
    ) throws -> EvaluationResults.Answers? {
        let results = try world.installation.evaluation(
            of: Self.programme, version: version, unit: unit)
        let line = try #require(
            results.levels.flatMap(\.lines).first { $0.question.id == question })
        let measured = line.measured.first { $0.source.step.id == step && $0.source.role == role }
        return try #require(measured).answers
    }
}

@Suite(.onBothDatabases) struct EvaluationTests {
    @Test("Four answers show nothing; five show how many gave which, and words by the alphabet")
    func five() async throws {
        let evaluated = try await Evaluated(wards: [5])
        try await evaluated.start(0, [1, 5, 3, 3])
        #expect(try evaluated.answers("confident", "starting-point") == nil)
        try await evaluated.answer("starting-point", of: "p0-4", ["confident": "4"])
        let numbers = try #require(try evaluated.answers("confident", "starting-point"))
        #expect(numbers.count == 5)
        #expect(numbers.distribution == [1, 0, 2, 1, 1])
        #expect(numbers.mean == 3.2)
        for (index, text) in ["e", "b", "d", "a", "c"].enumerated() {
            #expect(try evaluated.answers("words", "afterwards") == nil)
            try await evaluated.answer(
                "afterwards", of: PersonID("p0-\(index)"), ["confident": "5", "words": text])
        }
        #expect(try evaluated.answers("words", "afterwards")?.texts == ["a", "b", "c", "d", "e"])
        // Side by side: the baseline first, then the same question later, by each role.
        let results = try evaluated.world.installation.evaluation(
            of: Evaluated.programme, version: nil, unit: "house")
        let learning = try #require(results.levels.first { $0.level == .learning })
        #expect(
            learning.lines[0].measured.map { "\($0.source.step.id) \($0.source.role)" } == [
                "starting-point participant", "afterwards participant", "afterwards mentor",
            ])
        #expect(learning.lines[0].measured.map { $0.answers?.count } == [5, 5, nil])
    }

    @Test("Five answers of one mentor are the words of one person, and show nothing")
    func onePerson() async throws {
        let evaluated = try await Evaluated(wards: [6])
        for index in 0..<6 {
            try await evaluated.answer(
                "afterwards", of: PersonID("p0-\(index)"), by: "mentor", ["confident": "2"])
        }
        #expect(try evaluated.answers("confident", "afterwards", .mentor) == nil)
    }

    @Test("What one unit leaves out can not be had by taking its neighbours from the whole")
    func subtraction() async throws {
        let evaluated = try await Evaluated(wards: [5, 2, 6])
        try await evaluated.start(0, [1, 1, 2, 2, 3])
        try await evaluated.start(1, [5, 5])
        try await evaluated.start(2, [4, 4, 4, 4, 4, 4])
        #expect(try evaluated.answers("confident", "starting-point")?.count == 13)
        #expect(try evaluated.answers("confident", "starting-point", unit: "w2")?.count == 6)
        #expect(try evaluated.answers("confident", "starting-point", unit: "w1") == nil)
        // Five answered there, but what were left would be two.
        #expect(try evaluated.answers("confident", "starting-point", unit: "w0") == nil)
    }

    @Test("An answer that is changed, or none of the scale, counts once or is refused whole")
    func changed() async throws {
        let evaluated = try await Evaluated(wards: [5])
        for number in ["0", "6", "3.5", "-1", " 3", "three"] {
            await #expect(throws: OperationError.self) {
                try await evaluated.answer("starting-point", of: "p0-0", ["confident": number])
            }
        }
        let open = try evaluated.view("p0-0")
        #expect(open.steps.first { $0.step.id == "starting-point" }?.status == .open)
        for index in 0..<5 {
            let person = PersonID("p0-\(index)")
            try await evaluated.answer("afterwards", of: person, ["confident": "1"])
            try await evaluated.answer("afterwards", of: person, ["confident": "4"])
        }
        #expect(try evaluated.answers("confident", "afterwards")?.distribution == [0, 0, 0, 5, 0])
    }

    @Test("Nobody but who answered reads an evaluation: not the mentor, the leader, nor HR")
    func authorisation() async throws {
        let evaluated = try await Evaluated(wards: [1])
        try await evaluated.answer("afterwards", of: "p0-0", ["words": "secret"])
        let id = try evaluated.enrolment("p0-0")
        for reader in ["p0-0", "mentor", "boss", "hr"] as [PersonID] {
            guard let view = try evaluated.world.installation.enrolmentView(id, for: reader) else {
                continue
            }
            let step = try #require(view.steps.first { $0.step.id == "afterwards" })
            let rows = try evaluated.world.installation.answers(to: step, of: view, for: reader)
            #expect(rows.map(\.text) == (reader == "p0-0" ? ["secret"] : []), "\(reader)")
        }
    }

    @Test("Each answer counts once, in the version it was given to, after a move and its undo")
    func migration() async throws {
        let evaluated = try await Evaluated(wards: [6])
        for index in 0..<5 {
            try await evaluated.answer(
                "afterwards", of: PersonID("p0-\(index)"), ["confident": "2", "words": "one"])
        }
        let next = try await evaluated.publish([
            (
                "      - step: afterwards\n",
                "      - step: later\n        renamed-from: afterwards\n"
            )
        ])
        let change = BulkChange.migrate(Evaluated.programme, to: next.hash)
        let act = try await MigrationTests.carryOut(change, in: evaluated.world).act
        #expect(try evaluated.answers("confident", "afterwards", version: 1)?.count == 5)
        #expect(try evaluated.answers("confident", "later", version: 2) == nil)
        // The step is still open for the mentor, and what was answered is found by its new name.
        let view = try evaluated.view("p0-0")
        let step = try #require(view.steps.first { $0.step.id == "later" })
        #expect(
            try evaluated.world.installation.answers(to: step, of: view, for: "p0-0").map(\.text)
                == ["2", "one"])
        // Who answers anew has answered in the new version, and no longer in the old one.
        try await evaluated.answer("later", of: "p0-0", ["confident": "5", "words": "two"])
        #expect(try evaluated.answers("confident", "afterwards", version: 1) == nil)
        try await evaluated.answer("later", of: "p0-5", ["confident": "5", "words": "two"])
        _ = try await MigrationTests.carryOut(.undoMigration(act), in: evaluated.world)
        try await evaluated.answer("afterwards", of: "p0-5", ["confident": "3", "words": "three"])
        #expect(
            try evaluated.answers("confident", "afterwards", version: 1)?.distribution
                == [0, 4, 1, 0, 0])
    }

    @Test("Where a role is handed over and both have answered, the one who has it now counts")
    func handOver() async throws {
        let evaluated = try await Evaluated(wards: [5])
        for index in 0..<5 {
            try await evaluated.answer(
                "afterwards", of: PersonID("p0-\(index)"), by: "mentor", ["confident": "1"])
        }
        for index in 0..<5 {
            let id = try evaluated.enrolment(PersonID("p0-\(index)"))
            let next = PersonID(index == 0 ? "other" : "p0-\(index - 1)")
            _ = try await evaluated.world.installation.act(
                .handOver(.mentor, to: next, reason: ""), on: id, by: .operatorCommand)
        }
        try await evaluated.answer("afterwards", of: "p0-0", by: "other", ["confident": "5"])
        for index in 1..<5 {
            try await evaluated.answer(
                "afterwards", of: PersonID("p0-\(index)"), by: PersonID("p0-\(index - 1)"),
                ["confident": "5"])
        }
        #expect(
            try evaluated.answers("confident", "afterwards", .mentor)?.distribution
                == [0, 0, 0, 0, 5])
    }
}

@Suite struct PublishedUnitsTests {
    /// What an answer is worth to whoever knows the sums that are shown: whether some sum of shown
    /// numbers, each taken as often as one likes, is about fewer than five people. As units lie
    /// within one another, it is enough to look at those who are in just the same shown units.
    @Test("Whatever the tree, no shown numbers add and subtract to fewer than five people")
    func attack() {
        var random = Support.SeededRandom(seed: 11)
        var shown = 0
        var leftOut = 0
        for _ in 0..<400 {
            let count = 2 + Int(random.next() % 14)
            var parents: [String: String] = [:]
            for unit in 1..<count where random.next() % 12 != 0 {
                parents["u\(unit)"] = "u\(Int(random.next() % UInt64(unit)))"
            }
            let answers = (0..<Int(random.next() % 90)).map { _ in
                (
                    unit: "u\(Int(random.next() % UInt64(count)))",
                    person: "p\(Int(random.next() % 60))"
                )
            }
            let published = PublishedUnits(answers: answers, parents: parents).units
            func line(_ unit: String) -> [String] {
                [unit] + (parents[unit].map(line) ?? [])
            }
            var people: [Set<String>: Set<String>] = [:]
            for answer in answers {
                people[Set(line(answer.unit)).intersection(published), default: []]
                    .insert(answer.person)
            }
            for (units, group) in people where !units.isEmpty {
                #expect(group.count >= 5, "\(units.sorted()): \(group.count)")
            }
            for unit in (0..<count).map({ "u\($0)" }) {
                let below = Set(answers.filter { line($0.unit).contains(unit) }.map(\.person))
                if below.count < 5 { #expect(!published.contains(unit)) }
                if published.contains(unit) { shown += 1 } else if below.count >= 5 { leftOut += 1 }
            }
            // A top has nothing above it to be taken from.
            for unit in (0..<count).map({ "u\($0)" }) where parents[unit] == nil {
                let below = Set(answers.filter { line($0.unit).contains(unit) }.map(\.person))
                #expect(published.contains(unit) == (below.count >= 5))
            }
        }
        #expect(shown > 400)
        #expect(leftOut > 20)
    }

    @Test("The order in which answers came makes no difference")
    func order() {
        var random = Support.SeededRandom(seed: 12)
        let parents = ["a": "top", "b": "top", "c": "a", "d": "a"]
        for _ in 0..<50 {
            var answers = (0..<30).map { _ in
                (
                    unit: ["top", "a", "b", "c", "d"][Int(random.next() % 5)],
                    person: "p\(random.next() % 20)"
                )
            }
            let first = PublishedUnits(answers: answers, parents: parents)
            answers.reverse()
            #expect(PublishedUnits(answers: answers, parents: parents) == first)
        }
    }
}
