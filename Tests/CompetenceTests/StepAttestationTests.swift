import Competence
import Engine
import Testing

/// Whether those who complete a step may vouch for what it records.
@Suite struct StepAttestationTests {
    private static let programme = Programme(
        id: "p", kind: .learning, title: .empty,
        roles: [
            Role(id: .participant, title: .empty, filledBy: .participant, need: .required),
            Role(id: .lineManager, title: .empty, filledBy: .unitManager, need: .required),
            Role(id: .mentor, title: .empty, filledBy: .chosen, coveredBy: .lineManager),
            Role(id: "buddy", title: .empty, filledBy: .chosen, vouchesAs: .mentor),
            Role(id: "guest", title: .empty, filledBy: .chosen),
            Role(id: "self", title: .empty, filledBy: .chosen),
        ], steps: [])

    private func attestation(
        _ rule: AttestationRule, by actors: Party, confirmed confirmers: Party? = nil
    ) -> StepAttestation {
        var step = Step(id: "s", stage: "a", kind: .task, title: .empty, actors: actors)
        step.confirmers = confirmers
        return rule.attestation(by: step, in: Self.programme)
    }

    private let one = AttestationRule(by: [.mentor, .lineManager])
    private let two = AttestationRule(by: [.mentor, .lineManager], persons: 2)
    private let own = AttestationRule(by: [.own, .mentor])

    @Test func aRoleHasTheWordThatItsProgrammeGivesIt() throws {
        let capacities = Self.programme.roles.map { Attester($0) }
        #expect(capacities == [.own, .lineManager, .mentor, .mentor, nil, nil])
    }

    @Test func oneIsEnoughWhereEachOfThoseAskedCounts() {
        #expect(attestation(one, by: .one(.mentor)) == .assured)
        #expect(
            attestation(one, by: .one(.participant), confirmed: .one(.lineManager)) == .assured)
        let any = Party(.anyOf, [.mentor, .lineManager])
        #expect(attestation(one, by: .one(.participant), confirmed: any) == .assured)
        let some = Party(.anyOf, [.mentor, "guest"])
        #expect(attestation(one, by: .one(.participant), confirmed: some) == .depends)
        #expect(attestation(one, by: .one(.participant)) == .never)
        #expect(attestation(one, by: .one("guest")) == .never)
        // Whoever does the step may say so beside the one who is asked.
        #expect(attestation(one, by: .one(.mentor), confirmed: .one(.participant)) == .depends)
    }

    @Test func twoAreEnoughWhereTwoOfThoseAskedCount() {
        for rule in [PartyRule.allOf, .eitherThenOther] {
            let both = Party(rule, [.mentor, .lineManager, .participant])
            #expect(attestation(two, by: .one(.participant), confirmed: both) == .assured)
            let half = Party(rule, [.participant, .lineManager])
            #expect(attestation(two, by: .one(.participant), confirmed: half) == .never)
            #expect(attestation(two, by: .one(.mentor), confirmed: half) == .depends)
            // Nobody need be the buddy, and what nobody is asked for nobody says.
            let loose = Party(rule, ["buddy", .lineManager])
            #expect(attestation(two, by: .one(.participant), confirmed: loose) == .depends)
        }
        let any = Party(.anyOf, [.mentor, .lineManager])
        // The first of them settles it, so that the second is not heard.
        #expect(attestation(two, by: .one(.participant), confirmed: any) == .never)
        let either = Party(.anyOf, [.participant, .lineManager])
        #expect(attestation(two, by: .one(.mentor), confirmed: either) == .depends)
    }

    @Test func onesOwnWordCountsOnlyWhereTheRuleSaysSo() {
        #expect(attestation(own, by: .one(.participant)) == .assured)
        let both = AttestationRule(by: [.own, .mentor], persons: 2)
        let all = Party(.allOf, [.participant, .mentor])
        #expect(attestation(both, by: .one(.participant), confirmed: all) == .never)
    }
}
