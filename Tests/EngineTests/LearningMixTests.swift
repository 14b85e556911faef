import Engine
import Testing

/// How the learning of a programme is divided, and what is not said of it.
@Suite struct LearningMixTests {
    private func step(
        _ kind: StepKind, _ learning: LearningForm? = nil, minutes: Int? = nil,
        records: Bool = false
    ) -> Step {
        var step = Step(
            id: "s", stage: "a", kind: kind, title: .empty, actors: .one(.participant))
        step.learning = learning
        step.takes = minutes
        if records { step.records = [CompetenceEffect(competence: "c", title: .empty)] }
        return step
    }

    private func mix(_ steps: [Step]) -> LearningMix {
        let named = steps.enumerated().map { index, step in
            var step = step
            step.id = StepID("s\(index)")
            return step
        }
        return LearningMix(Programme(id: "p", kind: .learning, title: .empty, steps: named))
    }

    @Test func sharesOfTheTimeAddUpToAHundred() {
        let mix = mix([
            step(.task, .onTheJob, minutes: 420), step(.talk, minutes: 120),
            step(.course, minutes: 60),
        ])
        #expect(mix.percentOfTime == [70, 20, 10])
        #expect(mix.untimedSteps == 0)
    }

    /// Courses that say their length are not all of the time because the work says none.
    @Test func whereAPartSaysNothingThereIsNoShareOfTheTime() {
        let mix = mix([
            step(.task, .onTheJob), step(.talk, minutes: 45), step(.course, minutes: 150),
        ])
        #expect(mix.percentOfTime == nil)
        #expect(mix.untimedSteps == 1 && mix.minutes == 195)
    }

    @Test func theShareIsOfThoseThatSayItWhereSomeDoNot() {
        let mix = mix([
            step(.task, .onTheJob, minutes: 50), step(.task, .onTheJob),
            step(.course, minutes: 50),
        ])
        #expect(mix.percentOfTime == [50, 0, 50])
        #expect(mix.untimedSteps == 1)
    }

    @Test func aSignatureIsLearningOnlyWhereItRecordsACompetence() {
        let mix = mix([step(.signOff), step(.signOff, records: true)])
        #expect(mix.steps == 1 && mix.otherSteps == 1)
    }
}
