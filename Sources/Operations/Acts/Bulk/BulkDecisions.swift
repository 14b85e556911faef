import Engine
import JSONText
import Storage

/// A decision and the version that the enrolment follows after it.
struct PinnedDecision {
    var decision: Decision
    var version: CompiledVersion
}

// What an act on many decides for one enrolment. The preview and the act both come here, so that
// what was shown is what is done.
extension Transaction {
    /// The decisions, one upon the other; none where there is nothing to change.
    ///
    /// - Throws: `OperationError` where the enrolment cannot be changed so.
    func decisions(
        _ change: BulkChange, _ act: String, on loaded: LoadedEnrolment
    ) throws -> [PinnedDecision] {
        let version = try version(loaded.version)
        var chain: [PinnedDecision] = []
        if let wakeAt = loaded.wakeAt, wakeAt <= now {
            // What fell due before is done as it was planned then.
            chain = try self.chain([.wake], loaded.enrolment, version)
        }
        let enrolment = chain.last?.decision.enrolment ?? loaded.enrolment
        let own: [PinnedDecision]
        switch change {
        case .migrate(_, let hash):
            own = try migration(to: hash, act, enrolment, version)
        case .undoMigration(let undone):
            own = try undo(undone, enrolment, version)
        case .handOver, .cover, .resolveRoles, .moveUnit:
            own = try self.chain(commands(change, enrolment, version), enrolment, version)
        }
        return own.isEmpty ? [] : chain + own
    }

    /// What follows from commands, each upon the one before.
    func chain(
        _ commands: [Command], _ enrolment: Enrolment, _ version: CompiledVersion
    ) throws -> [PinnedDecision] {
        var enrolment = enrolment
        return try commands.map { command in
            do throws(Refusal) {
                let decision = try Decision.decide(
                    command, on: enrolment, in: version.programme, now: civilNow)
                enrolment = decision.enrolment
                return PinnedDecision(decision: decision, version: version)
            } catch {
                throw OperationError.refused(error, programme: version.programme.id)
            }
        }
    }

    // MARK: - Versions

    private func migration(
        to hash: String, _ act: String, _ enrolment: Enrolment, _ old: CompiledVersion
    ) throws -> [PinnedDecision] {
        if old.hash == hash { return [] }
        let new = try version(hash)
        let roles = try RoleResolver(connection).roles(
            new.programme, participant: enrolment.roles[.participant] ?? "",
            unit: try unit(of: enrolment.id), chosen: enrolment.roles)
        do throws(Refusal) {
            let decision = try Decision.migrate(
                enrolment, by: Migration(from: old.hash, to: hash, act: act, roles: roles),
                from: old.programme, to: new.programme, now: civilNow)
            return [PinnedDecision(decision: decision, version: new)]
        } catch {
            throw OperationError.refused(error, programme: new.programme.id)
        }
    }

    private func undo(
        _ act: String, _ enrolment: Enrolment, _ current: CompiledVersion
    ) throws -> [PinnedDecision] {
        let number = try connection.first(
            "SELECT event FROM bulk_item WHERE act = ? AND enrolment = ? AND status = 'done'",
            [.text(act), .text(enrolment.id.rawValue)]
        ) { $0.optionalInteger(0) } ?? nil
        var events: [Event] = []
        try connection.forEach(
            "SELECT type, body FROM event WHERE enrolment = ? AND number <= ? ORDER BY number",
            [.text(enrolment.id.rawValue), .integer(number ?? 0)]
        ) { row in
            guard let body = JSON(row.text(1)) else {
                throw OperationError.damaged("event of \(enrolment.id)")
            }
            events.append(try Event(type: row.text(0), body: body))
        }
        guard case .migrated(let migration, _)? = events.popLast(), migration.to == current.hash
        else { throw OperationError.refused(.nothingToUndo, programme: current.programme.id) }
        let old = try version(migration.from)
        do throws(Refusal) {
            let decision = try Decision.undo(
                migration, of: enrolment,
                before: Enrolment(id: enrolment.id, replaying: events), from: current.programme,
                to: old.programme, now: civilNow)
            return [PinnedDecision(decision: decision, version: old)]
        } catch {
            throw OperationError.refused(error, programme: current.programme.id)
        }
    }

    // MARK: - People

    private func commands(
        _ change: BulkChange, _ enrolment: Enrolment, _ version: CompiledVersion
    ) throws -> [Command] {
        let held = { (person: PersonID) -> [RoleID] in
            version.programme.roles.map(\.id).filter {
                $0 != .participant && enrolment.roles[$0] == person
            }
        }
        switch change {
        case .handOver(let from, let to, let reason):
            let covers = enrolment.covers.filter { $0.person == from }
            return covers.map { .endCover($0.role) }
                + held(from).map { .handOver($0, to: to, reason: reason) }
        case .cover(let person, let by, let from, let until, let reason):
            return held(person).map {
                .arrangeCover($0, by: by, from: from, until: until, reason: reason)
            }
        case .resolveRoles(let reason):
            return try resolved(enrolment, version, unit: unit(of: enrolment.id), reason)
        case .moveUnit(_, let unit, let reason):
            return try resolved(enrolment, version, unit: unit, reason)
        case .migrate, .undoMigration: return []
        }
    }

    /// The hand-overs by which the unit tree's roles come to be as the tree is now. A role that
    /// the tree leaves empty keeps its holder: nobody is less than somebody.
    func resolved(
        _ enrolment: Enrolment, _ version: CompiledVersion, unit: String?,
        instead others: [RoleID: PersonID] = [:], _ reason: String
    ) throws -> [Command] {
        let programme = version.programme
        var chosen = others
        for role in programme.roles where role.filledBy == .chosen {
            chosen[role.id] = enrolment.roles[role.id]
        }
        let roles = try RoleResolver(connection).roles(
            programme, participant: enrolment.roles[.participant] ?? "", unit: unit,
            chosen: chosen)
        return programme.roles.compactMap { role in
            guard role.id != .participant, let person = roles[role.id],
                person != enrolment.roles[role.id]
            else { return nil }
            return .handOver(role.id, to: person, reason: reason)
        }
    }

    private func unit(of enrolment: EnrolmentID) throws -> String? {
        try connection.first(
            "SELECT unit FROM enrolment WHERE id = ?", [.text(enrolment.rawValue)]
        ) { $0.optionalText(0) } ?? nil
    }
}
