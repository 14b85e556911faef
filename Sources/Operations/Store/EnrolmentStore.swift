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
}

/// An enrolment as it was loaded: its state, what pins it, and where its history ends.
struct LoadedEnrolment: Sendable {
    var enrolment: Enrolment
    var version: String
    var lastHash: [UInt8]
    /// When it wants to be woken, or nil where nothing is to come.
    var wakeAt: Instant?
}

/// The rows of enrolments, and how a decision changes them. All of it runs inside a transaction.
struct EnrolmentStore {
    let connection: any Connection
    let time: ZonedTime
    let now: Instant

    func load(_ id: EnrolmentID) throws -> LoadedEnrolment {
        let loaded = try connection.first(
            "SELECT version, state, last_hash, wake_at FROM enrolment WHERE id = ?",
            [.text(id.rawValue)]
        ) { row in
            guard let json = JSON(row.text(1)) else {
                throw OperationError.damaged("state of \(id)")
            }
            return LoadedEnrolment(
                enrolment: try Enrolment(id: id, json), version: row.text(0),
                lastHash: row.bytes(2), wakeAt: Self.instant(row, 3))
        }
        guard let loaded else { throw OperationError.noSuchEnrolment(id) }
        return loaded
    }

    /// The same with what is known from the last act on it, where the row is still as that left it.
    func load(
        _ id: EnrolmentID, knowing recent: RecentEnrolments.Entry?
    ) throws -> (LoadedEnrolment, known: RecentEnrolments.Entry?) {
        guard let recent else { return (try load(id), nil) }
        var known = recent.loaded
        let isCurrent = try connection.first(
            "SELECT event_count, last_hash, version, wake_at FROM enrolment WHERE id = ?",
            [.text(id.rawValue)]
        ) { row in
            // When it wants to be woken may have been put off without an event.
            known.wakeAt = Self.instant(row, 3)
            return row.int(0) == known.enrolment.eventCount && row.bytes(1) == known.lastHash
                && row.text(2) == known.version
        }
        return isCurrent == true ? (known, recent) : (try load(id), nil)
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
                .text(enrolment.enrolledOn.description), .text(enrolment.json.text),
                SQLValue(enrolment.eventCount), .bytes(links.last?.hash ?? EventChain.genesis),
                SQLValue(wakeAt(&decision)?.milliseconds),
            ])
        try append(links, of: enrolment.id)
        try insertSteps(enrolment, decision.timetable(), version.programme)
        try writeRoles(nil, enrolment, version.programme)
    }

    /// Writes what a decision changed: events, state, read model.
    ///
    /// - Returns: the enrolment as it would now be loaded.
    func save(
        _ decision: inout Decision, over loaded: LoadedEnrolment, version: CompiledVersion,
        actor: Actor
    ) throws -> LoadedEnrolment {
        let enrolment = decision.enrolment
        let chain = EventChain(enrolment: enrolment.id, last: loaded.lastHash)
        let links = chain.links(
            decision.events, from: loaded.enrolment.eventCount + 1, at: now, by: actor)
        let lastHash = links.last?.hash ?? loaded.lastHash
        let wakeAt = wakeAt(&decision)
        let changed = try connection.run(
            """
            UPDATE enrolment SET status = ?, state = ?, event_count = ?, last_hash = ?, wake_at = ?
            WHERE id = ? AND event_count = ?
            """,
            [
                .text(enrolment.status.rawValue), .text(enrolment.json.text),
                SQLValue(enrolment.eventCount), .bytes(lastHash),
                SQLValue(wakeAt?.milliseconds), .text(enrolment.id.rawValue),
                SQLValue(loaded.enrolment.eventCount),
            ])
        // The writer is alone, so this means that the row is not what was loaded from it.
        guard changed == 1 else { throw OperationError.damaged("history of \(enrolment.id)") }
        try append(links, of: enrolment.id)
        if !links.isEmpty {
            let before = decision.datesBefore ?? Timetable(version.programme, loaded.enrolment)
            // Where no date moved, only what something happened to can look different.
            let candidates =
                decision.mayHaveMovedDates
                ? Array(version.programme.steps.indices) : decision.touchedSteps.sorted()
            try updateSteps(
                candidates, loaded.enrolment, before, enrolment, decision.timetable(),
                version.programme)
        }
        if loaded.enrolment.roles != enrolment.roles {
            try writeRoles(loaded.enrolment, enrolment, version.programme)
        }
        return LoadedEnrolment(
            enrolment: enrolment, version: loaded.version, lastHash: lastHash, wakeAt: wakeAt)
    }

    /// The moment of the first thing on the agenda, which the clock worker waits for.
    private func wakeAt(_ decision: inout Decision) -> Instant? {
        decision.nextMoment().map { time.instant($0) }
    }

    private func append(_ links: [EventChain.Link], of id: EnrolmentID) throws {
        for link in links {
            try connection.run(
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

    // MARK: - The read model

    private func insertSteps(
        _ enrolment: Enrolment, _ dates: Timetable, _ programme: Programme
    ) throws {
        for (index, step) in programme.steps.enumerated() {
            try connection.run(
                """
                INSERT INTO step (status, opens_on, due_on, window_from, window_to, settled_on,
                    enrolment, step, kind, module)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                StepRow(index, programme, enrolment, dates).values + [
                    .text(enrolment.id.rawValue), .text(step.id.rawValue),
                    .text(step.kind.rawValue), SQLValue(step.module),
                ])
        }
    }

    /// Writes the rows of steps that look different from before.
    private func updateSteps(
        _ candidates: [Int], _ before: Enrolment, _ oldDates: Timetable, _ after: Enrolment,
        _ newDates: Timetable, _ programme: Programme
    ) throws {
        for index in candidates {
            let id = programme.steps[index].id
            let old = StepRow(index, programme, before, oldDates)
            let new = StepRow(index, programme, after, newDates)
            if old == new { continue }
            try connection.run(
                """
                UPDATE step SET status = ?, opens_on = ?, due_on = ?, window_from = ?,
                    window_to = ?, settled_on = ?
                WHERE enrolment = ? AND step = ?
                """, new.values + [.text(after.id.rawValue), .text(id.rawValue)])
        }
    }

    private func writeRoles(
        _ before: Enrolment?, _ after: Enrolment, _ programme: Programme
    ) throws {
        let id = SQLValue.text(after.id.rawValue)
        for role in programme.roles {
            let old = before?.roles[role.id]
            let new = after.roles[role.id]
            if before != nil, old == new { continue }
            let name = SQLValue.text(role.id.rawValue)
            if let new {
                try connection.run(
                    """
                    INSERT INTO role_holder (enrolment, role, person) VALUES (?, ?, ?)
                    ON CONFLICT (enrolment, role) DO UPDATE SET person = excluded.person
                    """, [id, name, .text(new.rawValue)])
                try connection.run(
                    "DELETE FROM unfilled_role WHERE enrolment = ? AND role = ?", [id, name])
            } else {
                try connection.run(
                    "DELETE FROM role_holder WHERE enrolment = ? AND role = ?", [id, name])
                if case .requiredBy(let rule) = role.need {
                    let day = Timetable(programme, after).date(rule)?.day.description
                    try connection.run(
                        """
                        INSERT INTO unfilled_role (enrolment, role, needed_by) VALUES (?, ?, ?)
                        ON CONFLICT (enrolment, role) DO UPDATE SET needed_by = excluded.needed_by
                        """, [id, name, SQLValue(day)])
                }
            }
        }
    }
}

/// One step of one enrolment as lists need it.
private struct StepRow: Equatable {
    let status: String
    let opens: CivilDay?
    let due: CivilDay?
    let window: ClosedRange<CivilDay>?
    let settled: CivilDay?

    init(_ index: Int, _ programme: Programme, _ enrolment: Enrolment, _ dates: Timetable) {
        let record = enrolment.steps[programme.steps[index].id]
        let recorded = record?.status ?? .planned
        let applies = programme.steps[index].condition.holds(for: enrolment.facts)
        status = applies || recorded.isSettled ? recorded.rawValue : "not-applicable"
        opens = dates.opens(index)?.day
        due = dates.due(index)?.day
        window = dates.window(index)
        settled = record?.settledOn
    }

    var values: [SQLValue] {
        [
            .text(status), SQLValue(opens?.description), SQLValue(due?.description),
            SQLValue(window?.lowerBound.description), SQLValue(window?.upperBound.description),
            SQLValue(settled?.description),
        ]
    }
}
