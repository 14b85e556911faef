import Engine
import Operations

/// Figure 7: starting a programme for 10 000 people, each start an act of its own, asked for by 64
/// callers.
struct Starts {
    let stage: Stage
    let people: Int

    func run() async throws -> (seconds: Double, steps: Int) {
        try await stage.make("starts", people: people, enrolled: false)
        let installation = try stage.installation(
            try stage.open(stage.path("starts")), clock: try stage.clock())
        let steps = try installation.newestProgramme(Stage.programme).steps.count
        let people = people
        let seconds = try await time {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<Completions.callers {
                    group.addTask {
                        for person in stride(from: caller, to: people, by: Completions.callers) {
                            _ = try await installation.enrol(
                                Stage.request(person), by: .operatorCommand)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        return (seconds, steps)
    }
}
