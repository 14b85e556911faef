/// What a question of an evaluation is about: Kirkpatrick's four levels.
public enum EvaluationLevel: String, CaseIterable, Sendable {
    /// What people thought of it.
    case reaction
    /// What they know, can do or feel sure of.
    case learning
    /// What they use at work.
    case application
    /// What patients, colleagues and the workplace have gained.
    case benefit
}

/// Whether a form measures what was there before, or what has come of it.
public enum Measurement: String, CaseIterable, Sendable {
    case baseline, later
}

/// Numbers from one up that a question is answered by, with what the ends mean.
public struct AnswerScale: Hashable, Sendable {
    /// How many numbers a scale may have.
    public static let possiblePoints = 2...10
    /// How many it has where the file does not say.
    public static let usualPoints = 5

    public var points: Int
    /// What one means.
    public var low: LocalizedText
    /// What the highest number means.
    public var high: LocalizedText

    public init(points: Int = usualPoints, low: LocalizedText, high: LocalizedText) {
        self.points = points
        self.low = low
        self.high = high
    }

    /// The number that somebody answered, or nil where it is none of the scale's.
    public func number(_ text: String) -> Int? {
        guard let number = Int(text), (1...points).contains(number), "\(number)" == text else {
            return nil
        }
        return number
    }
}

extension Step {
    /// Whether its answers are an evaluation: they are shown as results of many and to nobody
    /// else than whoever gave them.
    public var isEvaluation: Bool { questions.contains { $0.evaluates != nil } }
}

extension Programme {
    /// The forms that evaluate, in the order of the programme.
    public var evaluations: [Step] { steps.filter(\.isEvaluation) }
}
