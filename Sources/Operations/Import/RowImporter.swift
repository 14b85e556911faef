import CivilCalendar
import Delivery
import Engine
import Storage
import Wording

// What single rows say, and what is wrong with them.
extension Importer {
    // MARK: - Units

    func importUnit(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let id = try identifier(row, "id")
        let name = try text(row, "name")
        let kind = try identifier(row, "kind")
        let old = try connection.first(
            "SELECT name, kind FROM org_unit WHERE id = ?", [.text(id)]
        ) { ($0.text(0), $0.text(1)) }
        if old != nil { try scope?.requireUnit(id) }
        var changes = ColumnChanges()
        if let old {
            changes.note("name", old.0, name)
            changes.note("kind", old.1, kind)
            if changes.isEmpty { return (.unchanged, "") }
        }
        try connection.run(
            """
            INSERT INTO org_unit (id, name, kind) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind
            """, [.text(id), .text(name), .text(kind)])
        return old == nil ? (.new, "") : (.changed, changes.message(wording))
    }

    /// Parents, managers and HR, once all units and people are there.
    func linkUnits(_ parsed: ParsedTable, _ report: inout ImportReport) throws {
        let places = Dictionary(
            report.lines.enumerated().filter { $0.element.file == parsed.table.file }
                .map { ($0.element.number, $0.offset) }, uniquingKeysWith: { first, _ in first })
        for row in scope == nil ? parsed.rows : parsed.parentsFirst {
            guard let index = places[row.number], report.lines[index].outcome != .error else {
                continue
            }
            do {
                let changes = try linkUnit(row)
                if changes.isEmpty || report.lines[index].outcome == .new { continue }
                report.lines[index].outcome = .changed
                report.lines[index].message = [
                    report.lines[index].message, changes.message(wording),
                ].filter { !$0.isEmpty }.joined(separator: "; ")
            } catch let fault as RowFault {
                report.lines[index].outcome = .error
                report.lines[index].message = fault.message(wording)
            }
        }
    }

    /// What a unit lies below and who leads it.
    struct Links {
        var parent: String?
        var manager: String?
    }

    private func linkUnit(_ row: ImportRow) throws -> ColumnChanges {
        let id = try identifier(row, "id")
        let functions = [UnitCharge.hr, .programmeOwner, .placementCoordinator].map(\.rawValue)
        var changes = ColumnChanges()
        if let parent = row["parent"] {
            try requireParent(parent)
            try refuseCircle(id, parent)
        }
        for column in ["manager"] + functions {
            if let person = row[column] { try requirePerson(person) }
        }
        let old = try connection.first(
            "SELECT parent, manager FROM org_unit WHERE id = ?", [.text(id)]
        ) { Links(parent: $0.optionalText(0), manager: $0.optionalText(1)) } ?? Links()
        let new = Links(
            parent: row.field("parent", else: old.parent),
            manager: row.field("manager", else: old.manager))
        try scope?.check(row, unit: id, old: old, new: new, connection)
        changes.note("parent", old.parent, new.parent)
        changes.note("manager", old.manager, new.manager)
        if !changes.isEmpty {
            try connection.run(
                "UPDATE org_unit SET parent = ?, manager = ? WHERE id = ?",
                [SQLValue(new.parent), SQLValue(new.manager), .text(id)])
        }
        // A unit that is HR's, or a programme's owner, does not become nobody's: empty leaves it.
        for function in functions {
            guard let person = row[function] else { continue }
            let isNew =
                try connection.run(
                    """
                    INSERT INTO unit_function (unit, function, person) VALUES (?, ?, ?)
                    ON CONFLICT (unit, function) DO UPDATE SET person = excluded.person
                    WHERE unit_function.person <> excluded.person
                    """, [.text(id), .text(function), .text(person)]) > 0
            if isNew { changes.note(function, nil, person) }
        }
        return changes
    }

    private func refuseCircle(_ id: String, _ parent: String) throws {
        var current: String? = parent
        var steps = 0
        while let unit = current, steps < 64 {
            if unit == id { throw RowFault("circle", ["id": id]) }
            current = try connection.first(
                "SELECT parent FROM org_unit WHERE id = ?", [.text(unit)]
            ) { $0.optionalText(0) } ?? nil
            steps += 1
        }
    }

