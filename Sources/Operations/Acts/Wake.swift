public import Engine
import Storage

/// What a round of the clock found to do.
public struct WakeRound: Hashable, Sendable {
    public var woken = 0
    public var events = 0
    /// Those whose stored state cannot be used; they are tried again in an hour.
    public var failed: [EnrolmentID] = []
    /// When the next enrolment wants to be woken, in milliseconds since 1970.
    public var next: Instant?
    /// How far it looked at claims that wait.
    var claims: ClaimsSeen.Look?
}

extension Installation {
    /// The largest number of enrolments that one transaction wakes, so that people's own commands
    /// never wait long behind a sweep.
    public static let largestSweep = 200

    /// Wakes the enrolments whose time has come, those that have waited longest first.
    ///
    /// The cost grows with the number due: an index holds the moments at which enrolments want to
    /// be woken. A wake-up that is repeated finds nothing to do.
    public func wakeDue(limit: Int = largestSweep) async throws -> WakeRound {
        let round = try await transact(.beside) { try $0.wakeDue(limit: limit) }
        claimsSeen.saw(round.claims)
        return round
    }

    /// The same for a caller that has a thread of its own.
    public func wakeDueBlocking(limit: Int = largestSweep) throws -> WakeRound {
        let round = try transactBlocking(.beside) { try $0.wakeDue(limit: limit) }
        claimsSeen.saw(round.claims)
        return round
    }

    /// When the next enrolment wants to be woken, or nil where none does.
    public func nextWakeUp() throws -> Instant? {
        try query { try $0.nextWakeUp() }
    }
}

extension Transaction {
    static let dueQuery = """
        SELECT id FROM enrolment WHERE wake_at IS NOT NULL AND wake_at <= ?
        ORDER BY wake_at LIMIT ? {skip locked}
        """

    func wakeDue(limit: Int) throws -> WakeRound {
        var round = WakeRound()
        let due = try connection.all(
            Self.dueQuery, [.integer(now.milliseconds), SQLValue(limit)]
        ) { EnrolmentID($0.text(0)) }
        for id in due {
            // One that cannot be woken must not keep the others asleep.
            try connection.run("SAVEPOINT wake", [])
            do {
                round.events += try perform(.wake, on: id, by: .clock).events.count
                round.woken += 1
            } catch is OperationError {
                try putOff(id, &round)
            } catch is DamagedDocument {
                try putOff(id, &round)
            }
            try connection.run("RELEASE wake", [])
        }
        // What runs out begins a programme, which then wakes as programmes do.
        if due.count < limit {
            round.woken += try renewDue(limit: 50)
            round.claims = try remindOfClaims()
            // Where there are more, the next round goes on at once.
            if round.claims?.isAll == false { round.woken += 1 }
        }
        round.next = try nextWakeUp()
        return round
    }

    private func putOff(_ id: EnrolmentID, _ round: inout WakeRound) throws {
        try connection.run("ROLLBACK TO wake", [])
        try connection.run(
            "UPDATE enrolment SET wake_at = ? WHERE id = ?",
            [.integer(now.adding(seconds: 3600).milliseconds), .text(id.rawValue)])
        // No event tells that the row has changed.
        installation.recent.forget(id)
        round.failed.append(id)
    }

    func nextWakeUp() throws -> Instant? {
        try connection.first(
            "SELECT wake_at FROM enrolment WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1"
        ) { Instant(milliseconds: $0.integer(0)) }
    }
}
