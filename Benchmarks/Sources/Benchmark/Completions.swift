import CivilCalendar
import Cryptography
import Engine
import Foundation
import Operations
import Storage

/// Figures 1 and 2: steps that people complete, through the whole stack, against the bare program
/// that commits the same rows.
///
/// The two take turns on copies of one database, round by round, because the disk's speed drifts;
/// each round gives a ratio, and the median of the ratios is the figure. Afterwards both databases
/// hold the same rows, which is checked.
struct Completions {
    /// One act: a person says that a step was done, and the step is complete.
    struct Act: Sendable {
        let enrolment: EnrolmentID
        let step: StepID
        let person: PersonID

        var key: String { "\(enrolment)/\(step)" }
    }

    struct Result {
        let stack: Double
        let bare: Double
        let ratio: Double
        let ratios: [Double]
        let rowsPerStep: Double
    }

    static let callers = 64
    let stage: Stage
    let rounds: Int

    func run(concurrently: Bool) async throws -> Result {
        let name = concurrently ? "many" : "one"
        let size = concurrently ? Self.callers * 12 : 200
        // A first round that does not count warms both up.
        let needed = size * (rounds + 1)
        try await stage.make(name, people: needed / 10, enrolled: true)
        let acts = Array(try acts(name).prefix(needed))
        guard acts.count == needed else { throw BenchmarkFault("there is too little to do") }
        let recorded = try record(name, acts)
        try stage.copy(name, to: name + "-bare")
        let bare = try BareProgram(
            path: stage.path(name + "-bare"), cacheKiB: Stage.cacheKiB, steps: recorded)
        let installation = try stage.installation(
            try stage.open(stage.path(name)), clock: try stage.clock())
        var stackRates: [Double] = []
        var bareRates: [Double] = []
        for round in 0...rounds {
            let range = round * size..<(round + 1) * size
            let stackTime = try await time {
                if concurrently {
                    try await Self.carryOut(acts[range], installation)
                } else {
                    for act in acts[range] { try Self.carryOut(act, installation) }
                }
            }
            let bareTime = try time {
                try bare.run(
                    from: range.lowerBound, count: size, perCommit: concurrently ? Self.callers : 1)
            }
            if round == 0 { continue }
            stackRates.append(Double(size) / stackTime)
            bareRates.append(Double(size) / bareTime)
        }
        if try digest(name) != digest(name + "-bare") {
            throw BenchmarkFault("the two programs have not written the same rows")
        }
        let ratios = zip(stackRates, bareRates).map { $0 / $1 }
        return Result(
            stack: stackRates.median, bare: bareRates.median, ratio: ratios.median, ratios: ratios,
            rowsPerStep: Double(recorded.reduce(0) { $0 + $1.count }) / Double(recorded.count))
    }

    /// What can be done: for every open step that one person's word completes, that person's word.
    /// Neighbouring acts are on different enrolments, as they are where people act by themselves.
    private func acts(_ name: String) throws -> [Act] {
        let database = try stage.open(stage.path(name))
        let programme = try stage.installation(database, clock: try stage.clock())
            .newestProgramme(Stage.programme)
        let open = try database.read { connection in
            try connection.all(
                """
                SELECT s.enrolment, s.step, e.participant FROM step s
                JOIN enrolment e ON e.id = s.enrolment
                WHERE s.status = 'open' ORDER BY s.step, e.participant
                """
            ) { (EnrolmentID($0.text(0)), StepID($0.text(1)), PersonID($0.text(2))) }
        }
        let people: [RoleID: PersonID] = [
            .lineManager: "leader", .managersManager: "chief", .hr: "hr", "buddy": "buddy",
        ]
        return open.compactMap { enrolment, id, participant in
            guard let step = programme.step(id), step.signers.roles.count == 1,
                let role = step.signers.roles.first
            else { return nil }
            let person = role == .participant ? participant : people[role]
            return person.map { Act(enrolment: enrolment, step: id, person: $0) }
        }
    }

    /// Does all acts on a copy and notes what each wrote. The copy may lie in memory: nothing is
    /// measured here.
    private func record(_ name: String, _ acts: [Act]) throws -> [[Recorder.Statement]] {
        let memory = "/dev/shm/ombord-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
        let isThere = FileManager.default.isWritableFile(atPath: "/dev/shm")
        let path = isThere ? memory : stage.path(name + "-recorded")
        defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
        try stage.open(stage.path(name)).backUp(to: path)
        let recorder = Recorder(try stage.open(path))
        let installation = try stage.installation(recorder, clock: try stage.clock())
        for act in acts { try Self.carryOut(act, installation) }
        return recorder.recorded
    }

    private static func carryOut(_ act: Act, _ installation: Installation) throws {
        _ = try installation.actBlocking(
            .sign(act.step, by: act.person, affirms: true, on: Stage.morning.day),
            on: act.enrolment, by: .person(act.person), key: act.key)
    }

    /// Callers that each wait for their answer before they act again.
    private static func carryOut(
        _ acts: ArraySlice<Act>, _ installation: Installation
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    let own = stride(from: acts.startIndex + caller, to: acts.endIndex, by: callers)
                    for index in own {
                        let act = acts[index]
                        _ = try await installation.act(
                            .sign(act.step, by: act.person, affirms: true, on: Stage.morning.day),
                            on: act.enrolment, by: .person(act.person), key: act.key)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A digest over the rows that completions write.
    private func digest(_ name: String) throws -> String {
        try stage.open(stage.path(name)).read { connection in
            let tables = [
                "SELECT id, state, hex(last_hash), wake_at FROM enrolment ORDER BY id",
                "SELECT enrolment, number, hex(hash), type FROM event ORDER BY enrolment, number",
                "SELECT enrolment, step, status, settled_on FROM step ORDER BY enrolment, step",
                "SELECT id, identity, recipient, body FROM message ORDER BY id",
                "SELECT key, response, hex(fingerprint), at FROM command_log ORDER BY key",
                "SELECT person, number, competence, hex(hash) FROM competence_entry "
                    + "ORDER BY person, number",
                "SELECT person, step, done_on, programme FROM module_step_done "
                    + "ORDER BY person, step",
            ]
            var digest: [UInt8] = []
            for table in tables {
                try connection.forEach(table, []) { row in
                    for column in 0..<4 { digest += Array(row.text(column).utf8) + [0] }
                    digest = Cryptography.sha256(digest)
                }
            }
            return Cryptography.hex(digest)
        }
    }
}