    // MARK: - People

    func importPerson(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let id = try identifier(row, "id")
        let name = try text(row, "name")
        if (try? DisplayName(name)) == nil {
            throw RowFault("name-control")
        }
        let old = try connection.first(
            """
            SELECT name, email, private_email, language, unit, digest, born_on
            FROM person WHERE id = ?
            """, [.text(id)]
        ) { row in
            (0..<7).map { row.optionalText($0) }
        }
        let email = try address(row, "email", else: old?[1])
        let own = try address(row, "private-email", else: old?[2])
        // Language and digest are the person's own choice: an empty field leaves them as they are,
        // and the day of birth too, which few systems tell.
        let language = row["language"] ?? old?[3] ?? "nb"
        guard Wording.languages.contains(Language(language)) else {
            throw RowFault("language", ["text": language])
        }
        let unit = row.field("unit", else: old?[4])
        let digest = try digestWish(row) ?? old?[5].flatMap(DigestWish.init) ?? .auto
        let told = [name, email, own, language, unit, digest.rawValue]
        // An export has whoever works there, also those who belong elsewhere.
        if old == told + [row["born-on"] ?? old?[6]],
            try scope?.answersFor(id, transaction) ?? true
        {
            return (.unchanged, "")
        }
        if let unit, unit != old?[4] { try requireUnit(unit) }
        try scope?.checkPerson(id, old: old.map { $0[4] }, new: unit)
        let values = told.map { SQLValue($0) } + [SQLValue(try birth(row, of: id) ?? old?[6])]
        if let scope, let old, old[1] != email || old[2] != own,
            try transaction.answersBeyond(PersonID(id), hr: scope.person)
        {
            throw RowFault("address-not-yours", ["id": id])
        }
        try requireFree(email, for: id)
        try connection.run(
            """
            INSERT INTO person (name, email, private_email, language, unit, digest, born_on, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
                private_email = excluded.private_email, language = excluded.language,
                unit = excluded.unit, digest = excluded.digest, born_on = excluded.born_on
            """, values + [.text(id)])
        return old == nil ? (.new, "") : (.changed, personChanges(old, told, row))
    }

    private func personChanges(
        _ old: [String?]?, _ told: [String?], _ row: ImportRow
    ) -> String {
        let columns = ["name", "email", "private-email", "language", "unit", "digest"]
        var changes = ColumnChanges()
        for (place, column) in columns.enumerated() {
            changes.note(column, old?[place], told[place])
        }
        changes.note("born-on", old?[6], row["born-on"] ?? old?[6])
        return changes.message(wording)
    }

    private func requireFree(_ email: String?, for id: String) throws {
        guard let email else { return }
        let other = try connection.first(
            "SELECT id FROM person WHERE lower(email) = lower(?) AND id <> ?",
            [.text(email), .text(id)]
        ) { $0.text(0) }
        guard let other else { return }
        if try scope?.knows(person: other, connection) == false {
            throw RowFault("email-taken-elsewhere", ["email": email])
        }
        throw RowFault("email-taken", ["email": email, "id": other])
    }

    /// The day of birth, which nothing that is on record may come before.
    private func birth(_ row: ImportRow, of id: String) throws -> String? {
        guard row["born-on"] != nil else { return nil }
        let day = try day(row, "born-on")
        if day.year < Transaction.earliestYear {
            throw RowFault("born-long-ago", ["day": wording.day(day)])
        }
        if day > transaction.civilNow.day {
            throw RowFault("born-to-come", ["day": wording.day(day)])
        }
        let earlier = try connection.first(
            """
            SELECT min(day) FROM (
                SELECT min(achieved_on) AS day FROM competence_entry WHERE person = ?
                UNION ALL SELECT min(from_on) AS day FROM employment WHERE person = ?) AS days
            """, [.text(id), .text(id)]
        ) { $0.optionalText(0) } ?? nil
        if let earlier, earlier < day.description {
            throw RowFault("born-after", ["day": earlier])
        }
        return day.description
    }

    // MARK: - Starts

