import CivilCalendar
import Competence
import Engine
import Logging
import Storage
import Synchronization

/// Which day's renewals have been begun, so that the clock looks for them once a day.
final class RenewalsSeen: Sendable {
    private let state = Mutex<(day: CivilDay?, refused: Set<PersonID>)>((nil, []))

    func isDone(_ day: CivilDay) -> Bool { state.withLock { $0.day == day } }

    func done(_ day: CivilDay) { state.withLock { $0 = (day, []) } }

    /// Somebody who cannot be enrolled today; tomorrow it is tried again.
    func refuse(_ person: PersonID) { _ = state.withLock { $0.refused.insert(person) } }

    func isRefused(_ person: PersonID) -> Bool { state.withLock { $0.refused.contains(person) } }
}

/// An entry that runs out soon, of a competence that a programme renews.
private struct DueEntry {
    let number: Int
    let competence: CompetenceID
    let level: LevelID?
    let until: CivilDay
    let programme: ProgrammeID
}

// A renewal is a programme like any other: what runs out enrols its person in it, and the programme
// reminds, waits and tells the leader as programmes do.
extension Transaction {
    private static let fact: FactID = "renews"
    private static let anchor: AnchorID = "expires"

    /// Enrols those whose competence runs out, so long before as its framework says.
    ///
    /// - Parameter limit: How many people at the most.
    /// - Returns: how many people were enrolled, or had something added to their renewal.
    func renewDue(limit: Int) throws -> Int {
        let seen = installation.renewals
        let today = civilNow.day
        if seen.isDone(today) { return 0 }
        let shelf = try frameworkShelf()
        var rules: [CompetenceID: CompetenceDefinition.Renewal] = [:]
        for definition in shelf.versions.flatMap(\.framework.competences) {
            rules[definition.id] = definition.renewal
        }
        let calendar = WorkingCalendar()
        let latest = rules.values.map { $0.ahead.applied(to: today, in: calendar) }.max()
        guard let latest else {
            seen.done(today)
            return 0
        }
        var due: [PersonID: [DueEntry]] = [:]
        try connection.forEach(
            """
            SELECT e.person, e.number, e.competence, e.level, e.valid_until
            FROM competence_entry e
            WHERE e.valid_until >= ? AND e.valid_until <= ? AND NOT EXISTS (
                SELECT 1 FROM competence_renewal r
                WHERE r.person = e.person AND r.entry = e.number)
            """, [.text(today.description), .text(latest.description)]
        ) { row in
            let competence = CompetenceID(row.text(2))
            guard let rule = rules[competence], let until = CivilDay(row.text(4)),
                rule.ahead.applied(to: today, in: calendar) >= until
            else { return }
            due[PersonID(row.text(0)), default: []].append(
                DueEntry(
                    number: row.int(1), competence: competence,
                    level: row.optionalText(3).map { LevelID($0) }, until: until,
                    programme: rule.programme))
        }
        var begun = 0
        for (person, entries) in due.sorted(by: { $0.key < $1.key })
        where !seen.isRefused(person) {
            if begun == limit { return begun }
            if try renew(entries, of: person, shelf) { begun += 1 }
        }
        if begun == 0 { seen.done(today) }
        return begun
    }

    private func renew(
        _ entries: [DueEntry], of person: PersonID, _ shelf: FrameworkShelf
    ) throws -> Bool {
        let record = try record(of: person, asOf: civilNow.day)
        let isHere = try worksHere(person)
        var wanted: [ProgrammeID: [DueEntry]] = [:]
        for entry in entries {
            let lasting = record.lasting(
                entry.competence, on: shelf.ladder(of: entry.competence), atLeast: entry.level)
            if lasting?.number == entry.number, isHere {
                wanted[entry.programme, default: []].append(entry)
            } else {
                // Revoked, renewed already, or of somebody who has left.
                try note(entry, of: person, in: nil)
            }
        }
        var hasBegun = false
        for (programme, entries) in wanted.sorted(by: { $0.key < $1.key }) {
            try connection.run("SAVEPOINT renewal", [])
            do {
                let enrolment = try begin(programme, entries, of: person)
                for entry in entries { try note(entry, of: person, in: enrolment) }
                hasBegun = true
            } catch is OperationError {
                try connection.run("ROLLBACK TO renewal", [])
                installation.renewals.refuse(person)
                installation.logger.warning(
                    "a renewal could not begin", metadata: ["programme": "\(programme)"])
            }
            try connection.run("RELEASE renewal", [])
        }
        return hasBegun
    }

    private func begin(
        _ programme: ProgrammeID, _ entries: [DueEntry], of person: PersonID
    ) throws -> EnrolmentID {
        let names = entries.map(\.competence.rawValue)
        let first = entries.map(\.until).min() ?? civilNow.day
        let running = try connection.first(
            """
            SELECT id FROM enrolment WHERE participant = ? AND programme = ?
                AND status IN ('running', 'paused')
            """, [.text(person.rawValue), .text(programme.rawValue)]
        ) { EnrolmentID($0.text(0)) }
        if let running {
            let known = try store.load(running).enrolment.facts[Self.fact]
            var all = names
            if case .choices(let before)? = known { all += before }
            try perform(
                .changeFact(
                    Self.fact, to: .choices(Set(all).sorted()), reason: "competence-entry"),
                on: running, by: .clock)
            return running
        }
        let id = EnrolmentID(installation.random.identifier("e"))
        try enrol(
            EnrolRequest(
                participant: person, programme: programme, anchors: [Self.anchor: first],
                facts: [Self.fact: .choices(Set(names).sorted())]), as: id, by: .clock)
        return id
    }

    private func worksHere(_ person: PersonID) throws -> Bool {
        let today = SQLValue.text(civilNow.day.description)
        return try connection.count(
            """
            SELECT count(*) FROM person p WHERE p.id = ? AND p.unit IS NOT NULL AND (
                NOT EXISTS (SELECT 1 FROM employment e WHERE e.person = p.id)
                OR EXISTS (SELECT 1 FROM employment e WHERE e.person = p.id
                    AND (e.until_on IS NULL OR e.until_on >= ?)))
            """, [.text(person.rawValue), today]) > 0
    }

    private func note(
        _ entry: DueEntry, of person: PersonID, in enrolment: EnrolmentID?
    ) throws {
        try connection.run(
            """
            INSERT INTO competence_renewal (person, entry, enrolment, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (person, entry) DO NOTHING
            """,
            [
                .text(person.rawValue), SQLValue(entry.number), SQLValue(enrolment?.rawValue),
                .integer(now.milliseconds),
            ])
    }
}
