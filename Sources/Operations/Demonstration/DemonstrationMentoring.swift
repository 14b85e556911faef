import CivilCalendar
import Engine
import JSONText
import Placements
import Storage

// Newcomers who are to have a mentor: some have been given one by the matching, the others wait for
// whoever answers for them to do the same.
extension Installation {
    /// Begins the mentor programme for newcomers, and gives the first half of them mentors: one by
    /// a pair that was decided, the others by the matching.
    func loadMentoring(_ scale: DemonstrationScale) async throws {
        do {
            _ = try query { try $0.newestVersion(of: DemonstrationMentors.programme) }
        } catch OperationError.noSuchProgramme {
            return
        }
        let groups: [(asks: PersonID, units: [String])] =
            switch scale {
            case .small: [("hr", ["ward-1", "ward-2", "ward-3"])]
            case .oslo: (0..<3).map { (PersonID("leader-w\($0)"), ["w\($0)"]) }
            }
        for group in groups {
            let mentors = try query { try DemonstrationMentors(group.units, $0) }
            var enrolments: [PersonID: EnrolmentID] = [:]
            for newcomer in mentors.newcomers {
                enrolments[newcomer.person] = try await enrol(
                    EnrolRequest(
                        participant: newcomer.person, programme: DemonstrationMentors.programme,
                        anchors: [DemonstrationMentors.firstDay: newcomer.firstDay],
                        unit: newcomer.unit), by: .operatorCommand)
            }
            let match: MentorMatch
            do {
                match = try await matchMentors(MentorQuestion(mentors.question))
            } catch let fault as PlacementFault {
                throw OperationError.invalid(
                    field: "demonstration", problem: .demonstration("\(fault)"))
            }
            var given: [EnrolmentID: PersonID] = [:]
            for pair in match.pairs {
                guard let enrolment = enrolments[PersonID(pair.newcomer)] else { continue }
                given[enrolment] = PersonID(pair.mentor)
            }
            try await giveMentors(given, reason: "Fordelt", by: group.asks)
        }
    }
}

/// The newcomers of some units, and who there could be their mentors.
private struct DemonstrationMentors {
    struct Newcomer {
        let person: PersonID
        let unit: String
        let profession: String
        let leader: PersonID?
        let firstDay: CivilDay
    }

    private struct Colleague {
        let person: PersonID
        let unit: String
        let profession: String
    }

    static let programme: ProgrammeID = "trondheim-mentor"
    static let firstDay: AnchorID = "first-day"

    /// In the order in which they begin.
    let newcomers: [Newcomer]
    private let colleagues: [Colleague]

    init(_ units: [String], _ transaction: Transaction) throws {
        var newcomers: [Newcomer] = []
        var colleagues: [Colleague] = []
        for unit in units {
            let begun = try transaction.connection.all(
                """
                SELECT e.id FROM enrolment e
                WHERE e.unit = ? AND e.programme = 'oslo-onboarding' AND e.status = 'running'
                    AND NOT EXISTS (SELECT 1 FROM enrolment m
                        WHERE m.participant = e.participant AND m.programme = ?)
                ORDER BY e.participant
                """, [.text(unit), .text(Self.programme.rawValue)]
            ) { EnrolmentID($0.text(0)) }
            for id in begun {
                let enrolment = try transaction.store.load(id).enrolment
                guard let person = enrolment.roles[.participant],
                    let day = enrolment.anchors[Self.firstDay],
                    case .choice(let profession)? = enrolment.facts["profession"]
                else { continue }
                newcomers.append(
                    Newcomer(
                        person: person, unit: unit, profession: profession,
                        leader: enrolment.roles[.lineManager], firstDay: day))
            }
            colleagues += try transaction.connection.all(
                """
                SELECT w.person, w.position FROM employment w
                WHERE w.unit = ? AND w.person NOT IN
                    (SELECT participant FROM enrolment WHERE programme = 'oslo-onboarding')
                ORDER BY w.person LIMIT 12
                """, [.text(unit)]
            ) {
                // A leader was a nurse once, and could be a mentor but for those led.
                let position = $0.text(1)
                return Colleague(
                    person: PersonID($0.text(0)), unit: unit,
                    profession: position == "leader" ? "nurse" : position)
            }
        }
        self.newcomers = newcomers.sorted { ($0.firstDay, $0.person) < ($1.firstDay, $1.person) }
        self.colleagues = colleagues
    }

    /// Whom the matching is asked about, with the last of them decided by hand.
    var question: JSON {
        let seeking = newcomers.prefix(newcomers.count / 2)
        let decided = seeking.last.flatMap { newcomer in
            colleagues.first {
                $0.profession == newcomer.profession && $0.person != newcomer.leader
            }.map { (newcomer.person, $0.person) }
        }
        return .object([
            "format": "mentor-question/1", "name": "mentors", "rules": .object([]),
            "mentors": .array(
                colleagues.enumerated().map { index, each in
                    .object([
                        "id": .string(each.person.rawValue),
                        "profession": .string(each.profession), "unit": .string(each.unit),
                        "capacity": 1,
                        "shifts": .array(index % 3 == 2 ? ["d"] : ["d", "e"]),
                    ])
                }),
            "newcomers": .array(
                seeking.map {
                    .object([
                        "id": .string($0.person.rawValue), "profession": .string($0.profession),
                        "unit": .string($0.unit),
                        "leader": $0.leader.map { .string($0.rawValue) },
                        "shifts": .array(["d", "e"]),
                    ])
                }),
            "pairs": .array(
                [decided].compactMap { $0 }.map {
                    .object(["newcomer": .string($0.0.rawValue), "mentor": .string($0.1.rawValue)])
                }),
        ])
    }
}
