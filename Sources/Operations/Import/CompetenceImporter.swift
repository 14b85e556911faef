import CivilCalendar
import Competence
import Engine
import JSONText
import Storage
import Wording

// Where people work, and what another system has on record of them.
extension Importer {
    func importEmployment(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = try identifier(row, "person")
        let unit = try identifier(row, "unit")
        let position = try identifier(row, "position")
        let from = try day(row, "from")
        try requirePerson(person)
        try requireUnit(unit)
        guard let percentage = row["percentage"].flatMap({ Int($0) }),
            (1...100).contains(percentage)
        else { throw RowFault("percentage", ["text": row["percentage"] ?? ""]) }
        let key: [SQLValue] = [
            .text(person), .text(from.description), .text(unit), .text(position),
        ]
        let old = try connection.first(
            """
            SELECT percentage, until_on FROM employment
            WHERE person = ? AND from_on = ? AND unit = ? AND position = ?
            """, key
        ) { ($0.int(0), $0.optionalText(1)) }
        let until = try row.field("until", else: old?.1).map { try parsedDay($0) }
        if let until, until < from { throw fault(.endsBeforeItBegins) }
        var changes = ColumnChanges()
        if let old {
            changes.note("percentage", "\(old.0)", "\(percentage)")
            changes.note("until", old.1, until?.description)
            if changes.isEmpty { return (.unchanged, "") }
        }
        // Whoever employs somebody comes to answer for their record: it takes being HR of theirs.
        if old == nil { try scope?.requireOwn(person, transaction) }
        try refuseBeforeBirth(from, of: person)
        try connection.run(
            """
            INSERT INTO employment (person, from_on, unit, position, percentage, until_on)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (person, from_on, unit, position) DO UPDATE SET
                percentage = excluded.percentage, until_on = excluded.until_on
            """, key + [SQLValue(percentage), SQLValue(until?.description)])
        return old == nil ? (.new, "") : (.changed, changes.message(wording))
    }

    private func refuseBeforeBirth(_ day: CivilDay, of person: String) throws {
        if day.year < Transaction.earliestYear { throw fault(.tooLongAgo(day)) }
        let born = try connection.first(
            "SELECT born_on FROM person WHERE id = ? AND born_on > ?",
            [.text(person), .text(day.description)]
        ) { $0.text(0) }
        if born != nil { throw fault(.beforeBirth(day)) }
    }

    /// What another system has on record. The same line again is the same entry: a record is
    /// never changed, so a line that says otherwise is another entry.
    func importCompetence(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = PersonID(try identifier(row, "person"))
        let competence = CompetenceID(try identifier(row, "competence"))
        let level = try row["level"].map { _ in LevelID(try identifier(row, "level")) }
        let achieved = try day(row, "achieved-on")
        let told = try row["valid-until"].map { _ in try day(row, "valid-until") }
        try requirePerson(person.rawValue)
        try scope?.requireOwn(person.rawValue, transaction)
        let shelf = try transaction.frameworkShelf()
        let definition = shelf.definition(competence)
        let until = told ?? definition?.validFor?.applied(to: achieved, in: WorkingCalendar())
        let same = try entries(of: person, competence, level, achieved, told, until)
        // What is on record stays as it is, whatever the framework has come to say since.
        if let counts = same.first(where: { !$0 }) ?? same.first {
            return (.unchanged, counts ? wording.text("import.note.revoked") : "")
        }
        // Their own row as it stands may come along; another is for others to bring.
        try scope?.requireOthers(person.rawValue)
        guard let definition else { throw fault(.unknownCompetence(competence.rawValue)) }
        guard let level else { throw RowFault("empty", ["column": "level"]) }
        guard shelf.ladder(of: competence)?.rank(of: level) != nil else {
            throw fault(.unknownLevel(level.rawValue, of: competence))
        }
        do {
            try transaction.check(day: achieved, of: person)
        } catch OperationError.competence(let refusal) {
            throw fault(refusal)
        }
        if let until, until < achieved { throw fault(.endsBeforeItBegins) }
        let evidence = row["evidence"] ?? ""
        if evidence.count > Installation.longestEvidence {
            throw fault(.textTooLong(Installation.longestEvidence))
        }
        let entry = StoredEntry(
            kind: .imported, competence: competence.rawValue,
            title: sortedObject(definition.title.texts) { .string($0) }.text,
            level: level.rawValue, form: try form(row) ?? definition.form,
            achievedOn: achieved.description, validUntil: until?.description, attestedBy: "",
            framework: shelf.version(of: competence)?.hash,
            recordedAt: transaction.now.milliseconds, recordedBy: actor.stored)
        _ = try transaction.write(
            entry, of: person, evidence: evidence, transaction.installation.random.bytes(16))
        return (.new, "")
    }

    /// The entries that say what a row says, however they came about: whether each was revoked.
    ///
    /// - Parameters:
    ///   - told: the last day that the row has; where it has none, an entry without one is meant
    ///     too, because exports write what there is.
    ///   - until: the last day that the row would be written with.
    private func entries(
        of person: PersonID, _ competence: CompetenceID, _ level: LevelID?, _ achieved: CivilDay,
        _ told: CivilDay?, _ until: CivilDay?
    ) throws -> [Bool] {
        let wanted = until?.description ?? ""
        return try connection.all(
            """
            SELECT EXISTS (SELECT 1 FROM competence_entry r
                WHERE r.person = e.person AND r.revokes = e.number)
            FROM competence_entry e
            WHERE e.person = ? AND e.kind <> 'revoked' AND e.competence = ?
                AND coalesce(e.level, '') = ? AND e.achieved_on = ?
                AND coalesce(e.valid_until, '') IN (?, ?)
            """,
            [
                .text(person.rawValue), .text(competence.rawValue), .text(level?.rawValue ?? ""),
                .text(achieved.description), .text(wanted), .text(told == nil ? "" : wanted),
            ]
        ) { $0.int(0) != 0 }
    }

    private func form(_ row: ImportRow) throws -> CompetenceForm? {
        guard let text = row["form"] else { return nil }
        guard let form = CompetenceForm(rawValue: text) else {
            throw RowFault("form", ["text": text])
        }
        return form
    }

    func day(_ row: ImportRow, _ column: String) throws -> CivilDay {
        try parsedDay(text(row, column))
    }

    private func parsedDay(_ text: String) throws -> CivilDay {
        guard let day = CivilDay(text) else { throw RowFault("day", ["text": text]) }
        return day
    }

    private func fault(_ refusal: CompetenceRefusal) -> RowFault {
        RowFault(sentence: refusal.sentence(wording))
    }
}
