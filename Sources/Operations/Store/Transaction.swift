import CivilCalendar
import Competence
import Cryptography
import Engine
import JSONText
import Logging
import Storage

/// What one act sees: a connection, and one "now" for all that it does.
struct Transaction {
    let installation: Installation
    let connection: any Connection
    let now: Instant
    let civilNow: CivilMoment

    init(_ installation: Installation, _ connection: any Connection) {
        self.installation = installation
        self.connection = connection
        now = installation.clock.now()
        civilNow = installation.time.civil(now)
    }

    var store: EnrolmentStore {
        EnrolmentStore(connection: connection, time: installation.time, now: now)
    }

    // MARK: - Enrolments

    /// Carries out a command on an enrolment, with all that follows from it.
    ///
    /// - Parameter ahead: the same command, where the caller has decided it already.
    @discardableResult
    func perform(
        _ command: Command, on id: EnrolmentID, by actor: Actor, ahead: DecidedAhead? = nil
    ) throws -> Decision {
        if let known = installation.recent.entry(id),
            let decision = try perform(command, onRecent: known, by: actor, ahead: ahead)
        {
            return decision
        }
        let loaded = try store.load(id)
        let version = try version(loaded.version)
        var decision = try decide(command, on: loaded, in: version)
        // Also where it was woken for nothing: the agenda says when to look again.
        _ = try keep(&decision, over: loaded, version: version, by: actor)
        return decision
    }

    /// The same from what is known of the enrolment. The row is not read first: it is changed only
    /// where it still is as the last act left it.
    ///
    /// - Returns: nil, with nothing written, where it is not.
    private func perform(
        _ command: Command, onRecent known: RecentEnrolments.Entry, by actor: Actor,
        ahead: DecidedAhead?
    ) throws -> Decision? {
        let version = try version(known.loaded.version)
        var decision: Decision
        do {
            decision = try decide(command, onRecent: known, in: version, ahead: ahead)
        } catch {
            // A refusal counts only where it was of the enrolment as it is.
            guard try store.isCurrent(known) else { return nil }
            throw error
        }
        let saved = try keepIfCurrent(&decision, over: known.loaded, version: version, by: actor)
        return saved == nil ? nil : decision
    }

    func decide(
        _ command: Command, onRecent known: RecentEnrolments.Entry, in version: CompiledVersion,
        ahead: DecidedAhead?
    ) throws -> Decision {
        let isCaughtUp = known.loaded.isCaughtUp(at: now)
        return try ahead?.decision(from: known, now: civilNow, isCaughtUp: isCaughtUp)
            ?? decide(command, on: known.loaded, in: version, known: known)
    }

    private func decide(
        _ command: Command, on loaded: LoadedEnrolment, in version: CompiledVersion,
        known: RecentEnrolments.Entry? = nil
    ) throws -> Decision {
        do throws(Refusal) {
            return try Decision.decide(
                command, on: loaded.enrolment, in: version.programme, now: civilNow,
                dates: known?.dates, board: known?.board, isCaughtUp: loaded.isCaughtUp(at: now))
        } catch {
            throw OperationError.refused(error, programme: version.programme.id)
        }
    }

    /// Writes a decision with all that follows from it.
    ///
    /// - Parameter version: the version that the enrolment follows afterwards.
    func keep(
        _ decision: inout Decision, over loaded: LoadedEnrolment, version: CompiledVersion,
        by actor: Actor
    ) throws -> LoadedEnrolment {
        let saved = try keepIfCurrent(&decision, over: loaded, version: version, by: actor)
        // It was read in this transaction, and the writer is alone.
        guard let saved else {
            throw OperationError.damaged("history of \(loaded.enrolment.id)")
        }
        return saved
    }

    /// The same; nil, with nothing written, where the row is no longer what was decided on.
    func keepIfCurrent(
        _ decision: inout Decision, over loaded: LoadedEnrolment, version: CompiledVersion,
        by actor: Actor
    ) throws -> LoadedEnrolment? {
        let saved = try store.save(&decision, over: loaded, version: version, actor: actor)
        guard let saved else { return nil }
        installation.recent.keep(
            RecentEnrolments.Entry(
                loaded: saved, dates: decision.timetable(), board: decision.agendaBoard()))
        if !decision.events.isEmpty { try follow(decision, version, actor) }
        return saved
    }

