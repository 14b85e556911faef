import CivilCalendar
public import Competence
public import Engine
import Storage

// What there is to use against a gap: who has it there, who in the units around, who says that they
// can do it and waits for an answer, and what teaches it.
extension Installation {
    /// What there is to use against each gap of a report, by competence, and which unit counts as
    /// the one around it.
    public func resources(
        for report: GapReport, in language: Language
    ) throws -> [CompetenceID: GapResources] {
        try query { transaction in
            let total = report.total
            let claimed = try transaction.claims(below: report.unit)
            let lacking = report.competences.indices.filter {
                total.counts[$0].missing > 0 && total.holders($0) == 0
            }
            let near = try lacking.isEmpty ? nil : transaction.around(report)
            let programmes = try transaction.programmes(recording: Set(report.competences))
            let shelf = try transaction.frameworkShelf()
            var found: [CompetenceID: GapResources] = [:]
            for (index, competence) in report.competences.enumerated() {
                let place = near?.competences.firstIndex(of: competence)
                found[competence] = GapResources(
                    here: total.holders(index),
                    near: place.flatMap { near?.total.holders($0) } ?? 0,
                    claimed: claimed[competence] ?? 0,
                    programmes: titles(programmes[competence], language, renews: false),
                    renewals: titles(programmes[competence], language, renews: true),
                    way: shelf.definition(competence)?.learntBy ?? .work)
            }
            return found
        }
    }
}

extension Transaction {
    /// How many people a unit may have for somebody in it to be near.
    private static let mostAround = 2_000

    /// The report of the unit right above one; nil where there is none, or so many work there that
    /// nobody is near.
    fileprivate func around(_ report: GapReport) throws -> GapReport? {
        let parent = try connection.first(
            "SELECT parent FROM org_unit WHERE id = ?", [.text(report.unit)]
        ) { $0.optionalText(0) } ?? nil
        guard let parent else { return nil }
        let people = try connection.count(
            """
            \(UnitTree.below) SELECT count(*) FROM
                (SELECT 1 FROM person p JOIN below b ON b.id = p.unit LIMIT ?) AS counted
            """, [.text(parent), SQLValue(Self.mostAround + 1)])
        if people > Self.mostAround { return nil }
        return try gap(of: parent, asOf: report.day, horizon: report.horizon)
    }

    /// How many claims of prior learning wait, of people in a unit and all below it.
    fileprivate func claims(below unit: String) throws -> [CompetenceID: Int] {
        var found: [CompetenceID: Int] = [:]
        try connection.forEach(
            """
            \(UnitTree.below) SELECT c.competence, count(DISTINCT c.person)
            FROM competence_claim c JOIN person p ON p.id = c.person JOIN below b ON b.id = p.unit
            WHERE c.status = 'open' AND c.kind = 'prior-learning' GROUP BY c.competence
            """, [.text(unit)]
        ) { found[CompetenceID($0.text(0))] = $0.int(1) }
        return found
    }

    /// What there is to use against what one person misses. Numbers of others are not told: one
    /// stands for somebody, and none for nobody.
    func resources(
        for lines: [GapLine], of person: PersonID, _ shelf: FrameworkShelf, _ language: Language
    ) throws -> [CompetenceID: GapResources] {
        let missing = lines.filter { $0.state != .held }
        if missing.isEmpty { return [:] }
        let (places, values) = places(of: person)
        let here = try levelsHeld(in: places, values, except: person, missing)
        let around = """
            (SELECT s.id FROM org_unit u JOIN org_unit s ON s.parent = u.parent
            WHERE u.id IN \(places))
            """
        let near = try levelsHeld(in: around, values, except: person, missing)
        let claimed = Set(
            try connection.all(
                "SELECT competence FROM competence_claim WHERE person = ? AND status = 'open'",
                [.text(person.rawValue)]
            ) { CompetenceID($0.text(0)) })
        let programmes = try programmes(
            recording: Set(missing.map(\.requirement.competence)),
            heldBefore: try everHeld(by: person))
        var found: [CompetenceID: GapResources] = [:]
        for requirement in missing.map(\.requirement) {
            let ladder = shelf.ladder(of: requirement.competence)
            func isEnough(_ levels: [LevelID]?) -> Int {
                let needed = requirement.level.flatMap { ladder?.rank(of: $0) } ?? -1
                let some = (levels ?? []).contains { (ladder?.rank(of: $0) ?? -1) >= needed }
                return some ? 1 : 0
            }
            found[requirement.competence] = GapResources(
                here: isEnough(here[requirement.competence]),
                near: isEnough(near[requirement.competence]),
                claimed: claimed.contains(requirement.competence) ? 1 : 0,
                programmes: titles(
                    programmes[requirement.competence], language, renews: false),
                renewals: titles(programmes[requirement.competence], language, renews: true),
                way: shelf.definition(requirement.competence)?.learntBy ?? .work)
        }
        return found
    }

    /// On which levels others have what is missing, in some units.
    private func levelsHeld(
        in units: String, _ values: [SQLValue], except person: PersonID, _ missing: [GapLine]
    ) throws -> [CompetenceID: [LevelID]] {
        let competences = missing.map(\.requirement.competence.rawValue)
        let marks = Array(repeating: "?", count: competences.count).joined(separator: ", ")
        let today = SQLValue.text(civilNow.day.description)
        var found: [CompetenceID: [LevelID]] = [:]
        try connection.forEach(
            """
            SELECT DISTINCT e.competence, coalesce(e.level, '')
            FROM person p JOIN competence_entry e ON e.person = p.id
            WHERE p.unit IN \(units) AND p.id <> ? AND e.competence IN (\(marks))
                AND e.kind <> 'revoked' AND e.achieved_on <= ?
                AND (e.valid_until IS NULL OR e.valid_until >= ?)
                AND NOT EXISTS (SELECT 1 FROM competence_entry r
                    WHERE r.person = e.person AND r.revokes = e.number)
            """, values + [.text(person.rawValue)] + competences.map { SQLValue.text($0) }
                + [today, today]
        ) { found[CompetenceID($0.text(0)), default: []].append(LevelID($0.text(1))) }
        return found
    }
}

private func titles(
    _ ways: [Passport.Way]?, _ language: Language, renews: Bool
) -> [String] {
    (ways ?? []).filter { $0.isRenewal == renews }.map { $0.title.text(in: language) }
}
