import CivilCalendar
import Engine
import Operations

/// Figure 7: starting a programme of twenty-five steps for 10 000 people two weeks before their
/// first day, each start an act of its own, asked for by 64 callers.
struct Starts {
    let stage: Stage
    let people: Int

    func run() async throws -> (seconds: Double, steps: Int) {
        let (_, seconds, steps) = try await start("starts")
        return (seconds, steps)
    }

    /// Starts the programme for everybody on a database of its own.
    func start(
        _ name: String
    ) async throws -> (installation: Installation, seconds: Double, steps: Int) {
        try await stage.make(name, people: people, enrolled: false)
        guard let firstDay = CivilDay(Stage.firstDay), let ten = CivilTime("10:00") else {
            throw BenchmarkFault("the first day is no day")
        }
        let morning = CivilMoment(firstDay.adding(days: -14), ten)
        let installation = try stage.installation(
            try stage.open(stage.path(name)),
            clock: FixedClock(try stage.time().instant(morning)))
        let file = "\(stage.root)/Benchmarks/twenty-five-steps.yaml"
        guard let source = ProgrammeSource(path: file),
            let version = try await installation.publish(source).version
        else { throw BenchmarkFault("\(file) has errors") }
        let steps = version.programme.steps.count
        let programme = version.programme.id
        let people = people
        let seconds = try await time {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<Completions.callers {
                    group.addTask {
                        for person in stride(from: caller, to: people, by: Completions.callers) {
                            _ = try await installation.enrol(
                                EnrolRequest(
                                    participant: PersonID("p\(person)"), programme: programme,
                                    anchors: ["first-day": firstDay],
                                    chosen: ["buddy": "buddy"]), by: .operatorCommand)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return (installation, seconds, steps)
    }
}
