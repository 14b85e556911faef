/// How a programme's learning is divided between doing the work, learning through others, and
/// courses: the 70:20:10 model.
public struct LearningMix: Hashable, Sendable {
    /// One of the three parts.
    public struct Part: Hashable, Sendable {
        public let form: LearningForm
        /// How many steps belong to it.
        public let steps: Int
        /// How many of those say how long they take.
        public let timedSteps: Int
        /// How long those take together.
        public let minutes: Int
    }

    /// The three parts, in the order of the model.
    public let parts: [Part]
    /// The steps that are no learning: practical things, forms and messages.
    public let otherSteps: Int

    /// The mix of all steps of a programme, each occurrence of a series as one.
    public init(_ programme: Programme) {
        var steps: [LearningForm: Int] = [:]
        var timed: [LearningForm: Int] = [:]
        var minutes: [LearningForm: Int] = [:]
        var others = 0
        for step in programme.steps {
            guard let form = step.learningForm else {
                others += 1
                continue
            }
            steps[form, default: 0] += 1
            if let length = step.lengthInMinutes {
                timed[form, default: 0] += 1
                minutes[form, default: 0] += length
            }
        }
        parts = LearningForm.allCases.map {
            Part(
                form: $0, steps: steps[$0] ?? 0, timedSteps: timed[$0] ?? 0,
                minutes: minutes[$0] ?? 0)
        }
        otherSteps = others
    }

    /// How many steps are learning.
    public var steps: Int { parts.reduce(0) { $0 + $1.steps } }
    /// How many of those say how long they take.
    public var timedSteps: Int { parts.reduce(0) { $0 + $1.timedSteps } }
    /// How long those take together.
    public var minutes: Int { parts.reduce(0) { $0 + $1.minutes } }

    /// The parts' shares of the steps in per cent, which add up to a hundred; all zero where there
    /// is no learning.
    public var percentOfSteps: [Int] { Self.percent(parts.map(\.steps)) }
    /// The same of the time that is said; nil where a part has steps and none of them says it, for
    /// what the others say is then no share of the whole.
    public var percentOfTime: [Int]? {
        if parts.contains(where: { $0.steps > 0 && $0.timedSteps == 0 }) { return nil }
        return Self.percent(parts.map(\.minutes))
    }
    /// How many steps that are learning do not say how long they take.
    public var untimedSteps: Int { steps - timedSteps }

    /// Whole per cents that add up to a hundred: what rounding down leaves goes to those that lost
    /// most by it.
    static func percent(_ numbers: [Int]) -> [Int] {
        let sum = numbers.reduce(0, +)
        guard sum > 0 else { return numbers.map { _ in 0 } }
        var shares = numbers.map { $0 * 100 / sum }
        let byLoss = numbers.indices.sorted {
            (-(numbers[$0] * 100 % sum), $0) < (-(numbers[$1] * 100 % sum), $1)
        }
        for index in byLoss.prefix(100 - shares.reduce(0, +)) { shares[index] += 1 }
        return shares
    }
}

extension Step {
    /// Its place in the 70:20:10 model: what the file says, and else what its kind is. Courses and
    /// reading are courses, talks and meetings are learning through others, what somebody vouches
    /// for as a competence and stays elsewhere are learning on the job, and the rest is none.
    public var learningForm: LearningForm? {
        if let learning { return learning }
        switch kind {
        case .course, .reading: return .course
        case .talk, .meeting: return .throughOthers
        case .rotation: return .onTheJob
        // A signature alone is paper: a duty of secrecy, a contract, an attendance list.
        case .signOff: return records.isEmpty ? nil : .onTheJob
        case .task, .form, .message: return nil
        }
    }

    /// How long it takes, where the file says so: `takes`, or the length of a meeting.
    public var lengthInMinutes: Int? { takes ?? meeting?.minutes }
}
