public import CivilCalendar
public import Engine
import Placements
import Storage

/// What somebody was asked in one round, as their page shows it.
public struct AskedRound: Sendable {
    public let ask: PlacementAsk
    /// The round as far as it is the person's: their schools or wards and what belongs to them.
    public let contents: RoundContents
    public let coordinator: String?
    /// The wards or schools that are theirs to answer for.
    public let places: [String]
    public let unitName: String
    /// When the question is due, as its reminders say it; nil where nothing is asked any more.
    public let due: CivilDay?
    /// The professions of the round, for places that have said nothing yet.
    public let professions: [String]
}

/// Places that a ward answers with.
public struct WardAnswer: Hashable, Sendable {
    /// Students of a profession and study year in a period.
    public struct Cell: Hashable, Sendable {
        public var profession: String
        public var year: Int
        public var period: String

        public init(profession: String, year: Int, period: String) {
            self.profession = profession
            self.year = year
            self.period = period
        }
    }

    public var ward: String
    public var places: [Cell: Int]
    public var obstacle: PlacementObstacle?
    public var obstacleText: String?

    public init(
        ward: String, places: [Cell: Int], obstacle: PlacementObstacle?, obstacleText: String?
    ) {
        self.ward = ward
        self.places = places
        self.obstacle = obstacle
        self.obstacleText = obstacleText
    }
}

/// Places that a school answers that it needs.
public struct SchoolAnswer: Hashable, Sendable {
    public var school: String
    public var counts: [WardAnswer.Cell: Int]

    public init(school: String, counts: [WardAnswer.Cell: Int]) {
        self.school = school
        self.counts = counts
    }
}

extension Installation {
    /// The most that a number of an answer can be.
    public static let mostPlaces = 1000
    /// How long what keeps a ward from more may be told, in characters.
    public static let longestObstacle = 1000

    /// What an enrolment of a request asks its person; empty for everybody else, and where a round
    /// no longer waits for them.
    public func asked(_ enrolment: EnrolmentID, of person: PersonID) throws -> [AskedRound] {
        try query { try $0.asked(enrolment, of: person) }
    }

    /// What somebody has been asked, the newest first.
    public func asks(to person: PersonID) throws -> [PlacementAsk] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementAsk.columns) FROM placement_ask k
                WHERE k.person = ? ORDER BY k.asked_at DESC, k.round LIMIT 50
                """, [.text(person.rawValue)], PlacementAsk.init)
        }
    }

    /// Keeps what somebody answers for their wards; the question is answered when all have a
    /// number. The same answer again changes nothing.
    ///
    /// - Throws: `OperationError`; nothing has then changed.
    public func answerOffers(
        _ answers: [WardAnswer], round: String, by person: PersonID, enrolment: EnrolmentID,
        key: String? = nil
    ) async throws {
        // With what is answered: a form that is sent again with other numbers is told so.
        let fingerprint = "placement offers \(round) \(person) \(enrolment) "
            + answers.map(\.fingerprint).joined(separator: " ")
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                let asked = try transaction.needAsked(round, enrolment, person, .offers)
                for answer in answers { try transaction.keep(answer, asked, by: person) }
                try transaction.settle(asked)
                return ""
            }
        }
        wakeUps.ring()
    }

    /// The same for what schools need.
    public func answerNeeds(
        _ answers: [SchoolAnswer], round: String, by person: PersonID, enrolment: EnrolmentID,
        key: String? = nil
    ) async throws {
        let fingerprint = "placement needs \(round) \(person) \(enrolment) "
            + answers.map { "\($0.school) \($0.counts.fingerprint)" }.joined(separator: " ")
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                let asked = try transaction.needAsked(round, enrolment, person, .needs)
                for answer in answers { try transaction.keep(answer, asked, by: person) }
                try transaction.settle(asked)
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension WardAnswer {
    fileprivate var fingerprint: String {
        "\(ward) \(places.fingerprint) \(obstacle?.rawValue ?? "") \(obstacleText ?? "")"
    }
}

extension [WardAnswer.Cell: Int] {
    fileprivate var fingerprint: String {
        sorted { $0.key < $1.key }.map { "\($0.key.name) \($0.value)" }.joined(separator: " ")
    }
}

extension AskedRound {
    /// Whether a ward's number for a period can still be given or changed: until the offer is due,
    /// for spring until October; who has said nothing can answer until places are published.
    public func isOpen(_ ward: RoundWard, _ period: RoundPeriod, on day: CivilDay) -> Bool {
        let round = contents.round
        if ward.answeredAt == nil, round.status != .published { return true }
        switch period.season {
        case .autumn: return round.status != .published && day <= round.deadlines.offer
        case .spring: return day <= round.deadlines.adjust
        }
    }

    /// The same for any of its periods.
    public func isOpen(_ ward: RoundWard, on day: CivilDay) -> Bool {
        contents.periods.contains { isOpen(ward, $0, on: day) }
    }

    /// The same for what a school needs: until it is due, or for who has said nothing until places
    /// are published.
    public func isOpen(_ school: RoundSchool, on day: CivilDay) -> Bool {
        let round = contents.round
        return round.takesAnswers(.needs, on: day)
            && (school.answeredAt == nil || day <= round.deadlines.need)
    }

    /// Whether anything of it can still be given or changed.
    public func isOpen(on day: CivilDay) -> Bool {
        switch ask.kind {
        case .needs: contents.schools.contains { isOpen($0, on: day) }
        case .offers: contents.wards.contains { isOpen($0, on: day) }
        }
    }
}
