public import CivilCalendar
public import Engine

/// What a service needs its people to be able to do: competences with their levels, who needs
/// which, and what follows from having them. An immutable value, compiled from one file.
public struct Framework: Hashable, Sendable {
    public var id: FrameworkID
    public var title: LocalizedText
    public var summary: LocalizedText
    public var sources: [Source]
    /// The unit or the address that answers for the contents.
    public var owner: String
    public var areas: [CompetenceArea]
    public var ladders: [Ladder]
    public var competences: [CompetenceDefinition]
    public var profiles: [RequirementProfile]
    public var qualifications: [Qualification]

    public init(
        id: FrameworkID, title: LocalizedText, summary: LocalizedText, sources: [Source] = [],
        owner: String = "", areas: [CompetenceArea] = [], ladders: [Ladder] = [],
        competences: [CompetenceDefinition] = [], profiles: [RequirementProfile] = [],
        qualifications: [Qualification] = []
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.sources = sources
        self.owner = owner
        self.areas = areas
        self.ladders = ladders
        self.competences = competences
        self.profiles = profiles
        self.qualifications = qualifications
    }

    /// The competence of an id, or nil where there is none.
    public func competence(_ id: CompetenceID) -> CompetenceDefinition? {
        competences.first { $0.id == id }
    }

    /// The area of an id, or nil where there is none.
    public func area(_ id: String) -> CompetenceArea? {
        areas.first { $0.id == id }
    }

    /// The ladder that a competence is measured on.
    public func ladder(of competence: CompetenceID) -> Ladder? {
        guard let definition = self.competence(competence) else { return nil }
        return ladders.first { $0.id == definition.ladder }
    }
}

/// A group of competences under one heading.
public struct CompetenceArea: Hashable, Sendable {
    public var id: String
    public var title: LocalizedText

    public init(id: String, title: LocalizedText) {
        self.id = id
        self.title = title
    }
}

/// Levels as a staircase: the lowest first, each with what stands above it.
public struct Ladder: Hashable, Sendable {
    /// One level, as a step of the staircase.
    public struct Level: Hashable, Sendable {
        public var id: LevelID
        public var title: LocalizedText
        /// What somebody on this level does.
        public var text: LocalizedText?

        public init(id: LevelID, title: LocalizedText, text: LocalizedText? = nil) {
            self.id = id
            self.title = title
            self.text = text
        }
    }

    public var id: String
    public var title: LocalizedText
    public var levels: [Level]

    public init(id: String, title: LocalizedText, levels: [Level]) {
        self.id = id
        self.title = title
        self.levels = levels
    }

    /// How high a level stands, the lowest being 0; nil where the ladder does not have it.
    public func rank(of level: LevelID) -> Int? {
        levels.firstIndex { $0.id == level }
    }

    /// The level of an id, or nil where the ladder does not have it.
    public func level(_ id: LevelID) -> Level? {
        levels.first { $0.id == id }
    }

    /// The step above one, or the lowest where nothing has been reached; nil at the top.
    public func next(after level: LevelID?) -> Level? {
        guard let level else { return levels.first }
        guard let rank = rank(of: level), rank + 1 < levels.count else { return nil }
        return levels[rank + 1]
    }
}

/// The four facets of a competence (Linda Lai).
public enum CompetenceFacet: String, CaseIterable, Sendable {
    case knowledge, skill, ability, attitude
}

/// How a competence is come by: by education, by doing, or both together.
public enum CompetenceForm: String, CaseIterable, Sendable {
    case formal, informal
    /// The sum of both (realkompetanse).
    case real
}

/// One thing that people can do.
public struct CompetenceDefinition: Hashable, Sendable {
    /// The same competence in another classification.
    public struct Identifier: Hashable, Sendable {
        /// Whose it is: `esco`.
        public var scheme: String
        public var uri: String
        public var title: String

        public init(scheme: String, uri: String, title: String) {
            self.scheme = scheme
            self.uri = uri
            self.title = title
        }
    }

    /// The programme by which it is renewed, and how long before it runs out that begins.
    public struct Renewal: Hashable, Sendable {
        public var programme: ProgrammeID
        public var ahead: Offset

        public init(programme: ProgrammeID, ahead: Offset) {
            self.programme = programme
            self.ahead = ahead
        }
    }

    public var id: CompetenceID
    public var title: LocalizedText
    public var text: LocalizedText?
    public var area: String
    public var form: CompetenceForm
    /// How it is learnt: by a course where it is formal and at work where it is not, unless the
    /// file says otherwise.
    public var learntBy: LearningWay
    public var ladder: String
    public var facets: [CompetenceFacet: LocalizedText]
    public var attestation: AttestationRule
    /// How long it holds once reached, or nil where it does not run out.
    public var validFor: Offset?
    public var renewal: Renewal?
    public var identifiers: [Identifier]

    public init(
        id: CompetenceID, title: LocalizedText, text: LocalizedText? = nil, area: String,
        form: CompetenceForm, learntBy: LearningWay? = nil, ladder: String,
        facets: [CompetenceFacet: LocalizedText] = [:],
        attestation: AttestationRule, validFor: Offset? = nil, renewal: Renewal? = nil,
        identifiers: [Identifier] = []
    ) {
        self.id = id
        self.title = title
        self.text = text
        self.area = area
        self.form = form
        self.learntBy = learntBy ?? (form == .formal ? .course : .work)
        self.ladder = ladder
        self.facets = facets
        self.attestation = attestation
        self.validFor = validFor
        self.renewal = renewal
        self.identifiers = identifiers
    }
}
