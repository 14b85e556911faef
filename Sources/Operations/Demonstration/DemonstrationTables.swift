public import CivilCalendar

/// A made-up organisation to try Ombord on. Every name is invented; nobody is meant.
public enum DemonstrationScale: String, CaseIterable, Sendable {
    /// One nursing home with three wards and six people on their way in.
    case small
    /// A year of Oslo's health and care services: 13 715 positions, 40 institutions, 1 370 starts,
    /// leaders with a median of 61 people (seed 002, chapters 4.1, 5.4.2 and 5.5).
    case oslo
}

/// Writes the tables of a demonstration organisation, as a municipality's HR system would export
/// them, so that the ordinary import loads them.
public struct DemonstrationTables {
    private let random: SeededRandom
    private let today: CivilDay
    private var units: [[String]] = []
    private var people: [[String]] = []
    private var starts: [[String]] = []
    private var records: DemonstrationRecords

    /// - Parameters:
    ///   - today: The day on which the demonstration begins.
    ///   - shown: The day on which somebody looks at it first; the same where nil.
    public init(
        _ scale: DemonstrationScale, today: CivilDay, shown: CivilDay? = nil, seed: UInt64 = 24
    ) {
        random = SeededRandom(seed: seed)
        records = DemonstrationRecords(
            scale, begin: today, shown: shown ?? today, random: SeededRandom(seed: seed &+ 1))
        self.today = today
        switch scale {
        case .small: makeSmall()
        case .oslo: makeOslo()
        }
        let begun = Dictionary(starts.map { ($0[0], $0) }, uniquingKeysWith: { first, _ in first })
        for person in people { records.add(person[0], unit: person[5], start: begun[person[0]]) }
    }

    /// The tables, ready to import.
    public var tables: [ImportTable] {
        [
            table(
                .units,
                [
                    "id", "name", "kind", "parent", "manager", "hr", "programme-owner",
                    "placement-coordinator",
                ], units),
            table(
                .people,
                ["id", "name", "email", "private-email", "language", "unit", "digest"], people),
            table(.starts, Self.startColumns, starts),
            table(
                .employments, ["person", "unit", "position", "percentage", "from", "until"],
                records.employments),
        ]
    }

    /// What is on record of them already, for installations that have the framework.
    public var competences: ImportTable {
        table(
            .competences, ["person", "competence", "level", "achieved-on", "evidence"],
            records.competences)
    }

    private static let startColumns = [
        "person", "programme", "unit", "anchor:first-day", "anchor:period-start",
        "anchor:period-end", "fact:profession", "fact:unit-type", "fact:contract-percentage",
        "role:mentor", "role:buddy", "role:supervisor", "role:university-tutor",
        "role:coordinator", "role:fagutvikler", "role:host",
    ]

    private func table(_ kind: ImportKind, _ header: [String], _ rows: [[String]]) -> ImportTable {
        let lines = ([header] + rows).map { $0.map(Self.quoted).joined(separator: ";") }
        return ImportTable(
            kind: kind, file: "\(kind.rawValue).csv",
            bytes: Array((lines.joined(separator: "\r\n") + "\r\n").utf8))
    }

    private static func quoted(_ field: String) -> String {
        field.contains(where: { ";\"\r\n".contains($0) })
            ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }

    // MARK: - Oslo

    private mutating func makeOslo() {
        unit(
            "city", "Helse og omsorg", "agency", parent: "", manager: "director", hr: "hr-0",
            owner: "hr-0", placements: "coordinator")
        named("coordinator", "Jon Fjeld", unit: "city", language: "nb")
        person("director", unit: "city", language: "nb", digest: true)
        person("hr-0", unit: "city", language: "nb", digest: true)
        let spans = Self.spans
        var ward = 0
        for institution in 1...40 {
            let id = "i\(institution)"
            unit(
                id, "\(Self.placeNames[institution % Self.placeNames.count]) \(institution)",
                "institution", parent: "city", manager: "leader-\(id)", hr: "hr-\(id)")
            person("leader-\(id)", unit: id, language: "nb", digest: true)
            person("hr-\(id)", unit: id, language: "nb", digest: true)
            let wards = spans.count * institution / 40 - spans.count * (institution - 1) / 40
            for _ in 0..<wards {
                makeOsloWard(ward, span: spans[ward], institution: id)
                ward += 1
            }
        }
    }

    /// How many people each ward leader has: 13 715 positions with the 83 above the wards, and a
    /// median of 61.
    static let spans: [Int] = {
        let wards = 221
        let places = 13_715 - 83 - wards
        // A symmetric spread from 31 to 91 around 61, then the rest laid on the largest wards.
        var spans = (0..<wards).map { 31 + $0 * 60 / (wards - 1) }
        var index = wards - 1
        var difference = places - spans.reduce(0, +)
        while difference != 0 {
            spans[index] += difference.signum()
            difference -= difference.signum()
            // Only wards above the median change, so that the median stays.
            index = index > wards / 2 + 1 ? index - 1 : wards - 1
        }
        return spans
    }()

    private mutating func makeOsloWard(_ number: Int, span: Int, institution: String) {
        let id = "w\(number)"
        unit(
            id, "Avdeling \(number + 1)", "ward", parent: institution,
            manager: "leader-\(id)", hr: "")
        person("leader-\(id)", unit: id, language: "nb", digest: true)
        for index in 0..<span {
            person("p\(number)-\(index)", unit: id, language: language())
        }
        // 1 370 starts over the wards, spread over a year of working days.
        let count = 1_370 * (number + 1) / Self.spans.count - 1_370 * number / Self.spans.count
        for index in 0..<count {
            let offset = 14 + Int(random.fraction() * 365)
            let day = WorkingCalendar().shift(today.adding(days: offset), .next)
            start(
                "p\(number)-\(index)", "oslo-onboarding", unit: id,
                [
                    "anchor:first-day": day.description,
                    "fact:profession": profession(), "fact:unit-type": "nursing-home",
                    "fact:contract-percentage": "100",
                    "role:buddy": "p\(number)-\(span - 1)",
                ])
        }
    }

