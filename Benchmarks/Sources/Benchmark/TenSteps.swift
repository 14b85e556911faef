import CivilCalendar
import Engine
import Foundation
import Operations

/// The workflow that is held against other engines: ten steps one after another, each on disk
/// before its answer, by 64 callers who each take one person after another through it.
struct TenSteps {
    let stage: Stage

    /// The steps that were done in some seconds, and the seconds that it took until the last.
    func run(seconds: Double) async throws -> (steps: Int, seconds: Double) {
        try await stage.make("ten", people: Int(seconds * 1_000) + 1_000, enrolled: false)
        let installation = try stage.installation(
            try stage.open(stage.path("ten")), clock: try stage.clock())
        guard
            let source = ProgrammeSource(path: "\(stage.root)/Benchmarks/ten-steps.yaml"),
            let version = try await installation.publish(source).version
        else { throw BenchmarkFault("ten-steps.yaml has errors") }
        let programme = version.programme
        let clock = ContinuousClock()
        let begin = clock.now
        let end = begin.advanced(by: .seconds(seconds))
        let steps = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<Completions.callers {
                group.addTask {
                    var (steps, person) = (0, caller)
                    while clock.now < end {
                        steps += try await Self.take(
                            PersonID("p\(person)"), through: programme, installation)
                        person += Completions.callers
                    }
                    return steps
                }
            }
            return try await group.reduce(0, +)
        }
        return (steps, begin.duration(to: clock.now).seconds)
    }

    private static func take(
        _ person: PersonID, through programme: Programme, _ installation: Installation
    ) async throws -> Int {
        let id = try await installation.enrol(
            EnrolRequest(participant: person, programme: programme.id, anchors: [:]),
            by: .operatorCommand)
        for step in programme.steps {
            _ = try await installation.act(
                .sign(step.id, by: person, affirms: true, on: Stage.morning.day), on: id,
                by: .person(person), key: "\(id)/\(step.id)")
        }
        return programme.steps.count
    }
}
