import JSONText
import Placements
import Support
import Testing

/// Small random questions of who is whose mentor.
private struct RandomMentors {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func one(_ names: [String]) -> String {
        names[Int.random(in: 0..<names.count, using: &random)]
    }

    mutating func json() -> JSON {
        let mentors = number(1...4)
        let newcomers = number(1...5)
        let shifts = ["day", "evening", "night"]
        var staff: [JSON] = []
        for number in 1...mentors {
            staff.append(
                .object([
                    "id": .string("m\(number)"), "unit": .string(one(["a", "b"])),
                    "profession": .string(chance(80) ? "nurse" : "physio"),
                    "capacity": .integer(self.number(0...3)),
                    "shifts": .array(shifts.filter { _ in chance(60) }.map { .string($0) }),
                ]))
        }
        var people: [JSON] = []
        for number in 1...newcomers {
            let wishes = (1...mentors).filter { _ in chance(40) }.map { JSON.string("m\($0)") }
            people.append(
                .object([
                    "id": .string("n\(number)"), "unit": .string(one(["a", "b"])),
                    "profession": .string(chance(80) ? "nurse" : "physio"),
                    "leader": chance(40) ? .string("m\(self.number(1...mentors))") : nil,
                    "shifts": .array(shifts.filter { _ in chance(60) }.map { .string($0) }),
                    "preferences": .array(chance(50) ? wishes : []), "priority": .bool(chance(30)),
                ]))
        }
        func pair(_ number: Int) -> JSON {
            .object([
                "newcomer": .string("n\(number)"),
                "mentor": .string("m\(self.number(1...mentors))"),
            ])
        }
        return .object([
            "format": "mentor-question/1", "name": "random",
            "rules": .object([
                "least_overlap": .integer(number(0...1)), "no_wish_cost": .integer(number(0...9)),
                "other_unit_cost": .integer(number(0...5)),
                "missing_shift_cost": .integer(number(0...3)),
                "next_newcomer_cost": .integer(number(0...4)),
            ]),
            "mentors": .array(staff), "newcomers": .array(people),
            "pairs": .array(chance(30) ? [pair(1)] : []),
            "bans": .array(chance(30) ? [pair(newcomers)] : []),
        ])
    }
}

/// Tries every way to give newcomers mentors.
private struct MentorBruteForce {
    private let question: MentorQuestion
    private(set) var best: [Int]?

    init(_ question: MentorQuestion) {
        self.question = question
        search(0, [])
    }

    private mutating func search(_ index: Int, _ chosen: [Int]) {
        guard index < question.newcomers.count else {
            let value = value(chosen)
            if best.map({ value.lexicographicallyPrecedes($0) }) ?? true { best = value }
            return
        }
        let newcomer = question.newcomers[index]
        let fixed = question.fixed.first { $0.newcomer == newcomer.id }?.mentor
        for (number, mentor) in question.mentors.enumerated()
        where (fixed ?? mentor.id) == mentor.id && isAllowed(newcomer, mentor)
            && chosen.count(where: { $0 == number }) < mentor.capacity
        {
            search(index + 1, chosen + [number])
        }
        if fixed == nil { search(index + 1, chosen + [-1]) }
    }

    private func isAllowed(
        _ newcomer: MentorQuestion.Newcomer, _ mentor: MentorQuestion.Mentor
    ) -> Bool {
        newcomer.profession == mentor.profession && newcomer.leader != mentor.id
            && newcomer.shifts.count(where: mentor.shifts.contains) >= question.rules.leastOverlap
            && !question.bans.contains { $0.newcomer == newcomer.id && $0.mentor == mentor.id }
    }

    private func value(_ chosen: [Int]) -> [Int] {
        var result = [0, 0, 0]
        for (newcomer, number) in zip(question.newcomers, chosen) {
            guard number >= 0 else {
                result[0] += 1
                result[1] += newcomer.hasPriority ? 1 : 0
                continue
            }
            let mentor = question.mentors[number]
            let rules = question.rules
            if !newcomer.preferences.isEmpty {
                result[2] += newcomer.preferences.firstIndex(of: mentor.id) ?? rules.noWishCost
            }
            if newcomer.unit != mentor.unit { result[2] += rules.otherUnitCost }
            result[2] +=
                newcomer.shifts.count { !mentor.shifts.contains($0) } * rules.missingShiftCost
        }
        for number in question.mentors.indices {
            let count = chosen.count { $0 == number }
            result[2] += count * (count - 1) / 2 * question.rules.nextNewcomerCost
        }
        return result
    }
}

@Suite struct MentorTests {
    @Test("The match is what trying everything finds", arguments: 0..<10)
    func bruteForce(batch: Int) throws {
        var solved = 0
        for seed in batch * 100..<(batch + 1) * 100 {
            var source = RandomMentors(seed: UInt64(seed))
            let question: MentorQuestion
            do throws(PlacementFault) {
                question = try MentorQuestion(source.json())
            } catch {
                guard case .pairNotAllowed = error else { throw error }
                continue
            }
            let match = try MentorMatch(question)
            #expect(match.objective == MentorBruteForce(question).best, "seed \(seed)")
            #expect(match.isProven)
            #expect(match.pairs.count + match.unmatched.count == question.newcomers.count)
            for pair in match.pairs {
                let newcomer = try #require(question.newcomers.first { $0.id == pair.newcomer })
                #expect(newcomer.leader != pair.mentor)
            }
            for pair in question.fixed {
                #expect(
                    match.pairs.contains {
                        $0.newcomer == pair.newcomer && $0.mentor == pair.mentor && $0.isFixed
                    })
            }
            #expect(
                match.unmatched.allSatisfy {
                    $0.rules.reduce(0) { $0 + $1.mentors } >= question.mentors.count
                })
            solved += 1
        }
        #expect(solved > 50)
    }

    @Test(
        "A wrong question is located",
        arguments: [
            (
                #""pairs":[{"newcomer":"n1","mentor":"lead"}]"#,
                "pairs[0]: n1 and lead cannot be a pair: own-leader."
            ),
            (#""pairs":[{"newcomer":"n9","mentor":"m"}]"#, "pairs[0].newcomer names the newcomer"),
            (#""bans":[{"newcomer":"n1","mentor":"x"}]"#, "bans[0].mentor names the mentor \"x\""),
            (
                #""pairs":[{"newcomer":"n1","mentor":"m"},{"newcomer":"n2","mentor":"m"}]"#,
                "pairs[1]: n2 and m cannot be a pair: full."
            ),
        ])
    func faults(member: String, expected: String) throws {
        let mentor = #""unit":"u","profession":"nurse","capacity":1,"shifts":["day"]"#
        let newcomer =
            #""unit":"u","profession":"nurse","leader":"lead","shifts":["day"]"#
        let json = try #require(
            JSON(
                #"{"format":"mentor-question/1","name":"x","rules":{},"mentors":[{"id":"m","#
                    + mentor + #"},{"id":"lead","# + mentor + #"}],"newcomers":[{"id":"n1","#
                    + newcomer + #"},{"id":"n2","# + newcomer + "}]," + member + "}"))
        do throws(PlacementFault) {
            _ = try MentorQuestion(json)
            Issue.record("it was let through")
        } catch {
            #expect(error.description.contains(expected), "\(error)")
        }
    }
}
