import CivilCalendar
import Engine
import Placements

/// A made-up round of placements, as a coordinator's tables. Every name is invented; the figures of
/// the large one are those of Sykehjemsetaten (seed 002, chapter 5.6.3): 40 institutions, 38 of
/// which have answered, and 1 300 nursing students.
struct DemonstrationPlacements {
    private let random: SeededRandom
    private let scale: DemonstrationScale
    private let year: Int
    private var rows: [String: [[String]]] = [:]
    /// How many places there are of each study year in each period.
    private var places: [String: Int] = [:]

    static let coordinator: PersonID = "coordinator"

    /// - Parameter today: The round is of the study year whose autumn comes next.
    init(_ scale: DemonstrationScale, today: CivilDay, seed: UInt64 = 38) {
        random = SeededRandom(seed: seed)
        self.scale = scale
        year = today.year + (today.fields.month >= 10 ? 1 : 0)
        for (id, from, to, season) in [
            ("H1", "\(year)-W34", "\(year)-W41", "autumn"),
            ("H2", "\(year)-W42", "\(year)-W49", "autumn"),
            ("V1", "\(year + 1)-W03", "\(year + 1)-W10", "spring"),
            ("V2", "\(year + 1)-W11", "\(year + 1)-W19", "spring"),
        ] {
            add("periods", [id, from, to, season])
        }
        makeSchools()
        for institution in 1...institutions { makeInstitution(institution) }
        makeStudents()
    }

    var name: String { "\(year)/\(year + 1)" }

    var deadlines: PlacementRound.Deadlines? { .usual(autumnOf: year) }

    /// The tables, ready to import.
    var tables: [PlacementTable] {
        Self.headers.compactMap { name, header in
            guard let rows = rows[name] else { return nil }
            return PlacementTable(
                name: name, header: header,
                rows: rows.enumerated().map { .init(line: $0 + 2, fields: $1) })
        }
    }

    private static let headers: [(String, [String])] = [
        ("periods", ["id", "from", "to", "season"]),
        ("schools", ["id", "name", "contact"]),
        ("institutions", ["id", "name", "unit", "contact"]),
        (
            "wards",
            ["id", "institution", "name", "unit", "contact", "field", "needs_car", "model"]
        ),
        ("cells", ["ward", "profession", "year", "period", "capacity"]),
        (
            "supervisors",
            ["id", "ward", "name", "profession", "trained", "years", "periods", "max_students",
                "load_weeks"]
        ),
        (
            "agreements",
            ["school", "institution", "profession", "max_per_period", "max_total", "tier"]
        ),
        ("travel", ["zone", "institution", "transit", "car"]),
        (
            "students",
            ["id", "name", "person", "school", "profession", "year", "periods", "zone", "car",
                "priority", "grounds", "lottery"]
        ),
        ("wishes", ["student", "rank", "ward", "institution"]),
        ("relations", ["student", "institution", "kind"]),
    ]

    private var institutions: Int { scale == .small ? 6 : 40 }
    private var wardsOfEach: Int { scale == .small ? 3 : 4 }
    private static let zones = 12
    private static let fields = ["langtid", "korttid", "demens", "rehabilitering"]
    private static let periods = ["H1", "H2", "V1", "V2"]

    private mutating func makeSchools() {
        let names = ["Fjordbyen universitet", "Nordli fagskole", "Vestmark universitet"]
        for (index, name) in names.enumerated() {
            let id = "school-\(index + 1)"
            add("schools", [id, name, "praksis@\(id).example"])
        }
    }

    private mutating func makeInstitution(_ number: Int) {
        let id = "i\(two(number))"
        let isOwn = scale == .small && number == 1
        let house =
            isOwn
            ? DemonstrationTables.placeNames[0] + " sykehjem"
            : "\(DemonstrationTables.placeNames[number % 5]) \(number)"
        let unit = isOwn ? "home" : scale == .oslo ? "i\(number)" : ""
        let contact =
            isOwn ? "ragnhild" : scale == .oslo ? "leader-i\(number)" : "kontakt@\(id).example"
        add("institutions", [id, house, unit, contact])
        for zone in 1...Self.zones {
            let transit = 8 + Int(random.fraction() * 75)
            add("travel", ["z\(zone)", id, "\(transit)", "\(max(5, transit * 2 / 3))"])
        }
        for school in 1...3 where school == number % 3 + 1 || random.fraction() < 0.7 {
            let most = 6 + Int(random.fraction() * 10)
            add(
                "agreements",
                ["school-\(school)", id, "sykepleie", "\(most)", "", school == 1 ? "1" : "2"])
        }
        // 38 of 40 have answered, and as large a part of six.
        let hasAnswered = number < institutions - (scale == .small ? 0 : 1)
        for ward in 1...wardsOfEach {
            makeWard(
                "\(id)-\(ward)", ward, of: id, isOwn: isOwn, hasAnswered: hasAnswered)
        }
    }

