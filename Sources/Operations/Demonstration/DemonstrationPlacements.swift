import CivilCalendar
import Engine
import Placements
import Storage

/// A made-up round of placements, as a coordinator's tables. Every name is invented; the figures of
/// the large one are those of Sykehjemsetaten (seed 002, chapter 5.6.3): 40 institutions, 38 of
/// which have answered, and 1 300 nursing students.
struct DemonstrationPlacements {
    /// How far a made-up round is to come.
    enum Part: Sendable {
        /// Wards and schools are answering, and students write their wishes.
        case collecting
        /// Published, for some of the students, in periods that begin after a day.
        case published(after: CivilDay)
    }

    private let random: SeededRandom
    private let scale: DemonstrationScale
    private let part: Part
    private let staff: DemonstrationStaff
    private let year: Int
    /// The periods in which students come.
    private var open: [String] = []
    private var rows: [String: [[String]]] = [:]

    static let coordinator: PersonID = "coordinator"

    /// The autumn of the round that gathers answers: its offers are due in May.
    static func autumn(on today: CivilDay) -> Int {
        today.year + (today.fields.month >= 5 ? 1 : 0)
    }

    /// - Parameter year: The round is of the study year that begins in the autumn of it.
    init(
        _ scale: DemonstrationScale, autumn year: Int, _ part: Part, staff: DemonstrationStaff,
        seed: UInt64 = 38
    ) {
        random = SeededRandom(seed: seed)
        self.scale = scale
        self.part = part
        self.staff = staff
        self.year = year
        makePeriods()
        makeSchools()
        for institution in 1...institutions { makeInstitution(institution) }
        makeStudents()
    }

    var name: String { "\(year)/\(year + 1)" }

    var deadlines: PlacementRound.Deadlines? { .usual(autumnOf: year) }

    /// The day after which nobody writes wishes any more.
    var wishesUntil: CivilDay? { CivilDay(year: year, month: 4, day: 15) }

