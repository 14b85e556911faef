import CivilCalendar
import Competence
import Engine
import Testing

@Suite struct GapTests {
    private let ladder = Ladder(
        id: "practice", title: .empty,
        levels: ["basic", "independent"].map { Ladder.Level(id: LevelID($0), title: .empty) })

    private func framework(_ profiles: [RequirementProfile]) -> Framework {
        Framework(
            id: "f", title: .empty, summary: .empty, ladders: [ladder],
            competences: ["a", "b"].map {
                CompetenceDefinition(
                    id: CompetenceID($0), title: .empty, area: "x", form: .informal,
                    ladder: "practice", attestation: AttestationRule(by: [.mentor]))
            }, profiles: profiles)
    }

    private let today = CivilDay(number: 20_000)

    private func entry(_ level: LevelID, until: Int? = nil) -> CompetenceEntry {
        CompetenceEntry(
            number: 1, kind: .attested, competence: "a", level: level,
            achievedOn: today.adding(days: -100),
            validUntil: until.map { today.adding(days: $0) }, recordedOn: today.adding(days: -100))
    }

    private func state(
        _ entries: [CompetenceEntry], level: LevelID? = "independent", within: Offset? = nil,
        firstDay: Int = -400
    ) -> RequirementState {
        framework([]).state(
            of: Requirement("a", level: level, within: within),
            in: CompetenceRecord(entries, asOf: today), firstDay: today.adding(days: firstDay),
            horizon: today.adding(days: 90))
    }

    @Test func theFourStates() {
        #expect(state([entry("independent")]) == .held)
        #expect(state([entry("independent", until: 90)]) == .held)
        #expect(
            state([entry("independent", until: 89)]) == .expiring(today.adding(days: 89)))
        #expect(state([entry("basic")]) == .missing(has: "basic"))
        #expect(state([]) == .missing(has: nil))
        #expect(state([entry("independent", until: -1)]) == .missing(has: nil))
        #expect(state([entry("basic")], level: nil) == .held)
        let within = Offset(days: 30)
        #expect(
            state([], within: within, firstDay: -30) == .ahead(today.adding(days: 0)))
        #expect(state([], within: within, firstDay: -31) == .missing(has: nil))
    }

    @Test func profilesThatAskForTheSameAskOnceAndForTheMost() {
        let all = RequirementProfile(
            id: "all", title: .empty,
            requires: [Requirement("a", level: "basic", within: Offset(months: 1))])
        let nurses = RequirementProfile(
            id: "nurses", title: .empty, positions: ["nurse"],
            requires: [Requirement("a", level: "independent", within: Offset(months: 3))])
        let mentors = RequirementProfile(
            id: "mentors", title: .empty, roles: ["mentor"], requires: [Requirement("b")])
        let framework = framework([all, nurses, mentors])
        func asked(_ position: String?, _ roles: Set<RoleID> = []) -> [String] {
            framework.requirements(position: position, unitKind: "ward", roles: roles).map {
                "\($0.requirement.competence) \($0.requirement.level?.rawValue ?? "-") "
                    + "\($0.requirement.within?.months ?? 0) \($0.profiles.map(\.rawValue))"
            }
        }
        #expect(asked(nil) == ["a basic 1 [\"all\"]"])
        #expect(asked("nurse") == ["a independent 1 [\"all\", \"nurses\"]"])
        #expect(
            asked("cook", ["mentor"]) == ["a basic 1 [\"all\"]", "b - 0 [\"mentors\"]"])
    }

    /// Use what is there, then teach, and only then look outside: for one, for many, for whatever
    /// there is to use.
    @Test(arguments: [1, 3, 40]) func measuresComeInOrder(missing: Int) {
        var count = GapCount()
        count.missing = missing
        func measures(_ resources: GapResources) -> [GapMeasure] { count.measures(resources) }
        #expect(
            measures(GapResources(here: 2, near: 9, claimed: 1, programmes: ["p"], way: .work))
                == [.answer(claims: 1), .mobilise(people: 2), .develop(programmes: ["p"])])
        #expect(
            measures(GapResources(near: 9, way: .work)) == [.borrow(people: 9), .teach])
        #expect(measures(GapResources(way: .course)) == [.course])
        #expect(
            measures(GapResources(here: 1, way: .education)) == [.mobilise(people: 1), .recruit])
        #expect(
            measures(GapResources(programmes: ["p"], way: .education))
                == [.develop(programmes: ["p"]), .recruit])
        #expect(GapCount().measures(GapResources(here: 2, way: .education)) == [])
    }

    @Test func whatRunsOutIsOnlyLearntAnew() {
        var count = GapCount()
        count.expiring = 2
        #expect(
            count.measures(GapResources(here: 3, claimed: 1, programmes: ["p"], way: .course))
                == [.develop(programmes: ["p"])])
        #expect(count.measures(GapResources(here: 3, way: .education)) == [])
    }
}
