public import CivilCalendar
public import Engine

/// The picture of one enrolment's plan: every step with its dates and how it stands.
///
/// How a step stands is told by shape and pattern besides colour, and in words to whoever points at
/// it or has it read aloud.
public struct TimelineSVG: Sendable {
    private let explanations: [StepExplanation]
    private let programme: Programme
    private let language: Language
    private let today: CivilDay
    private let identifier: String

    /// - Parameter identifier: Sets the picture's names apart where a page holds several.
    public init(
        _ explanations: [StepExplanation], in programme: Programme, language: Language,
        today: CivilDay, identifier: String = "timeline"
    ) {
        self.explanations = explanations
        self.programme = programme
        self.language = language
        self.today = today
        self.identifier = identifier
    }

    /// The picture, as a whole SVG document that may also stand within a page of HTML.
    ///
    /// - Parameter isSpoken: Whether each mark says what it shows; not needed for an `<img>`, in
    ///   which nobody can point at a mark.
    public func svg(isSpoken: Bool = true) -> String {
        let wording = Wording(language: language)
        return TimelinePicture(
            timeline: Timeline(explanations, in: programme, wording), title: programme.title,
            today: today, identifier: identifier, wording: wording, isSpoken: isSpoken
        ).svg()
    }
}
