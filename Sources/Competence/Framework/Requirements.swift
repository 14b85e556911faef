public import CivilCalendar
public import Engine

/// A competence that is needed, at least at a level.
public struct Requirement: Hashable, Sendable {
    public var competence: CompetenceID
    /// The lowest level that is enough; any level where nil.
    public var level: LevelID?
    /// How long after the first day it must be there; at once where nil.
    public var within: Offset?

    public init(_ competence: CompetenceID, level: LevelID? = nil, within: Offset? = nil) {
        self.competence = competence
        self.level = level
        self.within = within
    }
}

/// What people in a position, in a kind of unit or with a role must be able to do.
public struct RequirementProfile: Hashable, Sendable {
    public var id: ProfileID
    public var title: LocalizedText
    /// The positions it is for; all where empty.
    public var positions: Set<String>
    /// The kinds of unit it is for; all where empty.
    public var unitKinds: Set<String>
    /// The roles it is for, of which somebody must have one; nobody is asked where empty.
    public var roles: Set<RoleID>
    public var requires: [Requirement]

    public init(
        id: ProfileID, title: LocalizedText, positions: Set<String> = [],
        unitKinds: Set<String> = [], roles: Set<RoleID> = [], requires: [Requirement]
    ) {
        self.id = id
        self.title = title
        self.positions = positions
        self.unitKinds = unitKinds
        self.roles = roles
        self.requires = requires
    }

    /// Whether it is for somebody in a position in a unit, with some roles.
    public func applies(position: String?, unitKind: String?, roles: Set<RoleID>) -> Bool {
        if !positions.isEmpty {
            guard let position, positions.contains(position) else { return false }
        }
        if !unitKinds.isEmpty {
            guard let unitKind, unitKinds.contains(unitKind) else { return false }
        }
        return self.roles.isEmpty || !self.roles.isDisjoint(with: roles)
    }
}

/// Something that somebody may do or begin once their records show enough.
public struct Qualification: Hashable, Sendable {
    /// What it is about.
    public enum Kind: String, CaseIterable, Sendable {
        /// A way to a certificate, as fagbrev på jobb.
        case scheme
        /// A role, as supervisor of students.
        case role
        /// A task that has moved from one profession to another.
        case task
    }

    /// How long somebody must have worked.
    public struct Experience: Hashable, Sendable {
        public var months: Int
        /// In which positions; in any where empty.
        public var positions: Set<String>
        /// Whether half a position counts half.
        public var isFullTime: Bool

        public init(months: Int, positions: Set<String> = [], isFullTime: Bool = false) {
            self.months = months
            self.positions = positions
            self.isFullTime = isFullTime
        }
    }

    public var id: QualificationID
    public var kind: Kind
    public var title: LocalizedText
    public var text: LocalizedText?
    public var experience: Experience?
    public var requires: [Requirement]
    /// The programme that it opens.
    public var programme: ProgrammeID?

    public init(
        id: QualificationID, kind: Kind, title: LocalizedText, text: LocalizedText? = nil,
        experience: Experience? = nil, requires: [Requirement] = [],
        programme: ProgrammeID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.text = text
        self.experience = experience
        self.requires = requires
        self.programme = programme
    }
}
