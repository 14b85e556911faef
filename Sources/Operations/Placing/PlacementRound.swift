public import CivilCalendar
public import Engine
public import JSONText
import Storage

/// One allocation of placements, from the first question to what was published. It belongs to the
/// unit whose coordinators see it; nobody else does.
public struct PlacementRound: Hashable, Sendable {
    /// How far a round has come.
    public enum Status: String, Sendable, CaseIterable {
        /// Schools say what they need, wards what they offer.
        case collecting
        /// Drafts are made too. Answers are still taken: a draft knows what it was made from.
        case allocating
        case published
    }

    /// The days of the annual wheel by which answers are due.
    public struct Deadlines: Hashable, Sendable {
        /// When the schools have said what they need: 1 April.
        public var need: CivilDay
        /// When the wards have said what they offer: 1 May.
        public var offer: CivilDay
        /// Until when the offers of spring periods may be changed: 1 October.
        public var adjust: CivilDay

        public init(need: CivilDay, offer: CivilDay, adjust: CivilDay) {
            self.need = need
            self.offer = offer
            self.adjust = adjust
        }
    }

    public let id: String
    /// The unit whose coordinators answer for the round.
    public let unit: String
    public let name: String
    public let status: Status
    public let seed: Int
    /// The member `rules` of the instance, with what counts for capacity besides.
    public let rules: JSON
    public let deadlines: Deadlines
    public let createdAt: Instant
    public let publishedDraft: String?
    public let publishedAt: Instant?

    static let columns = """
        r.id, r.unit, r.name, r.status, r.seed, r.rules, r.need_by, r.offer_by, r.adjust_by,
        r.created_at, r.published_draft, r.published_at
        """

    init(_ row: any ResultRow) throws {
        guard let status = Status(rawValue: row.text(3)), let rules = JSON(row.text(5)),
            let need = CivilDay(row.text(6)), let offer = CivilDay(row.text(7)),
            let adjust = CivilDay(row.text(8))
        else { throw OperationError.damaged("placement round \(row.text(0))") }
        id = row.text(0)
        unit = row.text(1)
        name = row.text(2)
        self.status = status
        seed = row.int(4)
        self.rules = rules
        deadlines = Deadlines(need: need, offer: offer, adjust: adjust)
        createdAt = Instant(milliseconds: row.integer(9))
        publishedDraft = row.optionalText(10)
        publishedAt = row.optionalInteger(11).map { Instant(milliseconds: $0) }
    }
}

extension Installation {
    /// The rounds of the units that somebody coordinates placements for, the newest first.
    public func placementRounds(
        for person: PersonID, page: Int = 0, pageSize: Int = 50
    ) throws -> [PlacementRound] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementRound.columns) FROM placement_round r
                WHERE r.unit IN \(UnitScope.placements)
                ORDER BY r.created_at DESC, r.id LIMIT ? OFFSET ?
                """, [.text(person.rawValue), SQLValue(pageSize), SQLValue(page * pageSize)],
                PlacementRound.init)
        }
    }

    /// A round that somebody coordinates; nil also where it is another unit's.
    public func placementRound(_ id: String, for person: PersonID) throws -> PlacementRound? {
        try query { try $0.placementRound(id, for: person) }
    }

    /// A round with everything in it, for its coordinator; nil also where it is another unit's.
    public func placementContents(_ id: String, for person: PersonID) throws -> RoundContents? {
        try query { transaction in
            guard let round = try transaction.placementRound(id, for: person) else { return nil }
            return try RoundContents(round, transaction)
        }
    }
}

extension Transaction {
    func placementRound(_ id: String, for person: PersonID) throws -> PlacementRound? {
        try connection.first(
            """
            SELECT \(PlacementRound.columns) FROM placement_round r
            WHERE r.id = ? AND r.unit IN \(UnitScope.placements)
            """, [.text(id), .text(person.rawValue)], PlacementRound.init)
    }

    /// The same for whoever acts on it.
    ///
    /// - Throws: `OperationError.noSuchRound` also where it is another unit's.
    func needRound(_ id: String, for person: PersonID) throws -> PlacementRound {
        guard let round = try placementRound(id, for: person) else {
            throw OperationError.noSuchRound(id)
        }
        return round
    }

    /// A round whoever asks: for those who hold a link or a place in it, and for workers.
    func placementRound(_ id: String) throws -> PlacementRound {
        let round = try connection.first(
            "SELECT \(PlacementRound.columns) FROM placement_round r WHERE r.id = ?", [.text(id)],
            PlacementRound.init)
        guard let round else { throw OperationError.noSuchRound(id) }
        return round
    }

    /// - Throws: `OperationError.noSuchUnit` where somebody does not coordinate placements there.
    func requireCoordinator(_ person: PersonID, of unit: String) throws {
        let isTheirs = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ? AND id IN \(UnitScope.placements)",
            [.text(unit), .text(person.rawValue)])
        if isTheirs == 0 { throw OperationError.noSuchUnit(unit) }
    }
}
