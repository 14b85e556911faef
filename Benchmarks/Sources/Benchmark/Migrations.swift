import CivilCalendar
import Engine
import Foundation
import Operations

/// Figure 8: moving 10 000 running enrolments to another version as one act, looked at first and
/// then carried out, while somebody else goes on working.
struct Migrations {
    struct Result {
        /// The look at everybody's consequences, and the move itself.
        let preview: Double
        let move: Double
        /// How long somebody's own act takes at the longest while the move is under way.
        let longestAct: Double
        let acts: Int
        /// How much more memory the process holds at the end than before.
        let growthMiB: Double
    }

    let stage: Stage
    let people: Int

    func run() async throws -> Result {
        try await stage.make("migration", people: people, enrolled: true)
        let installation = try stage.installation(
            try stage.open(stage.path("migration")), clock: try stage.clock())
        let hash = try await publishNext(installation)
        let change = BulkChange.migrate(Stage.programme, to: hash)
        let before = Machine.residentKiB()
        var changed = 0
        let preview = try time {
            try installation.preview(change) { line in
                if case .changes = line.outcome { changed += 1 }
            }
        }
        guard changed == people else { throw BenchmarkFault("\(changed) would be moved") }
        let act = try await installation.startBulk(change, by: .operatorCommand)
        let worker = Task { try await others(installation) }
        let move = try await time {
            while try await !installation.continueBulk(act).isFinished {}
        }
        worker.cancel()
        let times = try await worker.value
        let progress = try installation.bulkProgress(act)
        guard progress.done == people else { throw BenchmarkFault("\(progress.done) were moved") }
        return Result(
            preview: preview, move: move, longestAct: times.max() ?? 0, acts: times.count,
            growthMiB: Double(Machine.residentKiB() - before) / 1024)
    }

    /// The shipped programme with a step renamed, a date moved, and a step more.
    private func publishNext(_ installation: Installation) async throws -> String {
        guard
            var source = ProgrammeSource(
                path: "\(stage.root)/Workflows/\(Stage.programme).yaml")
        else { throw BenchmarkFault("the programme cannot be read") }
        var text = String(decoding: source.bytes, as: UTF8.self)
        text = text.replacing(
            "      - step: read-training-plan\n",
            with: """
                      - step: look-around
                        kind: task
                        title: { nb: Gå en runde, nn: Gå ein runde, en: Look around }
                        who: participant
                        due: { days: 21, after: first-day }
                      - step: read-the-plan
                        renamed-from: read-training-plan

                """)
        text = text.replacing(
            "due: { working-days: 1, before: first-day }",
            with: "due: { working-days: 2, before: first-day }")
        source.bytes = Array(text.utf8)
        let (version, diagnostics) = try await installation.publish(source)
        guard let version, version.number == 2 else {
            throw BenchmarkFault("the next version has errors: \(diagnostics)")
        }
        return version.hash
    }

    /// Somebody who completes one step after the other; how long each took.
    private func others(_ installation: Installation) async throws -> [Double] {
        var times: [Double] = []
        var person = 0
        while !Task.isCancelled, person < people {
            let id = try installation.enrolments(participant: PersonID("p\(person)"))[0].id
            times.append(
                try await time {
                    _ = try await installation.act(
                        .moveAnchor(
                            "first-day",
                            to: CivilDay(Stage.firstDay)?.adding(days: 1)
                                ?? CivilDay(number: 0), reason: "later"),
                        on: id, by: .operatorCommand)
                })
            person += 1
        }
        return times
    }
}
