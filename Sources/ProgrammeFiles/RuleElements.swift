import Engine

/// What the rules that a programme may cite ask of it.
enum RuleElements {
    /// The five elements of Eidsberg's trainee scheme.
    static let eidsbergTrainee = [
        "permanent-full-position", "professional-development", "mentor", "supervision", "rotation",
    ]

    /// All words that `fulfils` may hold.
    static let all = eidsbergTrainee

    /// Dok. 24 § 13: the line manager holds a talk after two and one after five months.
    static let dok24Months = AgreementTalk.allCases.map(\.rawValue)
}
