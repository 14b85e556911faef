import CivilCalendar

/// Where the made-up people work, and what an HR system would have on record of them: enough that
/// much is in place, something is missing everywhere, and something runs out soon.
struct DemonstrationRecords {
    private(set) var employments: [[String]] = []
    private(set) var competences: [[String]] = []
    private let scale: DemonstrationScale
    private let begin: CivilDay
    private let shown: CivilDay
    private let random: SeededRandom

    init(_ scale: DemonstrationScale, begin: CivilDay, shown: CivilDay, random: SeededRandom) {
        self.scale = scale
        self.begin = begin
        self.shown = shown
        self.random = random
    }

    /// What some of those in some positions have on record.
    private struct Spread {
        let competence: String
        let level: String
        let positions: Set<String>
        /// How many of a hundred have it, in the small place and in Oslo.
        let shares: (small: Int, oslo: Int)
        /// How long ago it was shown, in days before the demonstration begins.
        let ago: ClosedRange<Int>
    }

    private static let care: Set<String> = [
        "nurse", "social-educator", "health-care-worker", "assistant",
    ]
    private static let all = care.union(["leader", "adviser"])

    private static let spreads: [Spread] = [
        .init(
            competence: "fire-safety", level: "basic", positions: all, shares: (85, 30),
            ago: 0...300),
        .init(
            competence: "infection-control", level: "basic", positions: all, shares: (80, 25),
            ago: 0...600),
        .init(
            competence: "documentation", level: "basic", positions: all, shares: (90, 30),
            ago: 200...1_500),
        .init(
            competence: "ethics", level: "basic", positions: all, shares: (60, 10),
            ago: 100...900),
        .init(
            competence: "resuscitation", level: "basic", positions: care, shares: (75, 20),
            ago: 0...300),
        .init(
            competence: "acute-deterioration", level: "basic",
            positions: ["nurse", "social-educator"], shares: (70, 15), ago: 0...250),
        .init(
            competence: "basic-care", level: "independent", positions: care, shares: (95, 20),
            ago: 200...1_500),
        .init(
            competence: "nutrition", level: "basic", positions: care, shares: (55, 10),
            ago: 100...900),
        .init(
            competence: "fall-prevention", level: "basic", positions: care, shares: (65, 10),
            ago: 100...900),
        .init(
            competence: "medicines-theory", level: "basic",
            positions: ["nurse", "social-educator", "health-care-worker"], shares: (85, 25),
            ago: 0...700),
        .init(
            competence: "medicines-practice", level: "independent",
            positions: ["nurse", "social-educator"], shares: (70, 15), ago: 0...250),
        .init(
            competence: "nursing-procedures", level: "independent",
            positions: ["nurse", "social-educator"], shares: (75, 15), ago: 0...500),
        .init(
            competence: "independent-shift", level: "independent",
            positions: ["nurse", "social-educator", "health-care-worker"], shares: (90, 20),
            ago: 200...1_500),
        .init(
            competence: "evidence-based-practice", level: "basic",
            positions: ["nurse", "social-educator"], shares: (45, 10), ago: 100...900),
        .init(
            competence: "professional-language", level: "independent",
            positions: ["nurse", "social-educator"], shares: (85, 15), ago: 200...900),
        .init(
            competence: "dementia-care", level: "completed", positions: care, shares: (60, 25),
            ago: 100...1_500),
        .init(
            competence: "palliative-care", level: "completed", positions: care, shares: (30, 8),
            ago: 100...1_500),
        .init(
            competence: "supervisor-course", level: "completed", positions: ["nurse"],
            shares: (30, 6), ago: 100...1_500),
    ]

    /// Somebody's employment with what they have on record; those who begin have only what they
    /// bring with them.
    ///
    /// - Parameter start: The row by which they begin, where they do.
    mutating func add(_ id: String, unit: String, start: [String]?) {
        // A student and their tutor are employed elsewhere.
        if id == "tutor" { return }
        if let start {
            let (firstDay, profession, percentage) = (start[3], start[6], start[8])
            if firstDay.isEmpty || profession.isEmpty { return }
            employ(id, unit, profession, percentage, from: firstDay)
            return bring(id, as: profession)
        }
        let position = position(of: id)
        let since = shown.adding(days: -Int(400 + random.fraction() * 4_000))
        switch id {
        case "nurse-2-3":
            // On the way to the first year that a trade certificate while working takes.
            employ(id, unit, position, "80", from: shown.adding(days: -240).description)
        case "nurse-3-3":
            employ(id, unit, position, "60", from: shown.adding(days: -2_400).description)
        default:
            let percentage = ["100", "100", "80", "75", "50"][Int(random.fraction() * 5)]
            employ(id, unit, position, percentage, from: since.description)
        }
        bring(id, as: position)
        for spread in Self.spreads where spread.positions.contains(position) {
            let share = scale == .small ? spread.shares.small : spread.shares.oslo
            let draw = random.fraction() * 100
            let days = spread.ago.lowerBound
                + Int(random.fraction() * Double(spread.ago.count))
            // Whoever supervises a student has the course.
            let needs = id == "nurse-3-1" && spread.competence == "supervisor-course"
            if draw < Double(share) || needs {
                record(id, spread.competence, spread.level, daysAgo: days)
            }
        }
    }

    /// What is on paper since before the employment: diplomas, and the language.
    private mutating func bring(_ id: String, as position: String) {
        switch position {
        case "nurse":
            record(id, "nurse-authorisation", "certified", daysAgo: 1_600)
            if scale == .small { record(id, "formal-education", "bachelor", daysAgo: 1_620) }
        case "health-care-worker":
            record(id, "health-care-worker-certificate", "certified", daysAgo: 1_400)
        default: break
        }
        if !Self.care.contains(position) { return }
        // One of ten is on the way to the level that is asked for.
        let draw = random.fraction() * 10
        let level = draw < 1 ? "a2" : draw < 3 ? "b1" : draw < 6 ? "b2" : "c1"
        record(id, "norwegian", level, daysAgo: 1_000)
    }

    private func position(of id: String) -> String {
        if id.hasPrefix("leader") || id == "ragnhild" || id == "director" { return "leader" }
        if id.hasPrefix("hr") || id == "coordinator" { return "adviser" }
        if scale == .small {
            switch id {
            case "nurse-1-3": return "social-educator"
            case "nurse-2-3", "nurse-3-3": return "assistant"
            case "nurse-2-2": return "health-care-worker"
            default: return "nurse"
            }
        }
        // The shares of seed 002, chapter 5.4.2.
        let draw = random.fraction() * 8_387
        return draw < 2_818 ? "nurse" : draw < 5_071 ? "health-care-worker" : "assistant"
    }

    private mutating func employ(
        _ id: String, _ unit: String, _ position: String, _ percentage: String, from: String
    ) {
        employments.append([id, unit, position, percentage.isEmpty ? "100" : percentage, from, ""])
    }

    private mutating func record(
        _ id: String, _ competence: String, _ level: String, daysAgo: Int
    ) {
        competences.append([
            id, competence, level, begin.adding(days: -daysAgo).description, "",
        ])
    }
}
