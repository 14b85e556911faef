public import CivilCalendar
public import Engine
import Storage

/// A student's own part in a round. It holds nobody else's.
public struct OwnPlacement: Sendable {
    /// Where the student is to be.
    public struct Place: Sendable {
        public let ward: String
        public let institution: String
        public let days: ClosedRange<CivilDay>?
        public let supervisor: String?
        public let enrolment: EnrolmentID?
    }

    public let round: String
    public let roundName: String
    public let isPublished: Bool
    /// The student's id within the round.
    public let student: String
    public let profession: String
    public let year: Int
    public let hasWithdrawn: Bool
    public let place: Place?
    /// In their order, by the names of wards and institutions.
    public let wishes: [String]
    /// Until when wishes may be written, and how many; nil where the round takes none.
    public let wishing: (until: CivilDay, most: Int)?

    /// The first day of a place that is published and not over on a day; nil where there is none.
    ///
    /// What is ahead comes before a round that is only being made.
    func firstDayAhead(on day: CivilDay) -> CivilDay? {
        guard isPublished, let days = place?.days, days.upperBound >= day else { return nil }
        return days.lowerBound
    }

    /// Whether the place is one of a period that has ended.
    public func isOver(on day: CivilDay) -> Bool {
        place?.days.map { $0.upperBound < day } ?? false
    }

    /// Whether wishes may be written on a day.
    public func takesWishes(on day: CivilDay) -> Bool {
        guard let wishing, !hasWithdrawn, !isPublished else { return false }
        return day <= wishing.until
    }
}

/// A place that can be wished for.
public struct WishOption: Hashable, Sendable {
    public let ward: String?
    public let institution: String
    /// Unique within the round.
    public let name: String
}

extension Installation {
    /// The most wishes that a page takes.
    public static let mostWishes = 10

    /// Somebody's own placements as a student: first those that are published and not over, in
    /// their order of time; then the rest, the newest round first.
    public func ownPlacements(of person: PersonID) throws -> [OwnPlacement] {
        let today = nowCivil.day
        let all = try query { try $0.ownPlacements(of: person) }
        let ahead = all.compactMap { own in
            own.firstDayAhead(on: today).map { (day: $0, own: own) }
        }.sorted { $0.day < $1.day }.map(\.own)
        return ahead + all.filter { $0.firstDayAhead(on: today) == nil }
    }

    /// Somebody's own part in a round; nil where they have none.
    public func ownPlacement(of person: PersonID, in round: String) throws -> OwnPlacement? {
        try query { try $0.ownPlacements(of: person, only: round).first }
    }

    /// A student's part in a round, by the id within it, for whoever coordinates it.
    public func placement(ofStudent id: String, in round: PlacementRound) throws -> OwnPlacement? {
        try query {
            try $0.placements("s.round = ? AND s.id = ?", [.text(round.id), .text(id)]).first
        }
    }

    /// What a student of a round can wish for.
    public func wishOptions(in round: String) throws -> [WishOption] {
        try query { try $0.wishOptions(round) }
    }

    /// Writes a student's own wishes, in their order.
    ///
    /// - Throws: `OperationError.noSuchRound` for whoever is no student of it, `.invalid` with the
    ///   number of the wish that names nothing, or where the round takes no wishes any more.
    public func wish(
        _ names: [String], in round: String, by person: PersonID, key: String? = nil
    ) async throws {
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: "wish \(round) \(names)") {
                try transaction.wish(names, round, person)
                return ""
            }
        }
    }

    /// Says until when the students of a round may write wishes, and how many.
    public func takeWishes(
        until day: CivilDay, most: Int, in round: String, by person: PersonID
    ) async throws {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            guard (1...Self.mostWishes).contains(most) else {
                throw OperationError.invalid(
                    field: "most", problem: .notBetween(1, Self.mostWishes))
            }
            try transaction.connection.run(
                """
                INSERT INTO placement_wishing (round, until, most) VALUES (?, ?, ?)
                ON CONFLICT (round) DO UPDATE SET until = excluded.until, most = excluded.most
                """, [.text(round.id), .text(day.description), SQLValue(most)])
        }
    }
}

extension Transaction {
    func ownPlacements(of person: PersonID, only round: String? = nil) throws -> [OwnPlacement] {
        try placements(
            "s.person = ? AND (? IS NULL OR s.round = ?)",
            [.text(person.rawValue), SQLValue(round), SQLValue(round)])
    }

