import CivilCalendar
import Engine
import Storage

/// Begins, moves and ends the enrolments of students whose places are published. The preview and
/// the act both come here, so that what was shown is what is done.
struct PlacePublisher {
    let transaction: Transaction
    let round: String
    let reason: String
    let actor: PersonID
    private let roundUnit: String
    private let students: [String: RoundStudent]
    private let assignments: [String: RoundAssignment]
    private let periods: [String: RoundPeriod]
    private let today: CivilDay
    private let wards: [String: RoundWard]
    private let institutions: [String: RoundInstitution]
    private let supervisors: [String: RoundSupervisor]
    /// By school, profession and year.
    private let tutors: [[String]: PersonID]

    /// The names of professions in placements, where the programmes are called otherwise.
    private static let stems = ["sykepleie": "nursing", "nurse": "nursing"]

    /// The roles and the rest that a placement fills in, where a programme declares them.
    private static let supervisor: RoleID = "supervisor"
    static let tutor: RoleID = "university-tutor"
    private static let coordinator: RoleID = "coordinator"
    private static let periodStart: AnchorID = "period-start"
    private static let periodEnd: AnchorID = "period-end"
    private static let isTrained: FactID = "supervisor-trained"
    private static let model: FactID = "placement-model"

    init(
        _ transaction: Transaction, round: String, students ids: [String], reason: String,
        actor: PersonID
    ) throws {
        let connection = transaction.connection
        func all<T>(
            _ table: String, _ columns: String, _ key: (T) -> String,
            _ map: (any ResultRow) throws -> T
        ) throws -> [String: T] {
            let rows = try connection.all(
                "SELECT \(columns) FROM placement_\(table) WHERE round = ?", [.text(round)], map)
            return Dictionary(rows.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        }
        self.transaction = transaction
        self.round = round
        self.reason = reason
        self.actor = actor
        today = transaction.civilNow.day
        roundUnit = try transaction.placementRound(round).unit
        periods = try all("period", RoundPeriod.columns, \.id, RoundPeriod.init)
        wards = try all("ward", RoundWard.columns, \.id, RoundWard.init)
        institutions = try all(
            "institution", RoundInstitution.columns, \.id, RoundInstitution.init)
        supervisors = try all("supervisor", RoundSupervisor.columns, \.id, RoundSupervisor.init)
        var students: [String: RoundStudent] = [:]
        var assignments: [String: RoundAssignment] = [:]
        for id in ids {
            students[id] = try connection.first(
                """
                SELECT \(RoundStudent.columns) FROM placement_student WHERE round = ? AND id = ?
                """, [.text(round), .text(id)], RoundStudent.init)
            assignments[id] = try connection.first(
                """
                SELECT \(RoundAssignment.columns) FROM placement_assignment a
                WHERE a.round = ? AND a.student = ? AND a.ended_at IS NULL
                """, [.text(round), .text(id)], RoundAssignment.init)
        }
        self.students = students
        self.assignments = assignments
        var tutors: [[String]: PersonID] = [:]
        try connection.forEach(
            "SELECT school, profession, year, person FROM placement_tutor WHERE round = ?",
            [.text(round)]
        ) { tutors[[$0.text(0), $0.text(1), "\($0.int(2))"]] = PersonID($0.text(3)) }
        self.tutors = tutors
    }

    // MARK: - What is decided

    /// The enrolment that goes along with a student's place; nil where none does.
    private enum Plan {
        case start(EnrolRequest)
        case go(LoadedEnrolment, [PinnedDecision], unit: String?)
        case nothing(PlacementObstacleToStart?)
    }

    /// What publishing would do for a student. Changes nothing.
    func line(_ change: PlaceChange) throws -> PlaceChangeLine {
        func line(
            _ consequences: [Consequences], _ obstacle: PlacementObstacleToStart?
        ) -> PlaceChangeLine {
            PlaceChangeLine(change: change, consequences: consequences, obstacle: obstacle)
        }
        do {
            switch try plan(change) {
            case .start(let request):
                let (decision, _, _) = try transaction.starting(request, as: "preview")
                return line([Consequences(decision)], nil)
            case .go(_, let decisions, _):
                return line(decisions.map { Consequences($0.decision) }, nil)
            case .nothing(let obstacle): return line([], obstacle)
            }
        } catch let error as OperationError {
            return line([], Self.obstacle(error))
        }
    }

    private static func obstacle(_ error: OperationError) -> PlacementObstacleToStart {
        if case .alreadyEnrolled = error { .alreadyEnrolled } else { .refused }
    }

    private func plan(_ change: PlaceChange) throws -> Plan {
        if isOver(change) { return .nothing(.over) }
        guard let student = students[change.student] else { return .nothing(.nobody) }
        let running = try assignments[change.student]?.enrolment.flatMap { id in
            let loaded = try transaction.store.load(id)
            return loaded.enrolment.status.isUnderWay ? loaded : nil
        }
        guard let place = change.new else {
            guard let running else { return .nothing(nil) }
            return .go(running, try ending(running), unit: nil)
        }
        if let running {
            let unit = unit(of: place.ward)
            return .go(running, try moving(running, student, place, to: unit), unit: unit)
        }
        guard let person = student.person else { return .nothing(.nobody) }
        guard let version = try programme(student.profession, student.year) else {
            return .nothing(.noProgramme)
        }
        let programme = version.programme
        let (anchors, facts, people) = values(student, place)
        var chosen = people
        // Whoever publishes is whom the programme turns to when something is late.
        chosen[Self.coordinator] = actor
        chosen.merge(try answering(for: place.ward)) { first, _ in first }
        return .start(
            EnrolRequest(
                participant: person, programme: programme.id,
                anchors: anchors.filter { programme.anchor($0.key) != nil },
                facts: facts.filter { programme.fact($0.key) != nil },
                chosen: chosen.filter { programme.role($0.key) != nil },
                unit: unit(of: place.ward)))
    }

    /// Whether a change is of a period that has ended, which a publication that goes on after a
    /// stop can come to.
    private func isOver(_ change: PlaceChange) -> Bool {
        [assignments[change.student]?.period, change.new?.period].contains { period in
            period.flatMap { periods[$0] }?.isOver(on: today) ?? false
        }
    }

    private func ending(_ loaded: LoadedEnrolment) throws -> [PinnedDecision] {
        try transaction.chain(
            [.wake, .stop(on: transaction.civilNow.day, reason: reason)], loaded.enrolment,
            try transaction.version(loaded.version))
    }

    /// The commands by which an enrolment goes along to another place.
    private func moving(
        _ loaded: LoadedEnrolment, _ student: RoundStudent, _ place: PlaceChange.Place,
        to unit: String?
    ) throws -> [PinnedDecision] {
        let version = try transaction.version(loaded.version)
        let programme = version.programme
        let first = try transaction.chain([.wake], loaded.enrolment, version)
        let enrolment = first.last?.decision.enrolment ?? loaded.enrolment
        let (anchors, facts, chosen) = values(student, place)
        var commands: [Command] = []
        for (anchor, day) in anchors.sorted(by: { $0.key < $1.key })
        where programme.anchor(anchor) != nil && enrolment.anchors[anchor] != day {
            commands.append(.moveAnchor(anchor, to: day, reason: reason))
        }
        for (fact, value) in facts.sorted(by: { $0.key < $1.key })
        where programme.fact(fact) != nil && enrolment.facts[fact] != value {
            commands.append(.changeFact(fact, to: value, reason: reason))
        }
        // A place without a named supervisor leaves nobody in the role.
        if programme.role(Self.supervisor) != nil {
            let next = chosen[Self.supervisor]
            if enrolment.roles[Self.supervisor] != next {
                commands.append(.handOver(Self.supervisor, to: next, reason: reason))
            }
        }
        commands += try transaction.resolved(
            enrolment, version, unit: unit, instead: try answering(for: place.ward), reason)
        let moved = try first + transaction.chain(commands, enrolment, version)
        return try moved
            + transaction.settlingCover(
                moved.last?.decision.enrolment ?? enrolment, version,
                supervisor: place.supervisor,
                weeks: periods[place.period].map { ($0.firstWeek, $0.lastWeek) },
                reason: reason, actor: actor)
    }

    // MARK: - What a place says

    /// The programme of a profession's placements in a study year; nil where none is published.
    func programme(_ profession: String, _ year: Int) throws -> CompiledVersion? {
        for name in [profession, Self.stems[profession]].compactMap({ $0 }) {
            let id = ProgrammeID("\(name)-placement-year-\(year)")
            do {
                return try transaction.newestVersion(of: id)
            } catch OperationError.noSuchProgramme {
                continue
            }
        }
        return nil
    }

    private func values(
        _ student: RoundStudent, _ place: PlaceChange.Place
    ) -> ([AnchorID: CivilDay], [FactID: FactValue], [RoleID: PersonID]) {
        var anchors: [AnchorID: CivilDay] = [:]
        if let days = periods[place.period]?.days {
            anchors = [Self.periodStart: days.lowerBound, Self.periodEnd: days.upperBound]
        }
        let supervisor = place.supervisor.flatMap { supervisors[$0] }
        var facts: [FactID: FactValue] = [:]
        if let supervisor { facts[Self.isTrained] = .flag(supervisor.isTrained) }
        if let ward = wards[place.ward] {
            let isPair = ward.model == .tospann || supervisor?.takesPair == true
            facts[Self.model] = .choice(
                ward.model == .dense ? "student-ward" : isPair ? "pair" : "single")
        }
        var chosen: [RoleID: PersonID] = [:]
        if let person = supervisor?.person { chosen[Self.supervisor] = person }
        if let tutor = tutors[[student.school, student.profession, "\(student.year)"]] {
            chosen[Self.tutor] = tutor
        }
        return (anchors, facts, chosen)
    }

    /// The unit whose leader and coordinator answer for a ward's students.
    private func unit(of ward: String) -> String { ownUnit(of: ward) ?? roundUnit }

    /// The unit of a ward or of its institution; nil where neither is one of the tree.
    private func ownUnit(of ward: String) -> String? {
        wards[ward].flatMap { $0.unit ?? institutions[$0.institution]?.unit }
    }

    /// Who has the leader's duties at a ward that nobody of the tree leads: the coordinator, and
    /// not whoever happens to lead the round's own unit.
    private func answering(for ward: String) throws -> [RoleID: PersonID] {
        let leader = try ownUnit(of: ward).flatMap {
            try RoleResolver(transaction.connection).leader(of: $0)
        }
        return leader == nil ? [.lineManager: actor] : [:]
    }

    // MARK: - Doing it

    /// The change with the place that the student has now.
    func completed(_ change: PlaceChange) -> PlaceChange {
        var change = change
        change.old = assignments[change.student].map { PlaceChange.Place($0) }
        return change
    }

    /// One student: the place, the enrolment and who is to be told, or nothing of it.
    ///
    /// - Returns: why no enrolment goes along, where none does.
    func carryOut(
        _ change: PlaceChange, _ publication: String
    ) throws -> PlacementObstacleToStart? {
        let old = assignments[change.student]
        let before = try old?.enrolment.map { try transaction.store.load($0).enrolment }
        var enrolment: EnrolmentID?
        var obstacle: PlacementObstacleToStart?
        switch try plan(change) {
        case .start(let request):
            let id = EnrolmentID(transaction.installation.random.identifier("e"))
            try transaction.enrol(request, as: id, by: .person(actor))
            enrolment = id
        case .go(let loaded, let decisions, let unit):
            enrolment = loaded.enrolment.id
            if let unit {
                try transaction.connection.run(
                    "UPDATE enrolment SET unit = ? WHERE id = ?",
                    [.text(unit), .text(loaded.enrolment.id.rawValue)])
            }
            var loaded = loaded
            for var pinned in decisions {
                loaded = try transaction.keep(
                    &pinned.decision, over: loaded, version: pinned.version,
                    by: .person(actor))
            }
        case .nothing(.over): return .over
        case .nothing(let found): obstacle = found
        }
        try write(change, old, enrolment, publication)
        let after = try enrolment.map { try transaction.store.load($0).enrolment }
        try note(change, old, before, change.new == nil ? nil : after, publication)
        return obstacle
    }

    private func write(
        _ change: PlaceChange, _ old: RoundAssignment?, _ enrolment: EnrolmentID?,
        _ publication: String
    ) throws {
        let connection = transaction.connection
        let now = SQLValue.integer(transaction.now.milliseconds)
        if let old {
            // Where the place stays it is written anew with its supervisor and enrolment.
            try connection.run(
                "UPDATE placement_assignment SET ended_at = ?, ended_why = ? WHERE id = ?",
                [
                    now, .text((change.end ?? .moved).rawValue), .text(old.id),
                ])
        }
        guard let place = change.new else { return }
        try connection.run(
            """
            INSERT INTO placement_assignment (id, round, student, ward, period, supervisor, draft,
                enrolment, published_at, published_by)
            SELECT ?, ?, ?, ?, ?, ?, p.draft, ?, ?, ? FROM placement_publication p WHERE p.id = ?
            """,
            [
                .text(transaction.installation.random.identifier("b")), .text(round),
                .text(change.student), .text(place.ward), .text(place.period),
                SQLValue(place.supervisor), SQLValue(enrolment?.rawValue), now,
                .text(actor.rawValue), .text(publication),
            ])
    }

    // MARK: - Who is told

    /// Those who have to do with a student at a place.
    private func people(
        _ place: PlaceChange.Place?, _ student: RoundStudent?, _ enrolment: Enrolment?
    ) -> Set<PersonID> {
        guard let place, let student else { return [] }
        var people: Set<PersonID> = []
        if let person = place.supervisor.flatMap({ supervisors[$0]?.person }) {
            people.insert(person)
        }
        if let tutor = tutors[[student.school, student.profession, "\(student.year)"]] {
            people.insert(tutor)
        }
        if let leader = enrolment?.roles[.lineManager] { people.insert(leader) }
        return people
    }

    private func note(
        _ change: PlaceChange, _ old: RoundAssignment?, _ before: Enrolment?,
        _ after: Enrolment?, _ publication: String
    ) throws {
        let student = students[change.student]
        let former = people(change.old, student, before)
        let present = people(change.new, student, after)
        for person in former.union(present).sorted() {
            let isNew = !former.contains(person)
            let news = isNew ? "comes" : present.contains(person) ? "stays" : "leaves"
            try note(person, news, change, publication)
        }
        // The engine welcomes whoever begins, and tells whoever ends; about a move it tells
        // only the dates.
        let isTold = change.kind == .start && after != nil || change.kind == .end && before != nil
        if let person = student?.person, !isTold { try note(person, "own", change, publication) }
    }

    private func note(
        _ person: PersonID, _ news: String, _ change: PlaceChange, _ publication: String
    ) throws {
        guard let place = news == "leaves" ? change.old : change.new ?? change.old else { return }
        try transaction.connection.run(
            """
            INSERT INTO placement_news (publication, person, student, news, ward, period)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(publication), .text(person.rawValue), .text(change.student), .text(news),
                .text(place.ward), .text(place.period),
            ])
    }
}

extension EnrolmentStatus {
    /// Whether more is to come.
    var isUnderWay: Bool {
        switch self {
        case .running, .paused: true
        case .completed, .stopped: false
        }
    }
}
