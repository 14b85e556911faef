public import Engine
import Storage

/// The answers to a programme version's evaluations in a unit and all below it, as far as they may
/// be shown.
public struct EvaluationResults: Sendable {
    /// A form by which something was measured, as one role answered it.
    public struct Source: Hashable, Sendable {
        public let step: Step
        /// The role that answered.
        public let role: RoleID
        public var measurement: Measurement { step.measurement ?? .later }
    }

    /// What was answered, by so many that it may be shown.
    public struct Answers: Hashable, Sendable {
        public let count: Int
        /// How many answered each number of the scale, from one up; empty where it has none.
        public let distribution: [Int]
        /// The answers in words, in an order that says nothing of when or by whom.
        public let texts: [String]

        /// The mean of the numbers, or nil where there are none.
        public var mean: Double? {
            if distribution.isEmpty { return nil }
            let sum = distribution.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
            return Double(sum) / Double(count)
        }
    }

    /// A question with the answers to it in each form that asks it, baselines first.
    public struct Line: Hashable, Sendable {
        public let question: Question
        /// The answers are nil where they may not be shown.
        public let measured: [Measured]
    }

    /// What one form measured by a question.
    public struct Measured: Hashable, Sendable {
        public let source: Source
        public let answers: Answers?
    }

    public let programme: ProgrammeID
    public let title: LocalizedText
    public let version: Int
    public let unit: String
    /// The questions of each level that has any.
    public let levels: [(level: EvaluationLevel, lines: [Line])]
}

/// A programme that evaluates, with those of its versions that do, the newest first.
public struct EvaluatedProgramme: Sendable {
    public let programme: Programme
    public let versions: [Int]
}

extension Installation {
    /// The programmes that evaluate in some version, by their ids.
    public func evaluatedProgrammes() throws -> [EvaluatedProgramme] {
        try query { transaction in
            let rows = try transaction.connection.all(
                "SELECT programme, hash FROM programme_version ORDER BY programme, number DESC", []
            ) { (ProgrammeID($0.text(0)), $0.text(1)) }
            var found: [EvaluatedProgramme] = []
            var index = rows.startIndex
            while index < rows.endIndex {
                let id = rows[index].0
                let end = rows[index...].firstIndex { $0.0 != id } ?? rows.endIndex
                let versions = try rows[index..<end].map { try transaction.version($0.1) }
                let evaluating = versions.filter { !$0.programme.evaluations.isEmpty }
                if !evaluating.isEmpty {
                    found.append(
                        EvaluatedProgramme(
                            programme: versions[0].programme,
                            versions: evaluating.map(\.number)))
                }
                index = end
            }
            return found
        }
    }

    /// The top of the unit tree, where there is only one.
    public func topUnit() throws -> String? { try query { try $0.unitTree().onlyTop } }

    /// What was answered to a version's evaluations in a unit and all below it. What is left out
    /// is decided from the top of the tree, so that what one page leaves out can not be read from
    /// another.
    ///
    /// - Throws: `OperationError` where there is no such version or unit.
    public func evaluation(
        of programme: ProgrammeID, version number: Int?, unit: String
    ) throws -> EvaluationResults {
        let version = try version(of: programme, number: number)
        return try query { transaction in
            let tree = try transaction.unitTree()
            guard tree.isKnown(unit) else { throw OperationError.noSuchUnit(unit) }
            let given = try transaction.evaluationAnswers(version.hash, tree: tree)
            let counting = EvaluationCounting(
                programme: version.programme, answers: given, tree: tree, unit: unit)
            return EvaluationResults(
                programme: programme, title: version.programme.title, version: version.number,
                unit: unit, levels: counting.levels())
        }
    }
}

/// An answer as it counts.
struct EvaluationAnswer {
    let enrolment: String
    let step: StepID
    let role: RoleID
    let question: String
    let person: String
    let unit: String
    let text: String
}

/// Makes results of a version's answers.
private struct EvaluationCounting {
    let programme: Programme
    /// By step, role and question.
    private let answers: [Key: [EvaluationAnswer]]
    private let parents: [String: String]
    private let unit: String
    private let below: Set<String>

    private struct Key: Hashable {
        let step: StepID
        let role: RoleID
        let question: String
    }

    init(programme: Programme, answers: [EvaluationAnswer], tree: UnitTree, unit: String) {
        self.programme = programme
        self.answers = Dictionary(grouping: answers) {
            Key(step: $0.step, role: $0.role, question: $0.question)
        }
        parents = tree.parents
        below = tree.below(unit)
        self.unit = unit
    }

