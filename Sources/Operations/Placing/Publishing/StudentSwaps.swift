public import CivilCalendar
public import Engine
public import Placements
import Storage

/// Two students who may change places with each other: one asks, the other says yes or no, and the
/// coordinator has it done.
public struct StudentSwap: Sendable {
    /// How far it has come.
    public enum Status: String, Sendable, CaseIterable {
        /// The first has asked; nobody has answered.
        case asked
        /// Both want to; it waits for the coordinator.
        case agreed
        case declined
        /// The first has taken it back.
        case withdrawn
        case done
        /// The coordinator said no.
        case refused
    }

    /// One of the two, and where they are.
    public struct Side: Sendable {
        public let student: String
        public let person: PersonID?
        public let name: String
        /// The ward with its institution, and the days; nil where the student has no place now.
        public let place: (ward: String, days: ClosedRange<CivilDay>?)?
    }

    public let id: String
    public let round: String
    public let status: Status
    public let askedAt: Instant
    public let first: Side
    public let second: Side?
    public let reason: String?

    public var isOpen: Bool { status == .asked || status == .agreed }
}

/// What a swap would do, by the rules as they are now.
public struct SwapOutlook: Sendable {
    public let refusals: [PlacementSwap.Refusal]
    /// Whether the period of one of them has ended, so that there is nothing to change any more.
    public let isOver: Bool
    /// The difference that it would be; nil where it is refused.
    public let difference: PlaceDifference?

    /// Why it is refused; nil where it is not.
    var problem: FieldProblem? {
        difference != nil ? nil : isOver ? .periodOver : .ruleForbids
    }
}

extension Installation {
    /// A student asks whoever gets the link to change places.
    ///
    /// - Returns: the swap's id, which the link has; the one that is open already where there is.
    /// - Throws: `OperationError.noSuchRound` for whoever has no published place in the round.
    public func askSwap(in round: String, by person: PersonID) async throws -> String {
        let id = random.identifier("w")
        return try await transact { try $0.askSwap(round, person, as: id) }
    }

    /// A swap as one of its two students sees it, or as another student of the round to whom the
    /// first gave the link; nil for everybody else.
    public func swap(_ id: String, for person: PersonID) throws -> StudentSwap? {
        try query { transaction in
            guard let swap = try transaction.swap(id) else { return nil }
            if swap.first.person == person { return swap }
            if let second = swap.second { return second.person == person ? swap : nil }
            let own = try transaction.ownPlacements(of: person, only: swap.round).first
            return own?.place == nil || !swap.isOpen ? nil : swap
        }
    }

    /// Somebody's swap in a round that is open.
    public func openSwap(of person: PersonID, in round: String) throws -> StudentSwap? {
        try query { transaction in
            let id = try transaction.connection.first(
                """
                SELECT w.id FROM placement_swap w
                JOIN placement_student s ON s.round = w.round AND s.id IN (w.first, w.second)
                WHERE w.round = ? AND s.person = ? AND w.status IN ('asked', 'agreed')
                ORDER BY w.asked_at DESC, w.id LIMIT 1
                """, [.text(round), .text(person.rawValue)]
            ) { $0.text(0) }
            return try id.flatMap { try transaction.swap($0) }
        }
    }

    /// What a swap with somebody would do. Changes nothing.
    public func outlook(of swap: StudentSwap, with person: PersonID? = nil) throws -> SwapOutlook? {
        try query { transaction in
            guard
                let second = try swap.second?.student
                    ?? person.flatMap({
                        try transaction.ownPlacements(of: $0, only: swap.round).first?.student
                    })
            else { return nil }
            return try transaction.outlook(swap.round, swap.first.student, second)
        }
    }

    /// The second says yes or no.
    ///
    /// - Throws: `OperationError.noSuchRound` where it is nothing that they were asked; `.invalid`
    ///   where the rules forbid it.
    public func answerSwap(_ id: String, agrees: Bool, by person: PersonID) async throws {
        try await transact { try $0.answerSwap(id, agrees, person) }
    }

