import CivilCalendar
public import Engine
import Storage

extension PlacementRound.Deadlines {
    /// 1 April, 1 May and 1 October of the year in which the study year begins.
    public static func usual(autumnOf year: Int) -> Self? {
        guard let need = CivilDay(year: year, month: 4, day: 1),
            let offer = CivilDay(year: year, month: 5, day: 1),
            let adjust = CivilDay(year: year, month: 10, day: 1)
        else { return nil }
        return Self(need: need, offer: offer, adjust: adjust)
    }

    /// The first that would come before the one it follows, by its name in forms; nil where none
    /// does.
    public var disordered: String? {
        if offer < need { return "offer" }
        return adjust < offer ? "adjust" : nil
    }

    /// - Throws: `OperationError.invalid` with the name of the one that comes too early.
    func checkOrder() throws {
        if let field = disordered {
            throw OperationError.invalid(field: field, problem: .beforeEarlierDeadline)
        }
    }
}

extension Installation {
    /// Changes the deadlines of a round, and with them those of the questions that nobody has
    /// answered yet, whose reminders follow.
    ///
    /// - Throws: `OperationError.invalid` where they are not in their order; nothing has changed.
    public func setDeadlines(
        _ deadlines: PlacementRound.Deadlines, of round: String, by person: PersonID,
        key: String? = nil
    ) async throws {
        let days = [deadlines.need, deadlines.offer, deadlines.adjust].map(\.description)
        let fingerprint = "placement deadlines \(round) \(days) \(person)"
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                _ = try transaction.needRound(round, for: person)
                try deadlines.checkOrder()
                try transaction.connection.run(
                    """
                    UPDATE placement_round SET need_by = ?, offer_by = ?, adjust_by = ?
                    WHERE id = ?
                    """, days.map { .text($0) } + [.text(round)])
                try transaction.moveQuestions(of: round, by: person)
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension Transaction {
    /// Has the open questions of a round end when the round says. One that other rounds ask as well
    /// ends when the first of them does.
    fileprivate func moveQuestions(of round: String, by person: PersonID) throws {
        let open = try connection.all(
            """
            SELECT k.enrolment FROM placement_ask k JOIN enrolment e ON e.id = k.enrolment
            WHERE k.round = ? AND k.answered_at IS NULL AND e.status = 'running'
            ORDER BY k.enrolment
            """, [.text(round)]
        ) { EnrolmentID($0.text(0)) }
        for enrolment in open {
            let asks = try connection.all(
                """
                SELECT \(PlacementAsk.columns) FROM placement_ask k
                WHERE k.enrolment = ? AND k.answered_at IS NULL
                """, [.text(enrolment.rawValue)], PlacementAsk.init)
            let days = try asks.map {
                try placementRound($0.round).deadline($0.kind, today: civilNow.day)
            }
            let known = try store.load(enrolment).enrolment.anchors["deadline"]
            guard let first = days.min(), first != known else { continue }
            let name = try placementRound(round).name
            try perform(
                .moveAnchor("deadline", to: first, reason: name), on: enrolment,
                by: .person(person))
        }
    }
}
