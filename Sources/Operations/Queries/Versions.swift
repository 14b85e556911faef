public import Engine
import JSONText
import Storage

/// A published version, as lists show it.
public struct VersionLine: Hashable, Sendable {
    public let programme: ProgrammeID
    public let number: Int
    public let hash: String
    public let publishedAt: Instant
    /// How many enrolments under way follow it.
    public let running: Int
}

extension Installation {
    /// The versions of a programme, the newest first.
    public func versions(of programme: ProgrammeID) throws -> [VersionLine] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT v.number, v.hash, v.published_at,
                    (SELECT count(*) FROM enrolment e
                    WHERE e.version = v.hash AND e.status IN ('running', 'paused'))
                FROM programme_version v WHERE v.programme = ? ORDER BY v.number DESC
                """, [.text(programme.rawValue)]
            ) { row in
                VersionLine(
                    programme: programme, number: row.int(0), hash: row.text(1),
                    publishedAt: Instant(milliseconds: row.integer(2)), running: row.int(3))
            }
        }
    }

    /// A version by its programme and number; the newest where no number is given.
    ///
    /// - Throws: `OperationError.noSuchProgramme` where there is none.
    public func version(of programme: ProgrammeID, number: Int?) throws -> CompiledVersion {
        try query { transaction in
            guard let number else { return try transaction.newestVersion(of: programme) }
            let hash = try transaction.connection.first(
                "SELECT hash FROM programme_version WHERE programme = ? AND number = ?",
                [.text(programme.rawValue), SQLValue(number)]
            ) { $0.text(0) }
            guard let hash else {
                throw OperationError.invalid(
                    field: "version", problem: .noVersion(number, programme: programme.rawValue))
            }
            return try transaction.version(hash)
        }
    }

    /// A version by its content hash.
    public func version(hash: String) throws -> CompiledVersion {
        try query { try $0.version(hash) }
    }
}

/// An event of an enrolment's history with who brought it about and when.
public struct HistoryEntry: Sendable {
    public let number: Int
    public let recordedAt: Instant
    public let actor: Actor
    public let event: Event
    /// Which version of the programme was followed when it happened.
    public let version: Int
}

extension Installation {
    /// The whole history of an enrolment, in the order in which it was recorded.
    public func history(of id: EnrolmentID) throws -> [HistoryEntry] {
        try query { transaction in
            let loaded = try transaction.store.load(id)
            var entries = try transaction.connection.all(
                """
                SELECT number, recorded_at, actor, type, body FROM event
                WHERE enrolment = ? ORDER BY number
                """, [.text(id.rawValue)]
            ) { row -> HistoryEntry in
                guard let body = JSON(row.text(4)) else {
                    throw OperationError.damaged("event of \(id)")
                }
                return HistoryEntry(
                    number: row.int(0), recordedAt: Instant(milliseconds: row.integer(1)),
                    actor: Actor(stored: row.text(2)),
                    event: try Event(type: row.text(3), body: body), version: 0)
            }
            // Which version an event belongs to is known from the moves between them.
            var hash = loaded.version
            for index in entries.indices.reversed() {
                let entry = entries[index]
                entries[index] = HistoryEntry(
                    number: entry.number, recordedAt: entry.recordedAt, actor: entry.actor,
                    event: entry.event, version: try transaction.version(hash).number)
                switch entry.event {
                case .migrated(let migration, _): hash = migration.from
                case .migrationUndone(let undo, _): hash = undo.from
                default: break
                }
            }
            return entries
        }
    }
}

extension [HistoryEntry] {
    /// What a step was called, now or in an earlier version.
    public func names(of step: StepID) -> Set<StepID> {
        var names: Set<StepID> = [step]
        for entry in reversed() {
            let renamed: [StepID: StepID]
            switch entry.event {
            case .migrated(let migration, _): renamed = migration.renamed
            case .migrationUndone(let undo, _): renamed = undo.renamed
            default: continue
            }
            for (old, new) in renamed where names.contains(new) { names.insert(old) }
        }
        return names
    }

    /// What happened to one step, also under the names that it had in other versions.
    public func of(_ step: StepID) -> [HistoryEntry] {
        let names = names(of: step)
        return filter { $0.event.step.map(names.contains) ?? false }
    }
}

/// The same change in many people's plans: something for the programme's owner to look at.
public struct Suggestion: Hashable, Sendable {
    public let programme: ProgrammeID
    /// `skip`, `add`, `replace` or `move`.
    public let change: String
    public let step: StepID?
    public let title: LocalizedText
    /// How many plans hold it, of how many under way or ended in the programme.
    public let count: Int
    public let outOf: Int
}

extension Installation {
    /// What at least three people's plans, and at least a tenth of a programme's, have changed
    /// alike.
    public func suggestions(programme: ProgrammeID? = nil) throws -> [Suggestion] {
        try query { transaction in
            let rows = try transaction.connection.all(
                """
                SELECT programme, change, step, min(summary), count(DISTINCT enrolment),
                    (SELECT count(*) FROM enrolment e WHERE e.programme = plan_edit.programme)
                FROM plan_edit WHERE ? IS NULL OR programme = ?
                GROUP BY programme, change, step, CASE WHEN step IS NULL THEN summary END
                HAVING count(DISTINCT enrolment) >= 3
                ORDER BY count(DISTINCT enrolment) DESC, programme, change, step
                """, [SQLValue(programme?.rawValue), SQLValue(programme?.rawValue)]
            ) { row in
                Suggestion(
                    programme: ProgrammeID(row.text(0)), change: row.text(1),
                    step: row.optionalText(2).map { StepID($0) },
                    title: LocalizedText(storedTitle: row.text(3)), count: row.int(4),
                    outOf: row.int(5))
            }
            return rows.filter { $0.count * 10 >= $0.outOf }
        }
    }
}
