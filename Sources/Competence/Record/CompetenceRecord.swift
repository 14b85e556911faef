public import CivilCalendar

/// How an entry came about.
public enum EntryKind: String, CaseIterable, Sendable {
    /// By a step that was completed.
    case step
    /// Somebody who may vouch for it did.
    case attested
    /// It was claimed with evidence, and reviewed (realkompetanse).
    case priorLearning = "prior-learning"
    /// From another system.
    case imported
    /// An earlier entry does not count any more.
    case revoked
}

/// One line of a person's record, as it was written once and for all.
public struct CompetenceEntry: Hashable, Sendable {
    /// Its place in the person's record, counted from one.
    public var number: Int
    public var kind: EntryKind
    public var competence: CompetenceID
    public var level: LevelID?
    public var achievedOn: CivilDay
    /// The last day on which it counts, or nil where it does not run out.
    public var validUntil: CivilDay?
    /// Which earlier entry this one revokes.
    public var revokes: Int?
    public var recordedOn: CivilDay

    public init(
        number: Int, kind: EntryKind, competence: CompetenceID, level: LevelID? = nil,
        achievedOn: CivilDay, validUntil: CivilDay? = nil, revokes: Int? = nil,
        recordedOn: CivilDay
    ) {
        self.number = number
        self.kind = kind
        self.competence = competence
        self.level = level
        self.achievedOn = achievedOn
        self.validUntil = validUntil
        self.revokes = revokes
        self.recordedOn = recordedOn
    }
}

/// What a person could do on a day, as it was known on that day: a pure function of the entries
/// that had been written by then.
public struct CompetenceRecord: Hashable, Sendable {
    /// The day that it is about. A later day than today is told by what is known today.
    public let day: CivilDay
    /// The entries that count, in the order in which they were written.
    public let entries: [CompetenceEntry]

    public init(_ all: [CompetenceEntry], asOf day: CivilDay) {
        self.day = day
        let known = all.filter { $0.recordedOn <= day }
        let revoked = Set(known.compactMap(\.revokes))
        entries = known.filter { entry in
            entry.kind != .revoked && !revoked.contains(entry.number)
                && entry.achievedOn <= day && (entry.validUntil.map { $0 >= day } ?? true)
        }
    }

    /// The best that counts of a competence: the highest level, then what holds longest.
    ///
    /// - Parameter level: Only what is at least this high; a level that the ladder does not have
    ///   stands below all that it has.
    public func best(
        _ competence: CompetenceID, on ladder: Ladder?, atLeast level: LevelID? = nil
    ) -> CompetenceEntry? {
        func rank(_ level: LevelID?) -> Int { level.flatMap { ladder?.rank(of: $0) } ?? -1 }
        let needed = level.map(rank) ?? -1
        return entries.filter { $0.competence == competence && rank($0.level) >= needed }.max {
            (rank($0.level), $0.validUntil?.number ?? .max, $0.number)
                < (rank($1.level), $1.validUntil?.number ?? .max, $1.number)
        }
    }

    /// What of a competence counts longest at a level.
    public func lasting(
        _ competence: CompetenceID, on ladder: Ladder?, atLeast level: LevelID?
    ) -> CompetenceEntry? {
        func rank(_ level: LevelID?) -> Int { level.flatMap { ladder?.rank(of: $0) } ?? -1 }
        let needed = level.map(rank) ?? -1
        return entries.filter { $0.competence == competence && rank($0.level) >= needed }.max {
            ($0.validUntil?.number ?? .max, $0.number)
                < ($1.validUntil?.number ?? .max, $1.number)
        }
    }
}
