import CivilCalendar
import Engine
import Placements
import Storage

// The rounds of placements of the demonstrations: one that is published and one that gathers
// answers, with people on every side.
extension Installation {
    /// Loads two made-up rounds: the one of this study year, published, and the next, which wards,
    /// schools and students are answering for.
    ///
    /// - Parameter shown: The day on which somebody looks at them first; today where nil.
    func loadPlacements(_ scale: DemonstrationScale, shown: CivilDay? = nil) async throws {
        try await loadPublishedPlacements(scale, shown: shown ?? nowCivil.day)
        try await loadOpenPlacements(scale, shown: shown ?? nowCivil.day)
    }

    /// This study year's round, published today.
    func loadPublishedPlacements(_ scale: DemonstrationScale, shown: CivilDay) async throws {
        try await importSchoolsPeople()
        let person = DemonstrationPlacements.coordinator
        let made = DemonstrationPlacements(
            scale, autumn: DemonstrationPlacements.autumn(on: shown) - 1,
            .published(after: nowCivil.day), staff: try query { try .init($0.connection) })
        guard let round = try await load(made, scale) else { return }
        for (school, year) in DemonstrationPlacements.groups {
            try await setTutor(
                PersonID("tutor-\(school)"), school: "school-\(school)", profession: "sykepleie",
                year: year, in: round, by: person)
        }
        var drafts: [String] = []
        for method in [AllocationMethod.serial, .optimal] {
            let draft = try await startDraft(
                of: round, method: method, profile: .wishesFirst, timeLimit: 60, by: person)
            try await continueDraft(draft)
            drafts.append(draft)
        }
        guard let best = drafts.last else { return }
        let publication = try await publishPlacements(best, of: round, reason: "", by: person)
        while try await !continuePublication(publication).isFinished {}
    }

    /// The next study year's round, which gathers answers and wishes.
    func loadOpenPlacements(_ scale: DemonstrationScale, shown: CivilDay) async throws {
        let person = DemonstrationPlacements.coordinator
        let made = DemonstrationPlacements(
            scale, autumn: DemonstrationPlacements.autumn(on: shown), .collecting,
            staff: try query { try .init($0.connection) }, seed: 39)
        guard let round = try await load(made, scale) else { return }
        if let until = made.wishesUntil, until >= nowCivil.day {
            try await takeWishes(until: until, most: 3, in: round, by: person)
        }
        // Where the programmes that follow a question up are not published, nobody is asked.
        for kind in AskKind.allCases {
            do {
                _ = try await ask(kind, in: round, by: person)
            } catch OperationError.noSuchProgramme {
                continue
            }
        }
    }

    private func load(
        _ made: DemonstrationPlacements, _ scale: DemonstrationScale
    ) async throws -> String? {
        guard let deadlines = made.deadlines else { return nil }
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
        return round
    }

    /// The tutors of the schools, and those who answer for what the schools need.
    private func importSchoolsPeople() async throws {
        let people = [
            ("tutor-1", "Tone Vik", "nb"), ("tutor-2", "Arild Nes", "nn"),
            ("tutor-3", "Hilde Moe", "en"), ("praksis-1", "Berit Aune", "nb"),
            ("praksis-2", "Geir Solli", "nb"), ("praksis-3", "Nina Foss", "nn"),
        ]
        let rows = people.map { id, name, language in
            let (kind, school) = (id.prefix { $0 != "-" }, id.suffix(1))
            return "\(id);\(name);\(kind)@school-\(school).example;\(language)\r\n"
        }
        let report = try await importTables(
            [
                ImportTable(
                    kind: .people, file: "schools.csv",
                    bytes: Array(("id;name;email;language\r\n" + rows.joined()).utf8))
            ], dryRun: false)
        if let error = report.errors.first {
            throw OperationError.invalid(
                field: "demonstration", problem: .demonstration("\(error.key): \(error.message)"))
        }
    }
}
