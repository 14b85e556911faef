import CivilCalendar
import Competence
import Engine
import JSONText
import Storage

// Where people work, and what another system has on record of them.
extension Importer {
    func importEmployment(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = try identifier(row, "person")
        let unit = try identifier(row, "unit")
        let position = try identifier(row, "position")
        let from = try day(row, "from")
        let until = try row["until"].map { _ in try day(row, "until") }
        try requirePerson(person)
        try requireUnit(unit)
        guard let percentage = row["percentage"].flatMap({ Int($0) }),
            (1...100).contains(percentage)
        else { throw RowFault("percentage", ["text": row["percentage"] ?? ""]) }
        if let until, until < from { throw fault(.endsBeforeItBegins) }
        let key: [SQLValue] = [
            .text(person), .text(from.description), .text(unit), .text(position),
        ]
        let old = try connection.first(
            """
            SELECT percentage, until_on FROM employment
            WHERE person = ? AND from_on = ? AND unit = ? AND position = ?
            """, key
        ) { ($0.int(0), $0.optionalText(1)) }
        if let old, old == (percentage, until?.description) { return (.unchanged, "") }
        try connection.run(
            """
            INSERT INTO employment (person, from_on, unit, position, percentage, until_on)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (person, from_on, unit, position) DO UPDATE SET
                percentage = excluded.percentage, until_on = excluded.until_on
            """, key + [SQLValue(percentage), SQLValue(until?.description)])
        return old == nil ? (.new, "") : (.changed, "")
    }

    /// What another system has on record. The same line again is the same entry: a record is
    /// never changed, so a line that says otherwise is another entry.
    func importCompetence(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = try identifier(row, "person")
        let competence = CompetenceID(try identifier(row, "competence"))
        let level = LevelID(try identifier(row, "level"))
        let achieved = try day(row, "achieved-on")
        try requirePerson(person)
        let shelf = try transaction.frameworkShelf()
        guard let definition = shelf.definition(competence) else {
            throw fault(.unknownCompetence(competence.rawValue))
        }
        guard shelf.ladder(of: competence)?.rank(of: level) != nil else {
            throw fault(.unknownLevel(level.rawValue, of: competence))
        }
        do {
            try transaction.check(day: achieved, of: PersonID(person))
        } catch OperationError.competence(let refusal) {
            throw fault(refusal)
        }
        let until: CivilDay?
        if row["valid-until"] == nil {
            until = definition.validFor?.applied(to: achieved, in: WorkingCalendar())
        } else {
            until = try day(row, "valid-until")
        }
        if let until, until < achieved { throw fault(.endsBeforeItBegins) }
        var form = definition.form
        if let text = row["form"] {
            guard let known = CompetenceForm(rawValue: text) else {
                throw RowFault("form", ["text": text])
            }
            form = known
        }
        let known = try connection.count(
            """
            SELECT count(*) FROM competence_entry
            WHERE person = ? AND kind = 'imported' AND competence = ? AND level = ?
                AND achieved_on = ? AND coalesce(valid_until, '') = ?
            """,
            [
                .text(person), .text(competence.rawValue), .text(level.rawValue),
                .text(achieved.description), .text(until?.description ?? ""),
            ])
        if known > 0 { return (.unchanged, "") }
        let entry = StoredEntry(
            kind: .imported, competence: competence.rawValue,
            title: sortedObject(definition.title.texts) { .string($0) }.text,
            level: level.rawValue, form: form, achievedOn: achieved.description,
            validUntil: until?.description, attestedBy: "",
            framework: shelf.version(of: competence)?.hash,
            recordedAt: transaction.now.milliseconds, recordedBy: actor.stored)
        _ = try transaction.write(
            entry, of: PersonID(person), evidence: row["evidence"] ?? "",
            transaction.installation.random.bytes(16))
        return (.new, "")
    }

    private func day(_ row: ImportRow, _ column: String) throws -> CivilDay {
        let value = try text(row, column)
        guard let day = CivilDay(value) else { throw RowFault("day", ["text": value]) }
        return day
    }

    private func fault(_ refusal: CompetenceRefusal) -> RowFault {
        RowFault(sentence: refusal.sentence(wording))
    }
}