    /// The groups of students that a tutor of each school follows.
    static let groups = (1...3).flatMap { school in (1...3).map { (school, $0) } }

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
            ["id", "ward", "name", "person", "profession", "trained", "years", "periods",
                "max_students", "load_weeks"]
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
        ("needs", ["school", "profession", "year", "period", "count"]),
    ]

    private var institutions: Int { scale == .small ? 6 : 40 }
    private var wardsOfEach: Int { scale == .small ? 3 : 4 }
    private static let zones = 12
    private static let fields = ["langtid", "korttid", "demens", "rehabilitering"]
    private static let periods = ["H1", "H2", "V1", "V2"]

    private mutating func makePeriods() {
        let all = [
            ("H1", "\(year)-W34", "\(year)-W41", "autumn"),
            ("H2", "\(year)-W42", "\(year)-W49", "autumn"),
            ("V1", "\(year + 1)-W03", "\(year + 1)-W10", "spring"),
            ("V2", "\(year + 1)-W11", "\(year + 1)-W19", "spring"),
        ]
        for (id, from, to, season) in all { add("periods", [id, from, to, season]) }
        open = Self.periods
        guard case .published(let day) = part else { return }
        let ahead = all.filter { (RoundPeriod.days($0.1, $0.2)?.lowerBound ?? day) > day }
        open = ahead.isEmpty ? ["V2"] : ahead.map(\.0)
    }

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
            let transit = isOwn ? 10 + zone : 8 + Int(random.fraction() * 75)
            add("travel", ["z\(zone)", id, "\(transit)", "\(max(5, transit * 2 / 3))"])
        }
        for school in 1...3 where isOwn || school == number % 3 + 1 || random.fraction() < 0.7 {
            let most = 6 + Int(random.fraction() * 10)
            add(
                "agreements",
                ["school-\(school)", id, "sykepleie", "\(most)", "", school == 1 ? "1" : "2"])
        }
        let own = unit.isEmpty ? [] : staff.wards[unit] ?? []
        for ward in 1...wardsOfEach {
            makeWard(
                "\(id)-\(ward)", ward, of: id,
                own: own.indices.contains(ward - 1) ? own[ward - 1] : nil,
                hasAnswered: hasAnswered(number))
        }
    }

    /// 38 of 40 have answered, and as large a part of six; where it is published, all have.
    private func hasAnswered(_ number: Int) -> Bool {
        if case .published = part { return true }
        return number < institutions - (scale == .small ? 0 : 1)
    }

    private mutating func makeWard(
        _ id: String, _ number: Int, of institution: String, own: DemonstrationStaff.Ward?,
        hasAnswered: Bool
    ) {
        let model = random.fraction() < 0.2 ? "tospann" : "single"
        add(
            "wards",
            [
                id, institution, own?.name ?? "Avdeling \(number)", own?.unit ?? "",
                scale == .small ? own?.leader ?? "" : "",
                Self.fields[pick(Self.fields.count)], "no", model,
            ])
        let supervisors = 2 + pick(3)
        for supervisor in 1...supervisors {
            let away = random.fraction() < 0.3 ? pick(4) : -1
            let periods = Self.periods.enumerated().filter { $0.offset != away }.map(\.element)
            // Whoever works at the ward supervises there; elsewhere a name is enough.
            let known = own.flatMap { ward in
                ward.nurses.indices.contains(supervisor - 1) ? ward.nurses[supervisor - 1] : nil
            }
            let name = person()
            let row = [
                "\(id)-v\(supervisor)", id, known?.name ?? name, known?.email ?? "",
                "sykepleie", random.fraction() < 0.6 ? "yes" : "no", "1|2|3",
                periods.joined(separator: "|"), random.fraction() < 0.25 ? "2" : "1",
                random.fraction() < 0.4 ? "26" : "",
            ]
            if own == nil || known != nil { add("supervisors", row) }
        }
        guard hasAnswered else { return }
        for period in Self.periods {
            for year in 1...3 {
                let capacity = scale == .small && own != nil ? 1 : pick(3)
                if capacity == 0 { continue }
                add("cells", [id, "sykepleie", "\(year)", period, "\(capacity)"])
            }
        }
    }

    /// How many of the students, the same in every round, there are.
    private var students: Int {
        switch part {
        case .published: published
        case .collecting: scale == .small ? 96 : 1_300
        }
    }

    /// How many of them are in the round that is published.
    private var published: Int { scale == .small ? 24 : 300 }

    private mutating func makeStudents() {
        let lots = (1...students).map { ($0, random.fraction()) }.sorted { $0.1 < $1.1 }
        for number in 1...students { makeStudent(number, lot: lots[number - 1].0) }
        // One school has said what it needs; the others are asked.
        guard case .collecting = part else { return }
        for year in 1...3 {
            for period in open {
                add(
                    "needs",
                    ["school-1", "sykepleie", "\(year)", period, "\(students / 36 + pick(3))"])
            }
        }
    }

    /// Somebody is called the same, goes to the same school and lives at the same place in every
    /// round, and is a year further in the next one.
    private mutating func makeStudent(_ number: Int, lot: Int) {
        let own = SeededRandom(seed: UInt64(7_000 + number))
        func drawn(_ count: Int) -> Int { min(count - 1, Int(own.fraction() * Double(count))) }
        let id = "s\(String(10_000 + number).dropFirst())"
        let names = DemonstrationNames.self
        let isSara = scale == .small && number == 1
        let name =
            "\(names.first[drawn(names.first.count)]) \(names.last[drawn(names.last.count)])"
        let school = 1 + drawn(3)
        let (zone, hasCar, isPrior) = (1 + drawn(Self.zones), drawn(4) == 0, drawn(10) == 0)
        let grounds = ["Aleneomsorg", "Helse"][drawn(2)]
        let study = isSara ? 2 : 1 + drawn(10) * 3 / 10
        let group =
            switch part {
            case .published: min(study, 2)
            case .collecting: number <= published ? min(study, 2) + 1 : study
            }
        // Sara has something to look forward to, whenever it is.
        let period = isSara ? "V2" : open[pick(open.count)]
        add(
            "students",
            [
                id, isSara ? "Sara Lunde" : name,
                isSara ? "sara-l@skole.example" : "\(id)@skole.example", "school-\(school)",
                "sykepleie", "\(group)",
                random.fraction() < 0.04 && open.count == 4 ? "H1|V1" : period, "z\(zone)",
                hasCar ? "yes" : "no", isPrior ? "yes" : "no", isPrior ? grounds : "", "\(lot)",
            ])
        makeWishes(id, first: isSara ? "i01" : nil)
        if !isSara, random.fraction() < 0.08 {
            add(
                "relations",
                [
                    id, "i\(two(1 + pick(institutions)))",
                    random.fraction() < 0.7 ? "employment" : "relative",
                ])
        }
    }

    /// Up to three places, each once, and numbered from one. Some schools gather no wishes.
    private mutating func makeWishes(_ student: String, first: String?) {
        var wished: [String] = [first].compactMap { $0 }
        for _ in 1...3 where random.fraction() < 0.75 {
            let place = "i\(two(1 + pick(institutions)))"
            if wished.count < 3, !wished.contains(place) { wished.append(place) }
        }
        for (index, place) in wished.enumerated() {
            add("wishes", [student, "\(index + 1)", "", place])
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
