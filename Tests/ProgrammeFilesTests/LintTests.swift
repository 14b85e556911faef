import CivilCalendar
import Engine
import Support
import Testing

@testable import ProgrammeFiles

@Suite struct LintTests {
    /// A date that the compiler calls later is later, from whatever day both are counted.
    @Test func aLaterDateIsLaterEverywhere() {
        var random = SeededRandom(seed: 13)
        let calendars = [
            WorkingCalendar(),
            WorkingCalendar(closesOnChristmasEve: true, closesOnNewYearsEve: true),
        ]
        var found = 0
        for _ in 0..<20_000 {
            let direction = Bool.random(using: &random) ? 1 : -1
            func offset() -> Offset {
                Offset(
                    months: direction * (Int.random(in: 0...14, using: &random)),
                    days: direction * (Int.random(in: 0...60, using: &random)),
                    workingDays: direction
                        * (Int.random(in: 0...1, using: &random)
                            * Int.random(in: 1...25, using: &random)))
            }
            let (a, b) = (offset(), offset())
            guard
                Lint.isLater(
                    DateRule(a, from: .anchor("x")), DateRule(b, from: .anchor("x")))
            else { continue }
            found += 1
            let day = CivilDay(number: Int.random(in: 18_000...26_000, using: &random))
            for calendar in calendars {
                #expect(
                    a.applied(to: day, in: calendar) > b.applied(to: day, in: calendar),
                    "\(a) \(b) from \(day)")
            }
        }
        #expect(found > 5_000)
    }

    @Test func datesThatCountFromDifferentThingsAreNotCompared() {
        let late = DateRule(Offset(months: 5), from: .anchor("a"))
        #expect(!Lint.isLater(late, DateRule(.zero, from: .anchor("b"))))
        #expect(Lint.isLater(late, DateRule(.zero, from: .anchor("a"))))
    }

    @Test func conditionsThatSomebodyMeetsAreFound() {
        let choices = ["a", "b", "c"].map { FactChoice(id: $0, title: .empty) }
        let facts = [
            Fact(id: "one", title: .empty, type: .oneOf(choices)),
            Fact(id: "some", title: .empty, type: .someOf(choices)),
            Fact(id: "size", title: .empty, type: .number(from: 0, to: 100), isRequired: true),
            Fact(id: "flag", title: .empty, type: .yesOrNo),
        ]
        let possible: [Condition] = [
            .always, .not(.isOneOf("one", ["a", "b", "c"])),
            .all([.isOneOf("some", ["a"]), .isOneOf("some", ["b"]), .lacks("some", ["c"])]),
            .all([.atLeast("size", 40), .not(.atLeast("size", 41))]),
            .all([.not(.isTrue("flag", true)), .not(.isTrue("flag", false))]),
        ]
        for condition in possible {
            #expect(Satisfiability.canHold(condition, facts: facts), "\(condition)")
        }
        let impossible: [Condition] = [
            .any([]), .all([.isOneOf("one", ["a"]), .isOneOf("one", ["b"])]),
            .all([.isOneOf("some", ["a"]), .lacks("some", ["a", "b"])]),
            .all([.atLeast("size", 60), .atMost("size", 50)]), .not(.atMost("size", 100)),
            .all([.isTrue("flag", true), .isTrue("flag", false)]),
        ]
        for condition in impossible {
            #expect(!Satisfiability.canHold(condition, facts: facts), "\(condition)")
        }
    }

    @Test func suggestionsAreNear() {
        #expect(Suggestion.nearest(to: "tilte", among: ["title", "text"]) == "title")
        #expect(Suggestion.nearest(to: "Kind", among: ["kind"]) == "kind")
        #expect(Suggestion.nearest(to: "xyz", among: ["title", "text"]) == nil)
        #expect(Suggestion.distance(Array("ca".utf8), Array("ac".utf8)) == 1)
        #expect(Suggestion.distance(Array("kitten".utf8), Array("sitting".utf8)) == 3)
    }

    @Test func everyMappingHasItsTable() {
        #expect(LanguageTables.all.count == MappingShape.Name.allCases.count)
        for name in MappingShape.Name.allCases {
            #expect(!name.shape.keys.isEmpty || name.shape.named != nil, "\(name)")
            #expect(Set(name.shape.keys.map(\.name)).count == name.shape.keys.count)
        }
    }
}