    private mutating func makeWard(
        _ id: String, _ number: Int, of institution: String, isOwn: Bool, hasAnswered: Bool
    ) {
        let name = isOwn ? ["Bjork", "Furu", "Rogn"][number - 1] : "Avdeling \(number)"
        let model = random.fraction() < 0.2 ? "tospann" : "single"
        add(
            "wards",
            [
                id, institution, name, isOwn ? "ward-\(number)" : "",
                isOwn ? "leader-\(number)" : "", Self.fields[pick(Self.fields.count)], "no", model,
            ])
        let supervisors = 2 + pick(3)
        for supervisor in 1...supervisors {
            let away = random.fraction() < 0.3 ? pick(4) : -1
            let periods = Self.periods.enumerated().filter { $0.offset != away }.map(\.element)
            add(
                "supervisors",
                [
                    "\(id)-v\(supervisor)", id, person(), "sykepleie",
                    random.fraction() < 0.6 ? "yes" : "no", "1|2|3",
                    periods.joined(separator: "|"), random.fraction() < 0.25 ? "2" : "1",
                    random.fraction() < 0.4 ? "26" : "",
                ])
        }
        guard hasAnswered else { return }
        for period in Self.periods {
            for year in 1...3 {
                let capacity = pick(3)
                if capacity == 0 { continue }
                add("cells", [id, "sykepleie", "\(year)", period, "\(capacity)"])
                places["\(year) \(period)", default: 0] += capacity
            }
        }
    }

    private mutating func makeStudents() {
        let count = scale == .small ? 96 : 1_300
        let lots = (1...count).map { ($0, random.fraction()) }.sorted { $0.1 < $1.1 }
        for number in 1...count {
            let id = "s\(String(10_000 + number).dropFirst())"
            let year = pick(10)
            let group = year < 4 ? 1 : year < 7 ? 2 : 3
            let period = Self.periods[pick(4)]
            let isPrior = random.fraction() < 0.1
            let isSara = scale == .small && number == 1
            add(
                "students",
                [
                    id, isSara ? "Sara Lunde" : person(),
                    isSara ? "sara-l@skole.example" : scale == .oslo ? "\(id)@skole.example" : "",
                    "school-\(1 + pick(3))", "sykepleie", "\(group)",
                    random.fraction() < 0.04 ? "H1|V1" : period, "z\(1 + pick(Self.zones))",
                    random.fraction() < 0.25 ? "yes" : "no", isPrior ? "yes" : "no",
                    isPrior ? ["Aleneomsorg", "Helse"][pick(2)] : "", "\(lots[number - 1].0)",
                ])
            // Some schools gather no wishes.
            for rank in 1...3 where random.fraction() < 0.75 {
                add("wishes", [id, "\(rank)", "", "i\(two(1 + pick(institutions)))"])
            }
            if random.fraction() < 0.08 {
                add(
                    "relations",
                    [
                        id, "i\(two(1 + pick(institutions)))",
                        random.fraction() < 0.7 ? "employment" : "relative",
                    ])
            }
        }
    }

    // MARK: - Draws

    private mutating func add(_ table: String, _ row: [String]) {
        rows[table, default: []].append(row)
    }

    private func pick(_ count: Int) -> Int {
        min(count - 1, Int(random.fraction() * Double(count)))
    }

    private func person() -> String {
        let names = DemonstrationNames.self
        return "\(names.first[pick(names.first.count)]) \(names.last[pick(names.last.count)])"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Installation {
    /// Loads a made-up round, with a draft that the worker makes.
    func loadPlacements(_ scale: DemonstrationScale) async throws {
        let made = DemonstrationPlacements(scale, today: nowCivil.day)
        guard let deadlines = made.deadlines else { return }
        let person = DemonstrationPlacements.coordinator
        let round = try await createRound(
            made.name, in: scale == .small ? "home" : "city", deadlines: deadlines, seed: 1,
            by: person)
        let report = try await importTables(made.tables, into: round, by: person, dryRun: false)
        if let error = report.errors.first {
            throw OperationError.invalid(
                field: "demonstration",
                problem: .demonstration(
                    "\(error.table) \(error.line ?? 0): "
                        + "\(error.problem.map { "\($0)" } ?? "")"))
        }
        _ = try await startDraft(
            of: round, method: .optimal, profile: .wishesFirst, timeLimit: 60, by: person)
    }
}
