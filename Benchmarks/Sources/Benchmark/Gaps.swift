import CivilCalendar
import Competence
import Engine
import Foundation
import Operations
import Storage

/// Figure 10: the competence gap of a city, as of a day, from the entries as they were written:
/// 15 000 people of whom 60 competences are asked each, nine in ten of them on record, one in
/// twenty revoked, a third of them with a last day.
struct Gaps {
    struct Result {
        let seconds: Double
        let seconds5000: Double
        let entries: Int
        let pairs: Int

        /// How much more three times as many people cost, over three.
        var growth: Double { seconds / (3 * seconds5000) }
    }

    static let people = 15_000
    static let competences = 60

    let stage: Stage

    func run() async throws -> Result {
        let (large, entries, pairs) = try await measure(Self.people)
        let (small, _, _) = try await measure(Self.people / 3)
        return Result(seconds: large, seconds5000: small, entries: entries, pairs: pairs)
    }

    private func measure(_ people: Int) async throws -> (Double, entries: Int, pairs: Int) {
        let name = "gap-\(people)"
        let (version, diagnostics) = try await stage.installation(
            stage.open(stage.path(name + "-made")), clock: stage.clock()
        ).publishFramework(name: "sixty.yaml", bytes: Array(Self.framework.utf8))
        guard version != nil else { throw BenchmarkFault("\(diagnostics)") }
        // A copy that nobody has open.
        try stage.copy(name + "-made", to: name)
        try stage.script(name, Self.rows(people))
        let installation = try stage.installation(
            stage.open(stage.path(name)), clock: stage.clock())
        let day = Stage.morning.day
        var times: [Double] = []
        var pairs = 0
        for _ in 0..<5 {
            times.append(
                try time {
                    let total = try installation.gap(
                        of: "city", asOf: day, expiringWithin: 3
                    ).total
                    pairs = total.counts.reduce(0) { $0 + $1.needed }
                    guard total.people == people, total.counts.allSatisfy({ $0.missing > 0 }) else {
                        throw BenchmarkFault("the gap of \(total.people) people is wrong")
                    }
                })
        }
        let entries = try installation.database.read {
            try $0.count("SELECT count(*) FROM competence_entry")
        }
        return (times.median, entries, pairs)
    }

    private static var framework: String {
        func text(_ word: String) -> String { "{ nb: \(word), nn: \(word), en: \(word) }" }
        var lines = [
            "framework: sixty", "title: \(text("Sixty"))", "summary: \(text("Sixty"))",
            "sources: [{ title: Benchmark }]", "owner: nobody", "areas:",
            "  - { area: all, title: \(text("All")) }", "ladders:", "  - ladder: practice",
            "    title: \(text("Practice"))", "    levels:",
        ]
        for level in ["basic", "supervised", "independent", "guiding"] {
            lines.append("      - { level: \(level), title: \(text(level)) }")
        }
        lines.append("competences:")
        for number in 0..<competences {
            lines += [
                "  - competence: \(id(number))", "    title: \(text("C\(number)"))",
                "    area: all", "    form: informal", "    ladder: practice",
                "    facets: { skill: \(text("Can")) }", "    attested-by: { by: [mentor] }",
            ]
        }
        lines += ["profiles:", "  - profile: all", "    title: \(text("All"))", "    requires:"]
        for number in 0..<competences {
            lines.append("      - { competence: \(id(number)), level: independent }")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As long as real ids are.
    private static func id(_ number: Int) -> String { "competence-number-\(number + 10)" }

    private static func rows(_ people: Int) -> String {
        """
        INSERT INTO org_unit (id, parent, name, kind) VALUES ('city', NULL, 'City', 'agency');
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39)
        INSERT INTO org_unit (id, parent, name, kind)
        SELECT 'unit-' || i, 'city', 'Unit ' || i, 'institution' FROM n;
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(people - 1))
        INSERT INTO person (id, name, unit)
        SELECT 'person-' || (100000 + i), 'P', 'unit-' || (i % 40) FROM n;
        INSERT INTO employment (person, from_on, unit, position, percentage)
        SELECT id, '2020-01-01', unit, 'nurse', 100 FROM person;
        WITH RECURSIVE n (i) AS
            (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(competences - 1))
        INSERT INTO competence_entry (person, number, kind, competence, title, level, achieved_on,
            valid_until, attested_by, recorded_at, recorded_by, hash)
        SELECT p.id, 1 + n.i, 'imported', 'competence-number-' || (10 + n.i),
            '{"en":"Something that people can do","nb":"Noe som folk kan"}',
            CASE (n.i + p.rowid) % 7 WHEN 0 THEN 'supervised' ELSE 'independent' END,
            '2025-03-01', CASE n.i % 3 WHEN 0 THEN '2026-0' || (1 + n.i % 9) || '-15' END,
            'mentor:person-100001', 1700000000000, 'operator', zeroblob(32)
        FROM person p CROSS JOIN n WHERE (n.i * 7 + p.rowid) % 10 <> 0;
        INSERT INTO competence_entry (person, number, kind, competence, title, level, achieved_on,
            attested_by, revokes, recorded_at, recorded_by, hash)
        SELECT person, 100 + number, 'revoked', competence, '{}', level, '2025-06-01', '', number,
            1700000000000, 'operator', zeroblob(32)
        FROM competence_entry WHERE number % 20 = 3;
        """
    }
}