    func importStart(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = try identifier(row, "person")
        let programme = ProgrammeID(try identifier(row, "programme"))
        let version: CompiledVersion
        do {
            version = try transaction.newestVersion(of: programme)
        } catch OperationError.noSuchProgramme {
            throw RowFault("programme", ["id": programme.rawValue])
        }
        try requirePerson(person)
        if let unit = row["unit"] { try requireUnit(unit) }
        if try scope?.knows(person: person, connection) == false {
            throw RowFault("no-person", ["id": person])
        }
        var request = EnrolRequest(
            participant: PersonID(person), programme: programme, anchors: [:],
            unit: row["unit"])
        for (name, value) in row.all("anchor:") {
            guard let day = CivilDay(value) else {
                throw RowFault("day", ["text": value])
            }
            request.anchors[AnchorID(name)] = day
        }
        for (name, value) in row.all("fact:") {
            request.facts[FactID(name)] = try fact(value, FactID(name), version.programme)
        }
        for (name, value) in row.all("role:") { request.chosen[RoleID(name)] = PersonID(value) }
        return try start(request)
    }

    /// A start is known by its person, programme and dates: the same row again is the same start.
    private func start(_ request: EnrolRequest) throws -> (ImportReport.Outcome, String) {
        let key = "start/" + Transaction.messageID(request.fingerprint)
        let known = try connection.count(
            "SELECT count(*) FROM command_log WHERE key = ?", [.text(key)])
        if known > 0 { return (.unchanged, "") }
        let id = EnrolmentID(transaction.installation.random.identifier("e"))
        do {
            _ = try transaction.once(key, fingerprint: request.fingerprint) {
                try transaction.enrol(request, as: id, by: actor)
                return id.rawValue
            }
        } catch let error as OperationError {
            throw RowFault(
                sentence: error.sentence(in: wording.language, programme: programme(of: error)))
        }
        return (.new, id.rawValue)
    }

    private func programme(of error: OperationError) -> Programme? {
        guard case .refused(_, let id?) = error else { return nil }
        return try? transaction.newestVersion(of: id).programme
    }

    // MARK: - Fields

    func text(_ row: ImportRow, _ column: String) throws -> String {
        guard let value = row[column] else { throw RowFault("empty", ["column": column]) }
        if value.utf8.count > 400 { throw RowFault("long", ["column": column]) }
        return value
    }

    private func fact(
        _ text: String, _ id: FactID, _ programme: Programme
    ) throws -> FactValue {
        do throws(FactTextError) {
            return try FactValue(parsing: text, for: id, in: programme)
        } catch {
            throw RowFault(sentence: error.sentence(wording))
        }
    }

    func identifier(_ row: ImportRow, _ column: String) throws -> String {
        let value = try text(row, column)
        let isFine = value.utf8.count <= 64 && value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        if !isFine {
            throw RowFault("identifier", ["text": value, "column": column])
        }
        return value
    }

    /// An address of the row; what is there already is not looked at again.
    private func address(
        _ row: ImportRow, _ column: String, else old: String?
    ) throws -> String? {
        guard let value = row.field(column, else: old), value != old else {
            return row.field(column, else: old)
        }
        do throws(MailAddressError) {
            return try MailAddress(value).description
        } catch {
            throw RowFault(sentence: "\(column): \(error.sentence(wording))")
        }
    }

    private func digestWish(_ row: ImportRow) throws -> DigestWish? {
        guard let text = row["digest"]?.lowercased() else { return nil }
        guard let wish = DigestWish(rawValue: text) else {
            throw RowFault("digest", ["text": text])
        }
        return wish
    }

    func requireUnit(_ id: String) throws {
        let count = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ?", [.text(id)])
        if count == 0 || scope?.units.contains(id) == false {
            throw RowFault(scope == nil ? "no-unit" : "not-own-unit", ["id": id])
        }
    }

    /// A parent may be new itself; whether it lies within the scope is seen from the whole line.
    private func requireParent(_ id: String) throws {
        let count = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ?", [.text(id)])
        if count == 0 { throw RowFault("no-unit", ["id": id]) }
    }

    func requirePerson(_ id: String) throws {
        let count = try connection.count("SELECT count(*) FROM person WHERE id = ?", [.text(id)])
        if count == 0 { throw RowFault("no-person", ["id": id]) }
    }
}