    func levels() -> [(level: EvaluationLevel, lines: [EvaluationResults.Line])] {
        EvaluationLevel.allCases.compactMap { level in
            let lines = lines(level)
            return lines.isEmpty ? nil : (level, lines)
        }
    }

    private func lines(_ level: EvaluationLevel) -> [EvaluationResults.Line] {
        var order: [Question] = []
        var sources: [String: [EvaluationResults.Source]] = [:]
        let forms = programme.evaluations
        for step in forms.filter({ $0.measurement == .baseline })
            + forms.filter({ $0.measurement != .baseline })
        {
            for question in step.questions where question.evaluates == level {
                if sources[question.id] == nil { order.append(question) }
                sources[question.id, default: []] += step.signers.roles.map {
                    EvaluationResults.Source(step: step, role: $0)
                }
            }
        }
        return order.map { question in
            EvaluationResults.Line(
                question: question,
                measured: (sources[question.id] ?? []).map {
                    .init(source: $0, answers: result(question, $0))
                })
        }
    }

    /// The answers of a question in the unit, or nil where they may not be shown.
    private func result(
        _ question: Question, _ source: EvaluationResults.Source
    ) -> EvaluationResults.Answers? {
        let key = Key(step: source.step.id, role: source.role, question: question.id)
        var given = answers[key] ?? []
        if let scale = question.scale { given.removeAll { scale.number($0.text) == nil } }
        let published = PublishedUnits(
            answers: given.map { ($0.unit, $0.person) }, parents: parents)
        guard published.units.contains(unit) else { return nil }
        let shown = given.filter { below.contains($0.unit) }.map(\.text)
        guard let scale = question.scale else {
            return .init(count: shown.count, distribution: [], texts: shown.sorted())
        }
        var distribution = Array(repeating: 0, count: scale.points)
        for number in shown.compactMap(scale.number) { distribution[number - 1] += 1 }
        return .init(count: shown.count, distribution: distribution, texts: [])
    }
}

extension Transaction {
    /// The answers that were given to a version's evaluations. Where somebody took a role over and
    /// answered too, theirs count in place of those given before.
    func evaluationAnswers(_ version: String, tree: UnitTree) throws -> [EvaluationAnswer] {
        let rows = try connection.all(
            """
            SELECT a.enrolment, a.asked_as, a.role, a.question, a.person,
                \(UnitTree.unitItCountsIn), a.text
            FROM answer a JOIN enrolment e ON e.id = a.enrolment \(UnitTree.whereItCounts)
            WHERE a.version = ? AND a.asked_as IS NOT NULL AND a.role IS NOT NULL
            ORDER BY a.at, a.person, a.enrolment, a.question
            """, [.text(tree.onlyTop ?? ""), .text(version)]
        ) { row in
            EvaluationAnswer(
                enrolment: row.text(0), step: StepID(row.text(1)), role: RoleID(row.text(2)),
                question: row.text(3), person: row.text(4), unit: row.text(5), text: row.text(6))
        }
        struct Place: Hashable {
            let enrolment: String
            let step: StepID
            let role: RoleID
        }
        func place(_ row: EvaluationAnswer) -> Place {
            Place(enrolment: row.enrolment, step: row.step, role: row.role)
        }
        let last = Dictionary(
            rows.map { (place($0), $0.person) }, uniquingKeysWith: { _, later in later })
        return rows.filter { last[place($0)] == $0.person }
    }

    /// Lets the answers of renamed steps follow them.
    func renameAnswers(_ renamed: [StepID: StepID], of id: EnrolmentID) throws {
        if renamed.isEmpty { return }
        func move(_ old: String, _ new: String) throws {
            try connection.run(
                "UPDATE answer SET step = ? WHERE enrolment = ? AND step = ?",
                [.text(new), .text(id.rawValue), .text(old)])
        }
        // Two may have changed names with each other, so none may stand in another's way; nor may
        // what was called so in some earlier version. No step's id has a colon.
        let pairs = renamed.map { ($0.rawValue, $1.rawValue) }.sorted { $0 < $1 }
        for (old, new) in pairs { try move(old, "moving:" + new) }
        for (_, new) in pairs {
            try move(new, "earlier:" + new)
            try move("moving:" + new, new)
        }
    }
}
