import CivilCalendar
import Cryptography
public import Engine
import JSONText
import Storage

/// Who does something: a person, or a part of Ombord.
public enum Actor: Hashable, Sendable {
    case person(PersonID)
    case clock
    /// The operator at the command line, or an import.
    case operatorCommand

    var stored: String {
        switch self {
        case .person(let person): person.rawValue
        case .clock: "clock"
        case .operatorCommand: "operator"
        }
    }

    init(stored: String) {
        switch stored {
        case "clock": self = .clock
        case "operator": self = .operatorCommand
        default: self = .person(PersonID(stored))
        }
    }
}

/// An enrolment as it was loaded: its state, what pins it, and where its history ends.
struct LoadedEnrolment: Sendable {
    var enrolment: Enrolment
    var version: String
    var lastHash: [UInt8]
    /// When it wants to be woken, or nil where nothing is to come.
    var wakeAt: Instant?
    /// Whether the state holds step records beside those of the steps' rows.
    var hasRecordsInState: Bool

    /// Whether nothing has fallen due that has not been done.
    func isCaughtUp(at now: Instant) -> Bool { wakeAt.map { now < $0 } ?? false }
}

/// The rows of enrolments, and how a decision changes them. All of it runs inside a transaction.
struct EnrolmentStore {
    let connection: any Connection
    let time: ZonedTime
    let now: Instant

    func load(_ id: EnrolmentID) throws -> LoadedEnrolment {
        let loaded = try connection.first(
            "SELECT version, state, last_hash, wake_at, event_count FROM enrolment WHERE id = ?",
            [.text(id.rawValue)]
        ) { row in
            guard let json = JSON(row.text(1)) else {
                throw OperationError.damaged("state of \(id)")
            }
            return LoadedEnrolment(
                enrolment: try Enrolment(id: id, json, eventCount: row.int(4)),
                version: row.text(0), lastHash: row.bytes(2), wakeAt: Self.instant(row, 3),
                hasRecordsInState: json["steps"] != nil)
        }
        guard var loaded else { throw OperationError.noSuchEnrolment(id) }
        try connection.forEach(
            "SELECT step, record FROM step WHERE enrolment = ? AND record IS NOT NULL",
            [.text(id.rawValue)]
        ) { row in
            guard let json = JSON(row.text(1)) else {
                throw OperationError.damaged("step \(row.text(0)) of \(id)")
            }
            loaded.enrolment.steps[StepID(row.text(0))] = try StepRecord(json)
        }
        return loaded
    }

    /// Whether the enrolment's row is still as an act in this process left it.
    func isCurrent(_ recent: RecentEnrolments.Entry) throws -> Bool {
        let known = recent.loaded
        return try connection.first(
            "SELECT event_count, last_hash, version FROM enrolment WHERE id = ?",
            [.text(known.enrolment.id.rawValue)]
        ) { row in
            row.int(0) == known.enrolment.eventCount && row.bytes(1) == known.lastHash
                && row.text(2) == known.version
        } ?? false
    }

    private static func instant(_ row: any ResultRow, _ column: Int) -> Instant? {
        row.optionalInteger(column).map { Instant(milliseconds: $0) }
    }