    /// What a decision brings about outside its enrolment: messages, competence entries, and the
    /// same step in the person's other programmes.
    func follow(_ decision: Decision, _ version: CompiledVersion, _ actor: Actor) throws {
        // Ids and event kinds only: nothing personal is logged.
        installation.logger.debug(
            "enrolment changed",
            metadata: [
                "enrolment": "\(decision.enrolment.id)",
                "events": "\(decision.events.map { $0.stored.type }.joined(separator: " "))",
            ])
        let outbox = Outbox(self)
        try outbox.queue(decision, version)
        let first = decision.enrolment.eventCount - decision.events.count + 1
        for (index, event) in decision.events.enumerated() {
            if case .stepCompleted(let id, let day) = event,
                let step = decision.programme.step(id)
            {
                try recordCompetence(step, day, first + index, decision, version, actor)
                try shareModuleStep(step, day, decision, version)
            }
            try listEdit(event, decision)
            switch event {
            case .migrated(let migration, _):
                try renameAnswers(migration.renamed, of: decision.enrolment.id)
            case .migrationUndone(let undo, _):
                try renameAnswers(undo.renamed, of: decision.enrolment.id)
            default: break
            }
        }
    }

    /// Keeps the list of what is different in single plans, from which an owner sees what many
    /// change.
    private func listEdit(_ event: Event, _ decision: Decision) throws {
        switch event {
        case .planEdited(let edit):
            let step = edit.change.step
            let title = edit.change.ownStep?.title ?? step.flatMap(decision.planBefore.step)?.title
            try connection.run(
                """
                INSERT INTO plan_edit (enrolment, number, programme, change, step, summary)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(decision.enrolment.id.rawValue), SQLValue(edit.number),
                    .text(decision.version.id.rawValue), .text(edit.change.name),
                    SQLValue(step?.rawValue), .text((title ?? .empty).json.text),
                ])
        case .planEditWithdrawn(let number, _, _):
            try connection.run(
                "DELETE FROM plan_edit WHERE enrolment = ? AND number = ?",
                [.text(decision.enrolment.id.rawValue), SQLValue(number)])
        default: break
        }
    }

    /// A module's step that is done once counts in all of the person's programmes.
    private func shareModuleStep(
        _ step: Step, _ day: CivilDay, _ decision: Decision, _ version: CompiledVersion
    ) throws {
        guard step.module != nil, let person = decision.enrolment.roles[.participant] else {
            return
        }
        let programme = version.programme.id
        try connection.post(
            """
            INSERT INTO module_step_done (person, step, done_on, programme) VALUES (?, ?, ?, ?)
            ON CONFLICT (person, step) DO NOTHING
            """,
            [
                .text(person.rawValue), .text(step.id.rawValue), .text(day.description),
                .text(programme.rawValue),
            ])
        let others = try connection.all(
            """
            SELECT e.id FROM enrolment e JOIN step s ON s.enrolment = e.id
            WHERE e.participant = ? AND e.id <> ? AND e.status IN ('running', 'paused')
                AND s.step = ? AND s.module IS NOT NULL
                AND s.status IN ('planned', 'open', 'waiting')
            """,
            [
                .text(person.rawValue), .text(decision.enrolment.id.rawValue),
                .text(step.id.rawValue),
            ]
        ) { EnrolmentID($0.text(0)) }
        for other in others {
            try perform(
                .credit(step.id, on: day, programme: programme), on: other, by: .clock)
        }
    }

    /// A short id that follows from an identity: 128 bits of its SHA-256, in hexadecimal.
    static func messageID(_ identity: String) -> String {
        Cryptography.hex(Cryptography.sha256(of: identity).prefix(16))
    }

    // MARK: - Commands from outside

    /// Does something once for an idempotency key; a repetition gets the first answer again.
    ///
    /// - Parameter fingerprint: what the key stands for: the same key with another is refused.
    func once(_ key: String?, fingerprint: String, _ body: () throws -> String) throws -> String {
        try once(key.map { CommandKey($0, fingerprint: fingerprint) }, body)
    }

    /// The same for a key whose fingerprint has been taken.
    func once(_ key: CommandKey?, _ body: () throws -> String) throws -> String {
        guard let key else { return try body() }
        let earlier = try connection.first(
            "SELECT fingerprint, response FROM command_log WHERE key = ?", [.text(key.text)]
        ) { ($0.bytes(0), $0.text(1)) }
        if let (recorded, response) = earlier {
            guard recorded == key.digest else { throw OperationError.keyReused(key.text) }
            return response
        }
        let response = try body()
        _ = try log(key, answer: response)
        return response
    }

    /// Notes what was answered to a key.
    ///
    /// - Returns: whether the key is new; where it is not, nothing is written.
    func log(_ key: CommandKey, answer: String) throws -> Bool {
        try connection.run(
            """
            INSERT INTO command_log (key, fingerprint, response, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO NOTHING
            """,
            [.text(key.text), .bytes(key.digest), .text(answer), .integer(now.milliseconds)]) == 1
    }
}

/// An idempotency key with a digest of what it stands for.
struct CommandKey: Sendable {
    let text: String
    let digest: [UInt8]

    init(_ text: String, fingerprint: String) {
        self.text = text
        digest = Cryptography.sha256(of: fingerprint)
    }
}
