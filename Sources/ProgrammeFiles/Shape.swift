/// What a place in a programme file may hold.
///
/// The tables made of these are the language: the checker reads them to find faults, and the JSON
/// Schema is written from them, so that the two cannot say different things.
indirect enum Shape: Sendable {
    /// Any text with something in it.
    case text
    /// Lower-case letters, digits and hyphens.
    case identifier
    /// A text in each language.
    case localizedText
    case wholeNumber(ClosedRange<Int>)
    case number
    case flag
    /// `HH:MM`.
    case time
    /// An address that begins with `https://` or `http://`.
    case link
    /// One of these words.
    case choice([String])
    /// Text, number or truth value: what the fact in question may have.
    case scalar
    case list(Shape, atLeast: Int)
    /// Different things by what is written: a single word, a list or a mapping.
    case byForm(scalar: Shape?, list: Shape?, mapping: Shape?)
    case mapping(MappingShape.Name)

    static func list(_ shape: Shape) -> Shape { .list(shape, atLeast: 0) }
    static func nonEmpty(_ shape: Shape) -> Shape { .list(shape, atLeast: 1) }

    /// One thing, or a list of them.
    static func oneOrList(_ shape: Shape) -> Shape {
        .byForm(scalar: shape, list: .list(shape, atLeast: 1), mapping: nil)
    }
}

/// The mappings of the language; the names are those of the JSON Schema's definitions.
public enum MappingName: String, CaseIterable, Sendable {
    case programme, module, calendar, source
    case quietHours = "quiet-hours"
    case roles, role, anchors, anchor, facts, fact, choices
    case filledBy = "filled-by"
    case numberLimits = "number-limits"
    case include, defaults, stage, step, party, window, record, reminder, rung, meeting
    case question, attachment, `repeat`, milestone
    case date, distance, condition, test
    // Of competence frameworks.
    case framework, area, ladder, level, competence, facets, attestation, renewal, identifier
    case profile, requirement, qualification, experience
    case profileConditions = "profile-conditions"

    /// The mappings of a programme file or a module.
    static let ofProgrammes = allCases.filter { !ofFrameworks.contains($0) || isShared($0) }
    /// The mappings of a framework file.
    static let ofFrameworks: [MappingName] = [
        .framework, .area, .ladder, .level, .competence, .facets, .attestation, .renewal,
        .identifier, .profile, .profileConditions, .requirement, .qualification, .experience,
        .source, .distance,
    ]

    private static func isShared(_ name: MappingName) -> Bool {
        name == .source || name == .distance
    }
}

/// The keys that a mapping may have.
struct MappingShape: Sendable {
    typealias Name = MappingName

    struct Key: Sendable {
        var name: String
        var shape: Shape
        var isRequired: Bool
        /// What it is, in a sentence: editors show it.
        var about: String
    }

    /// What the mapping is, with its article: "a step".
    var title: String
    var keys: [Key]
    /// Groups of keys of which exactly one must be there.
    var exactlyOne: [[String]] = []
    /// Groups of keys of which at least one must be there.
    var atLeastOne: [[String]] = []
    /// What the values are where the keys are names that the file gives.
    var named: Shape?

    func key(_ name: String) -> Key? {
        keys.first { $0.name == name }
    }

    static func required(_ name: String, _ shape: Shape, _ about: String) -> Key {
        Key(name: name, shape: shape, isRequired: true, about: about)
    }

    static func optional(_ name: String, _ shape: Shape, _ about: String) -> Key {
        Key(name: name, shape: shape, isRequired: false, about: about)
    }
}

extension MappingName {
    /// The table of keys.
    var shape: MappingShape {
        // Every name has its table: a test goes through them all.
        LanguageTables.all[self] ?? MappingShape(title: rawValue, keys: [])
    }
}
