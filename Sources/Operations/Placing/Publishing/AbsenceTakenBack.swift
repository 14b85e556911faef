public import Engine
import Storage
import Wording

// An absence that comes to nothing is taken back: what it endangered is there again, and nobody has
// cover to find.
extension Installation {
    /// Takes an absence back that was written down. The leaders' open plans for it end; what was
    /// published because of it stays published.
    ///
    /// - Throws: `OperationError.noSuchRound` for whoever may not say so, and where no such absence
    ///   is known. `.invalid` where its weeks are past.
    public func takeBackAbsence(
        of supervisor: String, in round: String, from first: String, to last: String,
        by person: PersonID, key: String? = nil
    ) async throws {
        _ = try await transact { transaction in
            try transaction.once(
                key, fingerprint: "absence back \(round) \(supervisor) \(first) \(last)"
            ) {
                try transaction.takeBack(supervisor, round, first, last, person)
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension Transaction {
    fileprivate func takeBack(
        _ supervisor: String, _ round: String, _ first: String, _ last: String, _ person: PersonID
    ) throws {
        try checkMayReport(supervisor, round, person)
        let key: [SQLValue] = [.text(round), .text(supervisor), .text(first)]
        let isKnown = try connection.count(
            """
            SELECT count(*) FROM placement_absence
            WHERE round = ? AND supervisor = ? AND first_week = ? AND last_week = ?
            """, key + [.text(last)])
        if isKnown == 0 { throw OperationError.noSuchRound(round) }
        if last < placementWeek {
            throw OperationError.invalid(field: "last", problem: .weeksOver)
        }
        let plans = try connection.all(
            """
            SELECT enrolment, step FROM placement_cover
            WHERE round = ? AND supervisor = ? AND first_week = ? ORDER BY enrolment
            """, key
        ) { (EnrolmentID($0.text(0)), StepID($0.text(1))) }
        for (id, step) in plans {
            let loaded = try store.load(id)
            guard loaded.enrolment.status == .running else { continue }
            let decisions = try endingPlans(
                [step], loaded.enrolment, try version(loaded.version), by: person
            ) { $0.text("placed-cover-taken-back") }
            try keep(decisions, of: loaded, by: person)
        }
        try connection.run(
            """
            DELETE FROM placement_cover
            WHERE round = ? AND supervisor = ? AND first_week = ?
            """, key)
        try connection.run(
            """
            DELETE FROM placement_absence
            WHERE round = ? AND supervisor = ? AND first_week = ?
            """, key)
    }

    private func keep(
        _ decisions: [PinnedDecision], of loaded: LoadedEnrolment, by person: PersonID
    ) throws {
        var loaded = loaded
        for var pinned in decisions {
            loaded = try keep(
                &pinned.decision, over: loaded, version: pinned.version, by: .person(person))
        }
    }
}
