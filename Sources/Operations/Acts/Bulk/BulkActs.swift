public import Engine
import JSONText
import Storage

extension Installation {
    /// How many enrolments one transaction of an act on many changes, so that people's own acts
    /// never wait long behind it.
    static let bulkChunk = 25

    /// What an act on many would bring about, one enrolment after the other, computed by the code
    /// that would do it. Changes nothing and holds one page at a time.
    ///
    /// - Parameters:
    ///   - units: Only in these units and all below them; everywhere where there are none.
    ///   - each: Told of every enrolment, in the order of their ids.
    public func preview(
        _ change: BulkChange, units: [String] = [], each: (BulkLine) throws -> Void
    ) throws {
        try query { try $0.check(change, units) }
        var last = ""
        while true {
            let page = try query { try $0.affected(by: change, units, after: last, limit: 200) }
            guard let end = page.last else { return }
            try query { transaction in
                for id in page { try each(try transaction.line(change, EnrolmentID(id))) }
            }
            last = end
        }
    }

    /// Begins an act on many: what it is to change is written down, and changed by
    /// `continueBulk`, here or by the service, whatever happens in between.
    ///
    /// - Parameter key: An idempotency key: the same under it again is the same act.
    /// - Returns: the act's id.
    /// - Throws: `OperationError` where there is nothing of that name, or where the act to be taken
    ///   back is under way or taken back already.
    public func startBulk(
        _ change: BulkChange, units: [String] = [], by actor: Actor, key: String? = nil
    ) async throws -> String {
        let id = random.identifier("a")
        let fingerprint = "\(change.kind) \(change.json.text) \(units.joined(separator: " "))"
        let act = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                try transaction.startBulk(change, units, id, actor)
                return id
            }
        }
        wakeUps.ring()
        return act
    }

    /// Carries an act on some steps further: one transaction.
    public func continueBulk(_ act: String) async throws -> BulkProgress {
        let progress = try await transact { try $0.continueBulk(act, limit: Self.bulkChunk) }
        wakeUps.ring(except: 3)
        return progress
    }

    /// How far an act has come.
    public func bulkProgress(_ act: String) throws -> BulkProgress {
        try query { try $0.bulkProgress(act) }
    }

    /// The acts on many, the newest first.
    public func bulkActs(limit: Int = 50) throws -> [BulkProgress] {
        try query { transaction in
            try transaction.connection.all(
                "SELECT id FROM bulk_act ORDER BY started_at DESC, id LIMIT ?", [SQLValue(limit)]
            ) { $0.text(0) }.map { try transaction.bulkProgress($0) }
        }
    }

    /// The oldest act that is not finished, for whoever carries on.
    public func unfinishedBulk() throws -> String? {
        try query { transaction in
            try transaction.connection.first(
                "SELECT id FROM bulk_act WHERE status = 'running' ORDER BY started_at, id LIMIT 1"
            ) { $0.text(0) }
        }
    }

    /// Those that an act could not change, with the reason as it was stored.
    public func refusals(of act: String, limit: Int = 500) throws -> [(EnrolmentID, String)] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT enrolment, detail FROM bulk_item WHERE act = ? AND status = 'refused'
                ORDER BY enrolment LIMIT ?
                """, [.text(act), SQLValue(limit)]
            ) { (EnrolmentID($0.text(0)), $0.optionalText(1) ?? "") }
        }
    }
}

extension Transaction {
    fileprivate func check(_ change: BulkChange, _ units: [String]) throws {
        for unit in units { try needUnit(unit) }
        switch change {
        case .migrate(let programme, let hash):
            let target = try version(hash).programme
            if target.id != programme { throw OperationError.noSuchProgramme(programme) }
            try checkRenames(target)
        case .undoMigration(let act):
            let known = try bulkProgress(act)
            guard known.kind == "migrate", known.isFinished else {
                throw OperationError.invalid(
                    field: "act", problem: .notAnEndedMigration(act))
            }
            let undone = try connection.count(
                "SELECT count(*) FROM bulk_act WHERE undoes = ? AND status <> 'cancelled'",
                [.text(act)])
            if undone > 0 {
                throw OperationError.invalid(field: "act", problem: .takenBack(act))
            }
        case .handOver(let from, let to, _):
            for person in [from, to].compactMap({ $0 }) { _ = try needPerson(person) }
        case .cover(let person, let by, _, _, _):
            for person in [person, by] { _ = try needPerson(person) }
        case .moveUnit(let person, let unit, _):
            _ = try needPerson(person)
            try needUnit(unit)
        case .resolveRoles: break
        }
    }

    /// A new name must be that of something: a step that is new and whose former names no version
    /// has was misspelt, and its history would be lost.
    private func checkRenames(_ target: Programme) throws {
        let renamed = target.steps.filter { !$0.formerIDs.isEmpty }
        if renamed.isEmpty { return }
        let others = try connection.all(
            "SELECT hash FROM programme_version WHERE programme = ?", [.text(target.id.rawValue)]
        ) { $0.text(0) }.map { try version($0).programme }.filter { $0 != target }
        for step in renamed {
            let names = [step.id] + step.formerIDs
            let isKnown = others.contains { other in
                names.contains { other.position($0) != nil }
            }
            if !isKnown {
                let former = step.formerIDs.map(\.rawValue).joined(separator: ", ")
                throw OperationError.invalid(
                    field: "renamed-from",
                    problem: .renamedFromNothing(
                        step: step.id.rawValue, former: former, programme: target.id.rawValue))
            }
        }
    }

    private func needUnit(_ unit: String) throws {
        let known = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ?", [.text(unit)])
        if known == 0 { throw OperationError.noSuchUnit(unit) }
    }

    // MARK: - Whom it is about

    /// The condition that picks the enrolments, with its values.
    private func selection(
        _ change: BulkChange, _ units: [String]
    ) -> (sql: String, values: [SQLValue]) {
        var sql = "e.status IN ('running', 'paused')"
        var values: [SQLValue] = []
        switch change {
        case .migrate(let programme, let hash):
            sql += " AND e.programme = ? AND e.version <> ?"
            values = [.text(programme.rawValue), .text(hash)]
        case .undoMigration(let act):
            // Also those that have ended since: what is taken back is the version.
            sql = """
                e.id IN (SELECT enrolment FROM bulk_item WHERE act = ? AND status = 'done')
                """
            values = [.text(act)]
        case .handOver(let person, _, _), .cover(let person, _, _, _, _):
            sql += """
                 AND e.participant <> ? AND e.id IN
                (SELECT enrolment FROM role_holder WHERE person = ?)
                """
            values = [.text(person.rawValue), .text(person.rawValue)]
        case .resolveRoles: break
        case .moveUnit(let person, _, _):
            sql += " AND e.participant = ?"
            values = [.text(person.rawValue)]
        }
        if !units.isEmpty {
            let marks = units.map { _ in "?" }.joined(separator: ", ")
            sql += """
                 AND e.unit IN (WITH RECURSIVE below (id) AS
                (SELECT id FROM org_unit WHERE id IN (\(marks))
                UNION SELECT u.id FROM org_unit u JOIN below b ON u.parent = b.id)
                SELECT id FROM below)
                """
            values += units.map { .text($0) }
        }
        return (sql, values)
    }

    fileprivate func affected(
        by change: BulkChange, _ units: [String], after last: String, limit: Int
    ) throws -> [String] {
        let (sql, values) = selection(change, units)
        return try connection.all(
            "SELECT e.id FROM enrolment e WHERE e.id > ? AND \(sql) ORDER BY e.id LIMIT ?",
            [.text(last)] + values + [SQLValue(limit)]
        ) { $0.text(0) }
    }

    func line(_ change: BulkChange, _ id: EnrolmentID) throws -> BulkLine {
        let loaded = try store.load(id)
        let outcome: BulkLine.Outcome
        do {
            let decisions = try decisions(change, "preview", on: loaded)
            outcome =
                decisions.isEmpty
                ? .unchanged : .changes(decisions.map { Consequences($0.decision) })
        } catch let error as OperationError {
            outcome = .refused(error)
        }
        return BulkLine(
            enrolment: id, participant: loaded.enrolment.roles[.participant] ?? "",
            plan: try version(loaded.version).programme.plan(for: loaded.enrolment),
            outcome: outcome)
    }

    // MARK: - Doing it

    fileprivate func startBulk(
        _ change: BulkChange, _ units: [String], _ id: String, _ actor: Actor
    ) throws {
        try check(change, units)
        let (sql, values) = selection(change, units)
        let total = try connection.count("SELECT count(*) FROM enrolment e WHERE \(sql)", values)
        var undoes: String?
        if case .undoMigration(let act) = change { undoes = act }
        try connection.run(
            """
            INSERT INTO bulk_act (id, kind, arguments, actor, status, undoes, total, started_at)
            VALUES (?, ?, ?, ?, 'running', ?, ?, ?)
            """,
            [
                .text(id), .text(change.kind), .text(change.json.text), .text(actor.stored),
                SQLValue(undoes), SQLValue(total), .integer(now.milliseconds),
            ])
        try connection.run(
            """
            INSERT INTO bulk_item (act, enrolment, status)
            SELECT ?, e.id, 'waiting' FROM enrolment e WHERE \(sql)
            """, [.text(id)] + values)
        if case .moveUnit(let person, let unit, _) = change {
            try connection.run(
                "UPDATE person SET unit = ? WHERE id = ?",
                [.text(unit), .text(person.rawValue)])
        }
    }

    fileprivate func continueBulk(_ act: String, limit: Int) throws -> BulkProgress {
        let stored = try connection.first(
            "SELECT kind, arguments, actor FROM bulk_act WHERE id = ? AND status = 'running'",
            [.text(act)]
        ) { ($0.text(0), $0.text(1), $0.text(2)) }
        guard let (kind, arguments, actor) = stored else { return try bulkProgress(act) }
        guard let json = JSON(arguments) else { throw OperationError.damaged("act \(act)") }
        let change = try BulkChange(kind: kind, json)
        let waiting = try connection.all(
            """
            SELECT enrolment FROM bulk_item WHERE act = ? AND status = 'waiting'
            ORDER BY enrolment LIMIT ?
            """, [.text(act), SQLValue(limit)]
        ) { EnrolmentID($0.text(0)) }
        for id in waiting { try carryOut(change, act, on: id, by: Actor(stored: actor)) }
        if waiting.count < limit {
            try connection.run(
                "UPDATE bulk_act SET status = 'done', finished_at = ? WHERE id = ?",
                [.integer(now.milliseconds), .text(act)])
        }
        return try bulkProgress(act)
    }

    /// One enrolment: all of its change and the note that it is done, or nothing of either.
    private func carryOut(
        _ change: BulkChange, _ act: String, on id: EnrolmentID, by actor: Actor
    ) throws {
        try connection.run("SAVEPOINT bulk", [])
        var status = "unchanged"
        var event: Int?
        var detail: String?
        do {
            var loaded = try store.load(id)
            for var pinned in try decisions(change, act, on: loaded) {
                status = "done"
                let first = loaded.enrolment.eventCount + 1
                let offset = pinned.decision.events.firstIndex {
                    if case .migrated = $0 { true } else { false }
                }
                if let offset { event = first + offset }
                loaded = try keep(
                    &pinned.decision, over: loaded, version: pinned.version, by: actor)
            }
            if case .moveUnit(_, let unit, _) = change {
                try connection.run(
                    "UPDATE enrolment SET unit = ? WHERE id = ?",
                    [.text(unit), .text(id.rawValue)])
            }
        } catch {
            try connection.run("ROLLBACK TO bulk", [])
            (status, event) = ("refused", nil)
            detail = try Self.reason(error)
        }
        try connection.run("RELEASE bulk", [])
        try connection.run(
            """
            UPDATE bulk_item SET status = ?, event = ?, detail = ?
            WHERE act = ? AND enrolment = ?
            """,
            [
                .text(status), event.map { SQLValue($0) } ?? .null, SQLValue(detail), .text(act),
                .text(id.rawValue),
            ])
    }

    /// Why one of many cannot be changed. What is wrong with the database itself ends the act.
    private static func reason(_ error: any Error) throws -> String {
        switch error {
        case let error as OperationError: return error.sentence(in: .english, programme: nil)
        case is DamagedDocument: return "what is stored cannot be read; run ombord verify"
        case StorageError.constraint:
            return "the person is in the programme a second time by now"
        default: throw error
        }
    }

    func bulkProgress(_ act: String) throws -> BulkProgress {
        let stored = try connection.first(
            "SELECT kind, status, total, undoes, started_at FROM bulk_act WHERE id = ?",
            [.text(act)]
        ) { ($0.text(0), $0.text(1), $0.int(2), $0.optionalText(3), $0.integer(4)) }
        guard let (kind, status, total, undoes, started) = stored else {
            throw OperationError.invalid(field: "act", problem: .unknown(act))
        }
        var counts: [String: Int] = [:]
        try connection.forEach(
            "SELECT status, count(*) FROM bulk_item WHERE act = ? GROUP BY status", [.text(act)]
        ) { counts[$0.text(0)] = $0.int(1) }
        return BulkProgress(
            act: act, kind: kind, isFinished: status == "done", total: total,
            done: counts["done"] ?? 0, unchanged: counts["unchanged"] ?? 0,
            refused: counts["refused"] ?? 0, undoes: undoes,
            startedAt: Instant(milliseconds: started))
    }
}
