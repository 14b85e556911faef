public import Engine

/// In what capacity somebody may vouch for another's competence.
public enum Attester: String, CaseIterable, Sendable {
    /// The person themself.
    case own = "self"
    case mentor
    case lineManager = "line-manager"
    /// Whoever supervises students or apprentices.
    case supervisor
    case hr
}

/// Who must vouch for a competence before it is on record.
public struct AttestationRule: Hashable, Sendable {
    public var by: Set<Attester>
    /// How many different people it takes: one or two.
    public var persons: Int

    public init(by: Set<Attester>, persons: Int = 1) {
        self.by = by
        self.persons = persons
    }

    /// What somebody said of a competence, and in which capacities they may say so.
    public struct Voice: Hashable, Sendable {
        public var person: PersonID
        public var capacities: Set<Attester>

        public init(_ person: PersonID, as capacities: Set<Attester>) {
            self.person = person
            self.capacities = capacities
        }
    }

    /// What the voices come to.
    public enum Verdict: Hashable, Sendable {
        /// It is on record now.
        case enough
        /// So many more people must say so.
        case waiting(Int)
    }

    /// Whether somebody's word counts for a person's competence.
    ///
    /// Where two are needed, nobody's own word counts, in whichever other capacity they have it.
    public func counts(_ voice: Voice, for subject: PersonID) -> Bool {
        if voice.person == subject {
            return persons == 1 && by.contains(.own) && voice.capacities.contains(.own)
        }
        return !voice.capacities.subtracting([.own]).isDisjoint(with: by)
    }

    /// Counts each person once, and only those whose word counts.
    public func verdict(_ voices: [Voice], for subject: PersonID) -> Verdict {
        let people = Set(voices.filter { counts($0, for: subject) }.map(\.person))
        let missing = persons - people.count
        return missing <= 0 ? .enough : .waiting(missing)
    }
}
