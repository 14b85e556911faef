public import CivilCalendar
public import Engine
import Storage

/// What a coordinator asks of somebody outside: what a school needs, or what wards offer.
public enum AskKind: String, Sendable, CaseIterable {
    case needs, offers

    /// The programme whose reminders follow the question up.
    public var programme: ProgrammeID {
        switch self {
        case .needs: "placement-needs-request"
        case .offers: "placement-capacity-request"
        }
    }

    /// The step that the answer completes.
    public static let step: StepID = "answer"
}

/// A question to somebody, which runs as an enrolment until it is answered.
public struct PlacementAsk: Hashable, Sendable {
    public let round: String
    public let kind: AskKind
    public let person: PersonID
    public let enrolment: EnrolmentID
    public let askedAt: Instant
    public let answeredAt: Instant?

    static let columns = "k.round, k.kind, k.person, k.enrolment, k.asked_at, k.answered_at"

    init(_ row: any ResultRow) throws {
        guard let kind = AskKind(rawValue: row.text(1)) else {
            throw OperationError.damaged("placement question \(row.text(0))")
        }
        round = row.text(0)
        self.kind = kind
        person = PersonID(row.text(2))
        enrolment = EnrolmentID(row.text(3))
        askedAt = Instant(milliseconds: row.integer(4))
        answeredAt = row.optionalInteger(5).map { Instant(milliseconds: $0) }
    }
}

/// What came of asking.
public struct AskReport: Hashable, Sendable {
    /// How many people were asked now.
    public var asked = 0
    /// Those places or schools that have not answered and have nobody to ask, by their names.
    public var withoutContact: [String] = []
    /// Whose question cannot begin, because they have no address.
    public var withoutAddress: [String] = []
}

extension Installation {
    /// Asks everybody who has not answered and was not asked yet. Each question is an enrolment of
    /// a programme that reminds; it ends when the answer is there.
    ///
    /// - Throws: `OperationError`: `noSuchProgramme` where the programme was not published, and
    ///   `.invalid` where the round takes no answers any more.
    public func ask(
        _ kind: AskKind, in round: String, by person: PersonID, key: String? = nil
    ) async throws -> AskReport {
        var draws: [EnrolmentID] = []
        for _ in 0..<Self.mostAsks { draws.append(EnrolmentID(random.identifier("e"))) }
        let ids = draws
        let report = try await transact { transaction in
            try transaction.ask(kind, transaction.needRound(round, for: person), by: person, ids)
        }
        wakeUps.ring()
        return report
    }

    /// How many people one round asks at the most in one act.
    static let mostAsks = 2000

    /// The questions of a round, by kind and person.
    public func asks(of round: PlacementRound) throws -> [PlacementAsk] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementAsk.columns) FROM placement_ask k
                WHERE k.round = ? ORDER BY k.kind, k.person
                """, [.text(round.id)], PlacementAsk.init)
        }
    }
}

extension PlacementRound {
    /// When a question of today is to be answered: by the deadline of the annual wheel that comes
    /// next, or within a week where all have passed.
    public func deadline(_ kind: AskKind, today: CivilDay) -> CivilDay {
        let days =
            switch kind {
            case .needs: [deadlines.need]
            case .offers: [deadlines.offer, deadlines.adjust]
            }
        return days.first { $0 >= today } ?? today.adding(days: 7)
    }

    /// Whether somebody who is asked can answer: until the places are published, and what spring
    /// offers until October.
    public func takesAnswers(_ kind: AskKind, on day: CivilDay) -> Bool {
        if status != .published { return true }
        switch kind {
        case .needs: return false
        case .offers: return day <= deadlines.adjust
        }
    }
}

extension RoundContents {
    /// Who answers for a ward.
    public func contact(of ward: RoundWard) -> PersonID? {
        ward.contact ?? institutions.first { $0.id == ward.institution }?.contact
    }

    /// What has not been answered, by whom it is to be: ids of wards or schools, nobody first.
    func unanswered(_ kind: AskKind) -> [(person: PersonID?, places: [String])] {
        var places: [PersonID?: [String]] = [:]
        switch kind {
        case .needs:
            for school in schools where school.answeredAt == nil {
                places[school.contact, default: []].append(school.name)
            }
        case .offers:
            let contacts = Dictionary(
                uniqueKeysWithValues: institutions.map { ($0.id, $0.contact) })
            for ward in wards where ward.answeredAt == nil {
                let person = ward.contact ?? contacts[ward.institution] ?? nil
                places[person, default: []].append(ward.name)
            }
        }
        return places.sorted { ($0.key?.rawValue ?? "") < ($1.key?.rawValue ?? "") }
            .map { ($0.key, $0.value) }
    }
}

extension Transaction {
    fileprivate func ask(
        _ kind: AskKind, _ round: PlacementRound, by coordinator: PersonID, _ ids: [EnrolmentID]
    ) throws -> AskReport {
        guard round.takesAnswers(kind, on: civilNow.day) else {
            throw OperationError.invalid(field: kind.rawValue, problem: .closed)
        }
        // The programme must be there also where nobody is left to ask.
        _ = try newestVersion(of: kind.programme)
        let contents = try RoundContents(round, self)
        let asked = Set(
            try connection.all(
                "SELECT person FROM placement_ask WHERE round = ? AND kind = ?",
                [.text(round.id), .text(kind.rawValue)]
            ) { $0.text(0) })
        var report = AskReport()
        for (number, open) in contents.unanswered(kind).enumerated() {
            guard let person = open.person else {
                report.withoutContact += open.places
                continue
            }
            if asked.contains(person.rawValue) || number >= ids.count { continue }
            let card = try needPerson(person)
            if card.email == nil, card.privateEmail == nil {
                report.withoutAddress.append(card.name)
                continue
            }
            let enrolment = try question(
                kind, person, round, by: coordinator, as: ids[number])
            try connection.run(
                """
                INSERT INTO placement_ask (round, kind, person, enrolment, asked_at)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .text(round.id), .text(kind.rawValue), .text(person.rawValue),
                    .text(enrolment.rawValue), .integer(now.milliseconds),
                ])
            report.asked += 1
        }
        return report
    }

    /// The enrolment that follows the question up. Somebody whom another round has asked already
    /// has one; it is answered when both are, and its deadline is the earlier one.
    private func question(
        _ kind: AskKind, _ person: PersonID, _ round: PlacementRound, by coordinator: PersonID,
        as id: EnrolmentID
    ) throws -> EnrolmentID {
        let deadline = round.deadline(kind, today: civilNow.day)
        let running = try connection.first(
            """
            SELECT id FROM enrolment
            WHERE participant = ? AND programme = ? AND status IN ('running', 'paused')
            """, [.text(person.rawValue), .text(kind.programme.rawValue)]
        ) { EnrolmentID($0.text(0)) }
        guard let running else {
            try enrol(
                EnrolRequest(
                    participant: person, programme: kind.programme,
                    anchors: ["asked-on": civilNow.day, "deadline": deadline],
                    chosen: ["coordinator": coordinator], unit: round.unit), as: id,
                by: .person(coordinator))
            return id
        }
        let loaded = try store.load(running)
        if let known = loaded.enrolment.anchors["deadline"], deadline < known {
            try perform(
                .moveAnchor("deadline", to: deadline, reason: round.name), on: running,
                by: .person(coordinator))
        }
        return running
    }
}
