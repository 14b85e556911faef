import CivilCalendar
public import Engine
import Storage

/// What an act on an enrolment brought about.
public struct ActResult: Hashable, Sendable {
    /// How many events were recorded; 0 where there was nothing to do.
    public let events: Int
    public let status: EnrolmentStatus
}

extension Installation {
    /// Carries out a command on an enrolment.
    ///
    /// - Parameter key: An idempotency key: the same command under it again gives the same answer.
    /// - Throws: `OperationError`; nothing has then changed.
    @discardableResult
    public func act(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: String? = nil
    ) async throws -> ActResult {
        let key = key.map { CommandKey($0, fingerprint: command.fingerprint(on: id)) }
        let ahead = DecidedAhead(command, on: id, in: self)
        let result = try await transact(.beside) {
            try $0.act(command, on: id, by: actor, key: key, ahead: ahead)
        }
        wakeUps.ring()
        return result
    }

    /// The same for a caller that has a thread of its own and may block.
    public func actBlocking(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: String? = nil
    ) throws -> ActResult {
        let key = key.map { CommandKey($0, fingerprint: command.fingerprint(on: id)) }
        return try transactBlocking(.beside) { try $0.act(command, on: id, by: actor, key: key) }
    }

    /// What a command would bring about, computed by the code that would do it. Changes nothing.
    ///
    /// - Throws: `OperationError` where the command would be refused.
    public func preview(_ command: Command, on id: EnrolmentID) throws -> Consequences {
        try query { transaction in
            let loaded = try transaction.store.load(id)
            let version = try transaction.version(loaded.version)
            do throws(Refusal) {
                return Consequences(
                    try Decision.decide(
                        command, on: loaded.enrolment, in: version.programme,
                        now: transaction.civilNow))
            } catch {
                throw OperationError.refused(error, programme: version.programme.id)
            }
        }
    }
}

extension Transaction {
    func act(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: CommandKey?,
        ahead: DecidedAhead? = nil
    ) throws -> ActResult {
        if let key, let done = try actOnRecent(command, on: id, by: actor, key: key, ahead: ahead) {
            return done
        }
        let answer = try once(key) {
            Self.answer(try perform(command, on: id, by: actor, ahead: ahead))
        }
        let parts = answer.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, let events = Int(String(Substring(parts[0]))),
            let status = EnrolmentStatus(rawValue: String(Substring(parts[1])))
        else { throw OperationError.damaged("command log") }
        return ActResult(events: events, status: status)
    }

    /// The usual case of an act under a key, without looking first whether there is the key or what
    /// the row is now: both show when they are written.
    ///
    /// - Returns: nil, with nothing written, where the case is another, a refusal among them.
    private func actOnRecent(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: CommandKey,
        ahead: DecidedAhead?
    ) throws -> ActResult? {
        guard let known = installation.recent.entry(id) else { return nil }
        let version = try version(known.loaded.version)
        guard
            var decision = try? decide(
                command, onRecent: known, in: version, ahead: ahead),
            try log(key, answer: Self.answer(decision))
        else { return nil }
        guard
            try keepIfCurrent(&decision, over: known.loaded, version: version, by: actor) != nil
        else {
            try connection.run("DELETE FROM command_log WHERE key = ?", [.text(key.text)])
            return nil
        }
        return ActResult(events: decision.events.count, status: decision.enrolment.status)
    }

    private static func answer(_ decision: Decision) -> String {
        "\(decision.events.count) \(decision.enrolment.status.rawValue)"
    }
}
