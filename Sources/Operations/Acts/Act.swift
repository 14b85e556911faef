public import CivilCalendar
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
    public func act(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: String? = nil
    ) async throws -> ActResult {
        let result = try await transact { try $0.act(command, on: id, by: actor, key: key) }
        wakeUps.ring()
        return result
    }

    /// The same for a caller that has a thread of its own and may block.
    public func actBlocking(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: String? = nil
    ) throws -> ActResult {
        try transactBlocking { try $0.act(command, on: id, by: actor, key: key) }
    }

    /// What a command would bring about, computed by the code that would do it. Changes nothing.
    ///
    /// - Throws: `OperationError` where the command would be refused.
    public func preview(_ command: Command, on id: EnrolmentID) throws -> Preview {
        try query { transaction in
            let loaded = try transaction.store.load(id)
            let version = try transaction.version(loaded.version)
            do throws(Refusal) {
                let decision = try Decision.decide(
                    command, on: loaded.enrolment, in: version.programme,
                    now: transaction.civilNow)
                return Preview(loaded.enrolment, decision, version.programme, transaction.civilNow)
            } catch {
                throw OperationError.refused(error, programme: version.programme.id)
            }
        }
    }
}

/// The consequences of a command, before it is given.
public struct Preview: Sendable {
    /// A step whose due day would change.
    public struct MovedStep: Hashable, Sendable {
        public let step: StepID
        public let from: CivilDay?
        public let to: CivilDay?
    }

    public let moved: [MovedStep]
    /// Who would be told, and what.
    public let notices: [Notice]
    public let status: EnrolmentStatus

    init(_ before: Enrolment, _ decision: Decision, _ programme: Programme, _ now: CivilMoment) {
        let old = Timetable(programme, before)
        let new = Timetable(programme, decision.enrolment)
        moved = programme.steps.enumerated().compactMap { index, step in
            let from = old.due(index)?.day
            let to = new.due(index)?.day
            let isSettled = decision.enrolment.record(step.id).status.isSettled
            return from == to || isSettled ? nil : MovedStep(step: step.id, from: from, to: to)
        }
        notices = Notices(programme, decision.enrolment, now: now).notices(for: decision.events)
        status = decision.enrolment.status
    }
}

extension Transaction {
    func act(
        _ command: Command, on id: EnrolmentID, by actor: Actor, key: String?
    ) throws -> ActResult {
        let answer = try once(key, fingerprint: key == nil ? "" : command.fingerprint(on: id)) {
            let decision = try perform(command, on: id, by: actor)
            return "\(decision.events.count) \(decision.enrolment.status.rawValue)"
        }
        let parts = answer.split(separator: " ")
        guard parts.count == 2, let events = Int(parts[0]),
            let status = EnrolmentStatus(rawValue: String(parts[1]))
        else { throw OperationError.damaged("command log") }
        return ActResult(events: events, status: status)
    }
}