    fileprivate func placements(
        _ condition: String, _ values: [SQLValue]
    ) throws -> [OwnPlacement] {
        try connection.all(
            """
            SELECT r.id, r.name, r.status, s.id, s.profession, s.year, s.withdrawn_at,
                w.name, i.name, p.first_week, p.last_week, v.name, a.enrolment, q.until, q.most
            FROM placement_student s
            JOIN placement_round r ON r.id = s.round
            LEFT JOIN placement_assignment a
                ON a.round = s.round AND a.student = s.id AND a.ended_at IS NULL
            LEFT JOIN placement_ward w ON w.round = s.round AND w.id = a.ward
            LEFT JOIN placement_institution i ON i.round = s.round AND i.id = w.institution
            LEFT JOIN placement_period p ON p.round = s.round AND p.id = a.period
            LEFT JOIN placement_supervisor v ON v.round = s.round AND v.id = a.supervisor
            LEFT JOIN placement_wishing q ON q.round = s.round
            WHERE \(condition)
            ORDER BY r.created_at DESC, r.id LIMIT 50
            """, values
        ) { row in
            let place = row.optionalText(7).map { ward in
                OwnPlacement.Place(
                    ward: ward, institution: row.optionalText(8) ?? "",
                    days: RoundPeriod.days(
                        row.optionalText(9) ?? "", row.optionalText(10) ?? ""),
                    supervisor: row.optionalText(11),
                    enrolment: row.optionalText(12).map { EnrolmentID($0) })
            }
            let until = row.optionalText(13).flatMap { CivilDay($0) }
            let most = row.optionalInteger(14).map { Int($0) }
            return OwnPlacement(
                round: row.text(0), roundName: row.text(1), isPublished: row.text(2) == "published",
                student: row.text(3), profession: row.text(4), year: row.int(5),
                hasWithdrawn: row.optionalInteger(6) != nil, place: place,
                wishes: try wishes(of: row.text(3), in: row.text(0)),
                wishing: until.flatMap { day in most.map { (day, $0) } })
        }
    }

    private func wishes(of student: String, in round: String) throws -> [String] {
        try connection.all(
            """
            SELECT coalesce(i.name, j.name || ', ' || w.name) FROM placement_wish x
            LEFT JOIN placement_institution i ON i.round = x.round AND i.id = x.institution
            LEFT JOIN placement_ward w ON w.round = x.round AND w.id = x.ward
            LEFT JOIN placement_institution j ON j.round = x.round AND j.id = w.institution
            WHERE x.round = ? AND x.student = ? ORDER BY x.rank
            """, [.text(round), .text(student)]
        ) { $0.text(0) }
    }

    fileprivate func wishOptions(_ round: String) throws -> [WishOption] {
        try connection.all(
            """
            SELECT NULL, id, name FROM placement_institution WHERE round = ?
            UNION ALL SELECT w.id, i.id, i.name || ', ' || w.name FROM placement_ward w
            JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
            WHERE w.round = ? ORDER BY 3, 2
            """, [.text(round), .text(round)]
        ) { WishOption(ward: $0.optionalText(0), institution: $0.text(1), name: $0.text(2)) }
    }

    fileprivate func wish(_ names: [String], _ round: String, _ person: PersonID) throws {
        guard let own = try ownPlacements(of: person, only: round).first else {
            throw OperationError.noSuchRound(round)
        }
        guard let wishing = own.wishing, own.takesWishes(on: civilNow.day) else {
            throw OperationError.invalid(field: "wishes", problem: .closed)
        }
        if names.count > wishing.most {
            throw OperationError.invalid(field: "wishes", problem: .tooMany(limit: wishing.most))
        }
        let options = try wishOptions(round)
        try connection.run(
            "DELETE FROM placement_wish WHERE round = ? AND student = ?",
            [.text(round), .text(own.student)])
        for (index, name) in names.enumerated() {
            guard let option = options.first(where: { $0.name == name }) else {
                throw OperationError.invalid(field: "wish-\(index + 1)", problem: .unknown(name))
            }
            if names[..<index].contains(name) {
                throw OperationError.invalid(field: "wish-\(index + 1)", problem: .again(name))
            }
            try connection.run(
                """
                INSERT INTO placement_wish (round, student, rank, ward, institution)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .text(round), .text(own.student), SQLValue(index + 1),
                    SQLValue(option.ward),
                    SQLValue(option.ward == nil ? option.institution : nil),
                ])
        }
    }
}