    /// The first takes it back, also when both had agreed.
    public func withdrawSwap(_ id: String, by person: PersonID) async throws {
        try await transact { transaction in
            guard let swap = try transaction.swap(id), swap.first.person == person else {
                throw OperationError.noSuchRound(id)
            }
            if swap.isOpen { try transaction.settle(id, .withdrawn, nil, nil) }
        }
    }

    /// The swaps of a round that both have agreed to, then those that were decided.
    public func swaps(of round: PlacementRound) throws -> [StudentSwap] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT id FROM placement_swap
                WHERE round = ? AND status IN ('agreed', 'done', 'refused')
                ORDER BY CASE status WHEN 'agreed' THEN 0 ELSE 1 END, agreed_at DESC, id LIMIT 100
                """, [.text(round.id)]
            ) { $0.text(0) }.compactMap { try transaction.swap($0) }
        }
    }

    /// The coordinator has a swap done, or says no; the rules are looked at once more.
    ///
    /// - Returns: the publication by which it is done; nil where it was refused.
    public func decideSwap(
        _ id: String, accepts: Bool, reason: String, in round: String, by person: PersonID,
        key: String? = nil
    ) async throws -> String? {
        let publication = random.identifier("q")
        let found = try await transact { transaction in
            try transaction.once(key, fingerprint: "swap \(id) \(accepts) \(reason)") {
                try transaction.decideSwap(
                    id, accepts, reason, round, person, as: publication)
                return accepts ? publication : ""
            }
        }
        wakeUps.ring()
        return found.isEmpty ? nil : found
    }
}

extension Transaction {
    fileprivate func askSwap(_ round: String, _ person: PersonID, as id: String) throws -> String {
        guard let own = try ownPlacements(of: person, only: round).first, own.isPublished,
            own.place != nil, !own.hasWithdrawn
        else { throw OperationError.noSuchRound(round) }
        if own.isOver(on: civilNow.day) {
            throw OperationError.invalid(field: "swap", problem: .periodOver)
        }
        let open = try connection.first(
            """
            SELECT id FROM placement_swap
            WHERE round = ? AND first = ? AND status IN ('asked', 'agreed')
            """, [.text(round), .text(own.student)]
        ) { $0.text(0) }
        if let open { return open }
        try connection.run(
            """
            INSERT INTO placement_swap (id, round, first, status, asked_at)
            VALUES (?, ?, ?, 'asked', ?)
            """, [.text(id), .text(round), .text(own.student), .integer(now.milliseconds)])
        return id
    }

    fileprivate func swap(_ id: String) throws -> StudentSwap? {
        let row = try connection.first(
            """
            SELECT round, first, second, status, asked_at, reason FROM placement_swap
            WHERE id = ?
            """, [.text(id)]
        ) { row in
            (
                round: row.text(0), first: row.text(1), second: row.optionalText(2),
                status: StudentSwap.Status(rawValue: row.text(3)), at: row.integer(4),
                reason: row.optionalText(5)
            )
        }
        guard let row else { return nil }
        guard let status = row.status, let first = try side(row.first, row.round) else {
            throw OperationError.damaged("placement swap \(id)")
        }
        return StudentSwap(
            id: id, round: row.round, status: status, askedAt: Instant(milliseconds: row.at),
            first: first, second: try row.second.flatMap { try side($0, row.round) },
            reason: row.reason)
    }

    private func side(_ student: String, _ round: String) throws -> StudentSwap.Side? {
        try connection.first(
            """
            SELECT s.person, s.name, i.name, w.name, p.first_week, p.last_week
            FROM placement_student s
            LEFT JOIN placement_assignment a
                ON a.round = s.round AND a.student = s.id AND a.ended_at IS NULL
            LEFT JOIN placement_ward w ON w.round = s.round AND w.id = a.ward
            LEFT JOIN placement_institution i ON i.round = s.round AND i.id = w.institution
            LEFT JOIN placement_period p ON p.round = s.round AND p.id = a.period
            WHERE s.round = ? AND s.id = ?
            """, [.text(round), .text(student)]
        ) { row in
            let place = row.optionalText(2).map {
                (
                    ward: "\($0), \(row.optionalText(3) ?? "")",
                    days: RoundPeriod.days(
                        row.optionalText(4) ?? "", row.optionalText(5) ?? "")
                )
            }
            return StudentSwap.Side(
                student: student, person: row.optionalText(0).map { PersonID($0) },
                name: row.text(1), place: place)
        }
    }

    fileprivate func outlook(
        _ round: String, _ first: String, _ second: String
    ) throws -> SwapOutlook {
        let whole = try RoundContents(placementRound(round), self)
        let past = whole.past.students
        if past.contains(first) || past.contains(second) {
            return SwapOutlook(refusals: [], isOver: true, difference: nil)
        }
        let published = try assignments(ofRound: round).filter { !past.contains($0.student) }
        let allocation = PlacementAllocation(
            instance: round,
            assignments: published.map(\.place))
        var contents = whole.ahead
        // A lock said where the students were to be before they wished otherwise.
        contents.locks.removeAll { $0.student == first || $0.student == second }
        do throws(PlacementFault) {
            let swap = try PlacementSwap(
                first, second, consents: [first, second], in: allocation,
                of: contents.instance())
            return SwapOutlook(
                refusals: swap.refusals, isOver: false,
                difference: swap.allocation.map {
                    PlaceDifference(
                        from: published, to: $0, withdrawn: [], over: whole.past.periods,
                        isSwap: true)
                })
        } catch {
            throw OperationError.invalid(field: "swap", problem: .placement(error))
        }
    }

    fileprivate func answerSwap(_ id: String, _ agrees: Bool, _ person: PersonID) throws {
        guard let swap = try swap(id), swap.status == .asked, swap.first.person != person,
            let own = try ownPlacements(of: person, only: swap.round).first, own.place != nil
        else { throw OperationError.noSuchRound(id) }
        if agrees {
            let outlook = try outlook(swap.round, swap.first.student, own.student)
            if let problem = outlook.problem {
                throw OperationError.invalid(field: "swap", problem: problem)
            }
        }
        try connection.run(
            "UPDATE placement_swap SET second = ?, agreed_at = ? WHERE id = ?",
            [.text(own.student), .integer(now.milliseconds), .text(id)])
        try settle(id, agrees ? .agreed : .declined, nil, nil)
    }

    fileprivate func settle(
        _ id: String, _ status: StudentSwap.Status, _ person: PersonID?, _ reason: String?
    ) throws {
        try connection.run(
            """
            UPDATE placement_swap SET status = ?, decided_at = ?, decided_by = ?, reason = ?
            WHERE id = ?
            """,
            [
                .text(status.rawValue), .integer(now.milliseconds), SQLValue(person?.rawValue),
                SQLValue(reason), .text(id),
            ])
    }

    fileprivate func decideSwap(
        _ id: String, _ accepts: Bool, _ reason: String, _ round: String, _ person: PersonID,
        as publication: String
    ) throws {
        let known = try needRound(round, for: person)
        guard let swap = try swap(id), swap.round == known.id, swap.status == .agreed,
            let second = swap.second
        else { throw OperationError.invalid(field: "swap", problem: .decided) }
        if reason.allSatisfy(\.isWhitespace) {
            throw OperationError.refused(.reasonMissing, programme: nil)
        }
        guard accepts else { return try settle(id, .refused, person, reason) }
        let outlook = try outlook(round, swap.first.student, second.student)
        guard let difference = outlook.difference else {
            throw OperationError.invalid(field: "swap", problem: outlook.problem ?? .ruleForbids)
        }
        try begin(difference, round, draft: nil, reason, person, as: publication)
        try settle(id, .done, person, reason)
    }
}