    // MARK: - A small place

    private mutating func makeSmall() {
        unit(
            "home", "Solbakken sykehjem", "nursing-home", parent: "", manager: "ragnhild", hr: "hr",
            owner: "developer", placements: "coordinator")
        named("ragnhild", "Ragnhild Ås", unit: "home", language: "nb", digest: true)
        named("hr", "Øyvind Lunde", unit: "home", language: "nb", digest: true)
        named("tutor", "Marit Skår", unit: "home", language: "nn")
        named("coordinator", "Jon Fjeld", unit: "home", language: "nb")
        named("developer", "Siv Tangen", unit: "home", language: "nb")
        for (index, name) in ["Bjørk", "Furu", "Rogn"].enumerated() {
            let leader = ["Kari Nordmann Berge", "Per Ødegård", "Anne Lie"][index]
            let ward = "ward-\(index + 1)"
            unit(ward, "Avdeling \(name)", "ward", parent: "home", manager: "leader-\(index + 1)",
                hr: "")
            named("leader-\(index + 1)", leader, unit: ward, language: "nb", digest: true)
            for nurse in 1...3 {
                person("nurse-\(index + 1)-\(nurse)", unit: ward, language: language())
            }
        }
        let newcomers:
            [(id: String, name: String, language: String, ward: Int, days: Int, String)] = [
                ("ola", "Ola Sørensen", "nb", 2, 7, "nurse"),
                ("amina", "Amina Yusuf", "en", 1, 98, "nurse"),
                ("torstein", "Torstein Bjørnsdatter Hauge", "nn", 1, 132, "health-care-worker"),
                ("mariana", "Mariana Costa e Silva", "en", 3, 150, "health-care-worker"),
                ("linh", "Linh Trần", "nb", 2, 162, "assistant"),
            ]
        for (id, name, language, ward, days, profession) in newcomers {
            let first = WorkingCalendar().shift(today.adding(days: days), .next)
            named(id, name, unit: "ward-\(ward)", language: language, isNew: true)
            start(
                id, "oslo-onboarding", unit: "ward-\(ward)",
                [
                    "anchor:first-day": first.description, "fact:profession": profession,
                    "fact:unit-type": "nursing-home", "fact:contract-percentage": "80",
                    "role:buddy": "nurse-\(ward)-2", "role:fagutvikler": "developer",
                ])
        }
        start(
            "amina", "trondheim-mentor", unit: "ward-1",
            [
                "anchor:first-day": WorkingCalendar().shift(today.adding(days: 98), .next)
                    .description,
                "role:mentor": "nurse-1-1",
            ])
        named("sara", "Sara Lindås", unit: "ward-3", language: "nb", isNew: true)
        let period = WorkingCalendar().shift(today.adding(days: 140), .next)
        start(
            "sara", "nursing-placement-year-1", unit: "ward-3",
            [
                "anchor:period-start": period.description,
                "anchor:period-end": period.adding(days: 55).description,
                "role:supervisor": "nurse-3-1", "role:university-tutor": "tutor",
                "role:coordinator": "coordinator", "role:fagutvikler": "developer",
            ])
    }

    // MARK: - Rows

    private mutating func unit(
        _ id: String, _ name: String, _ kind: String, parent: String, manager: String, hr: String,
        owner: String = "", placements: String = ""
    ) {
        units.append([id, name, kind, parent, manager, hr, owner, placements])
    }

    private mutating func person(
        _ id: String, unit: String, language: String, digest: Bool = false
    ) {
        let names = DemonstrationNames.self
        named(
            id, "\(pick(names.first)) \(pick(names.last))", unit: unit, language: language,
            digest: digest, isNew: id.hasPrefix("p"))
    }

    private mutating func named(
        _ id: String, _ name: String, unit: String, language: String, digest: Bool = false,
        isNew: Bool = false
    ) {
        people.append([
            id, name, "\(id)@solbakken.example", isNew ? "\(id)@hjemme.example" : "", language,
            unit, digest ? "daily" : "",
        ])
    }

    private mutating func start(
        _ person: String, _ programme: String, unit: String, _ fields: [String: String]
    ) {
        starts.append(
            Self.startColumns.map { column in
                switch column {
                case "person": person
                case "programme": programme
                case "unit": unit
                default: fields[column] ?? ""
                }
            })
    }

    private func pick(_ choices: [String]) -> String {
        choices[Int(random.fraction() * Double(choices.count))]
    }

    /// Bokmål for 55 of a hundred, English for 35, nynorsk for 10.
    private func language() -> String {
        let draw = random.fraction()
        return draw < 0.55 ? "nb" : draw < 0.9 ? "en" : "nn"
    }

    /// The shares of seed 002, chapter 5.4.2: 2 818 nurses, 2 253 health-care workers and 3 316
    /// assistants.
    private func profession() -> String {
        let draw = random.fraction() * 8_387
        return draw < 2_818 ? "nurse" : draw < 5_071 ? "health-care-worker" : "assistant"
    }

    static let placeNames = [
        "Solbakken", "Lillehagen", "Furulia", "Elvebredden", "Utsikten",
    ]
}