    /// Writes a new enrolment.
    func insert(
        _ decision: Decision, version: CompiledVersion, unit: String?, actor: Actor
    ) throws {
        var decision = decision
        let enrolment = decision.enrolment
        guard let participant = enrolment.roles[.participant] else {
            throw OperationError.refused(
                .requiredRolesMissing([.participant]), programme: version.programme.id)
        }
        let chain = EventChain(enrolment: enrolment.id, last: EventChain.genesis)
        let links = chain.links(decision.events, from: 1, at: now, by: actor)
        let plan = decision.programme
        try connection.run(
            """
            INSERT INTO enrolment (id, version, programme, participant, unit, status, started_on,
                state, event_count, last_hash, wake_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(enrolment.id.rawValue), .text(version.hash),
                .text(version.programme.id.rawValue), .text(participant.rawValue),
                SQLValue(unit), .text(enrolment.status.rawValue),
                .text(enrolment.enrolledOn.description),
                .text(enrolment.json { plan.position($0) != nil }.text),
                SQLValue(enrolment.eventCount), .bytes(links.last?.hash ?? EventChain.genesis),
                SQLValue(wakeAt(&decision)?.milliseconds),
            ])
        try append(links, of: enrolment.id)
        try readModel.insert(enrolment, decision.timetable(), plan)
        try readModel.writeRoles(nil, enrolment, plan)
    }

    /// Writes what a decision changed: events, state, read model.
    ///
    /// - Parameter version: the version that the enrolment follows afterwards.
    /// - Returns: the enrolment as it would now be loaded; nil, with nothing written, where the row
    ///   is no longer what `loaded` was read from.
    func save(
        _ decision: inout Decision, over loaded: LoadedEnrolment, version: CompiledVersion,
        actor: Actor
    ) throws -> LoadedEnrolment? {
        let before = loaded.enrolment
        let enrolment = decision.enrolment
        let chain = EventChain(enrolment: enrolment.id, last: loaded.lastHash)
        let links = chain.links(decision.events, from: before.eventCount + 1, at: now, by: actor)
        var saved = LoadedEnrolment(
            enrolment: enrolment, version: version.hash,
            lastHash: links.last?.hash ?? loaded.lastHash, wakeAt: wakeAt(&decision),
            hasRecordsInState: loaded.hasRecordsInState)
        let hasOtherPlan = decision.hasOtherPlan || version.hash != loaded.version
        let writesState = hasOtherPlan || !enrolment.hasSameFrame(as: before)
        if writesState {
            let plan = decision.programme
            let state = enrolment.json { plan.position($0) != nil }
            saved.hasRecordsInState = state["steps"] != nil
            guard try update(saved, over: loaded, state: state) else { return nil }
        } else {
            guard try update(saved, over: loaded) else { return nil }
        }
        try append(links, of: enrolment.id)
        try writeSteps(
            &decision, over: before, hasOtherPlan: hasOtherPlan,
            // What the old state held moves to the rows.
            all: writesState && loaded.hasRecordsInState)
        if hasOtherPlan || before.roles != enrolment.roles || before.covers != enrolment.covers {
            try readModel.writeRoles(before, enrolment, decision.programme)
        }
        return saved
    }

    /// The hash covers the whole history and all of an enrolment follows from that, so a row with
    /// the same count and hash is the row that was decided on.
    private func update(
        _ saved: LoadedEnrolment, over loaded: LoadedEnrolment, state: JSON
    ) throws -> Bool {
        try connection.run(
            """
            UPDATE enrolment
            SET version = ?, status = ?, state = ?, event_count = ?, last_hash = ?, wake_at = ?
            WHERE id = ? AND event_count = ? AND last_hash = ?
            """,
            [
                .text(saved.version), .text(saved.enrolment.status.rawValue), .text(state.text),
                SQLValue(saved.enrolment.eventCount), .bytes(saved.lastHash),
                SQLValue(saved.wakeAt?.milliseconds), .text(saved.enrolment.id.rawValue),
                SQLValue(loaded.enrolment.eventCount), .bytes(loaded.lastHash),
            ]) == 1
    }

    private func update(_ saved: LoadedEnrolment, over loaded: LoadedEnrolment) throws -> Bool {
        try connection.run(
            """
            UPDATE enrolment SET event_count = ?, last_hash = ?, wake_at = ?
            WHERE id = ? AND event_count = ? AND last_hash = ?
            """,
            [
                SQLValue(saved.enrolment.eventCount), .bytes(saved.lastHash),
                SQLValue(saved.wakeAt?.milliseconds), .text(saved.enrolment.id.rawValue),
                SQLValue(loaded.enrolment.eventCount), .bytes(loaded.lastHash),
            ]) == 1
    }

    private func writeSteps(
        _ decision: inout Decision, over before: Enrolment, hasOtherPlan: Bool, all: Bool
    ) throws {
        let enrolment = decision.enrolment
        let plan = decision.programme
        if hasOtherPlan {
            try readModel.delete(enrolment.id)
            try readModel.insert(enrolment, decision.timetable(), plan)
        } else if all {
            try readModel.update(nil, from: nil, enrolment, decision.timetable(), plan)
        } else if decision.mayHaveMovedDates {
            let dates = decision.datesBefore ?? Timetable(plan, before)
            try readModel.update(
                nil, from: (before, dates), enrolment, decision.timetable(), plan)
        } else if !decision.events.isEmpty {
            // Where no date moved, what something happened to looks different, and nothing else.
            try readModel.update(
                decision.touchedSteps.sorted(), from: nil, enrolment, decision.timetable(), plan)
        }
    }

    private var readModel: StepTable { StepTable(connection: connection) }

    /// The moment of the first thing on the agenda, which the clock worker waits for.
    private func wakeAt(_ decision: inout Decision) -> Instant? {
        decision.nextMoment().map { time.instant($0) }
    }

    private func append(_ links: [EventChain.Link], of id: EnrolmentID) throws {
        for link in links {
            try connection.post(
                """
                INSERT INTO event (enrolment, number, recorded_at, actor, type, body, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(id.rawValue), SQLValue(link.number), .integer(link.recordedAt),
                    .text(link.actor), .text(link.type), .text(link.body), .bytes(link.hash),
                ])
        }
    }
}
