import CivilCalendar
import Engine

/// A programme as a diagram shows it: a series is one step, and everything is words.
struct DiagramModel {
    struct Node {
        var stage: String
        var title: String
        /// Who does it, and by when.
        var details: String
    }

    struct Edge: Hashable {
        var from: Int
        var to: Int
        /// Whether the second waits for the first; otherwise its date counts from it.
        var isWaiting: Bool
    }

    var title: String
    var description: String
    var stages: [(id: String, title: String)]
    var nodes: [Node] = []
    var edges: [Edge] = []

    init(_ programme: Programme, _ language: Language) {
        let words = DiagramWords(language: language)
        title = programme.title.text(in: language)
        description = words["description"]
        stages = programme.stages.map { ($0.id, $0.title.text(in: language)) }
        var places: [StepID: Int] = [:]
        var series: [String: Int] = [:]
        var firsts: [Step] = []
        for step in programme.steps {
            if let name = step.occurrence?.series, let place = series[name] {
                places[step.id] = place
                continue
            }
            places[step.id] = nodes.count
            if let name = step.occurrence?.series { series[name] = nodes.count }
            firsts.append(step)
            nodes.append(
                Node(
                    stage: step.stage, title: step.title.text(in: language),
                    details: words.details(of: step, in: programme)))
        }
        for (place, step) in firsts.enumerated() {
            var found: [Edge] = step.waitsFor.compactMap { id in
                places[id].map { Edge(from: $0, to: place, isWaiting: true) }
            }
            for rule in [step.opens, step.due] {
                if case .completion(let id)? = rule?.from, let from = places[id] {
                    found.append(Edge(from: from, to: place, isWaiting: false))
                }
            }
            for edge in found
            where edge.from != edge.to
                && !edges.contains(where: { $0.from == edge.from && $0.to == edge.to })
            {
                edges.append(edge)
            }
        }
    }
}

/// The words of diagrams in one language.
struct DiagramWords {
    let language: Language

    subscript(word: String) -> String {
        Self.all[word]?.text(in: language) ?? word
    }

    private static let all: [String: LocalizedText] = {
        let collector = DiagnosticCollector()
        let file = collector.addFile("DiagramWords.yaml")
        let node = YAMLReader.read(PackageResources.DiagramWords_yaml, file: file, collector)
        return Dictionary(
            (node?.entries ?? []).map { ($0.key, Reading.localizedText($0.value)) },
            uniquingKeysWith: { first, _ in first })
    }()

    func details(of step: Step, in programme: Programme) -> String {
        let join: String
        switch step.actors.rule {
        case .anyOf: join = self["or"]
        case .allOf: join = self["and"]
        case .eitherThenOther: join = self["then"]
        }
        let roles = step.actors.roles.map { id in
            programme.role(id)?.title.text(in: language) ?? id.rawValue
        }
        var parts = [roles.joined(separator: " \(join) ")]
        if let due = step.due { parts.append(date(due, in: programme)) }
        if let count = step.occurrence?.count { parts.append("\(count) \(self["times"])") }
        return parts.joined(separator: " · ")
    }

    private func date(_ rule: DateRule, in programme: Programme) -> String {
        let origin: String
        switch rule.from {
        case .anchor(let id):
            origin = programme.anchor(id)?.title.text(in: language) ?? id.rawValue
        case .completion(let id):
            origin = programme.step(id)?.title.text(in: language) ?? id.rawValue
        case .day(let day, _): origin = "\(day)"
        }
        let offset = rule.offset
        let units = [
            (offset.months, "month", "months"), (offset.days, "day", "days"),
            (offset.workingDays, "working-day", "working-days"),
        ]
        let distance = units.filter { $0.0 != 0 }
            .map { "\(abs($0.0)) \(self[abs($0.0) == 1 ? $0.1 : $0.2])" }
        if distance.isEmpty { return origin }
        let isBefore = offset.months < 0 || offset.days < 0 || offset.workingDays < 0
        return distance.joined(separator: " \(self["and"]) ")
            + " \(self[isBefore ? "before" : "after"]) " + Self.midSentence(origin)
    }

    /// A title in the middle of a sentence: a small first letter, unless it is an abbreviation.
    private static func midSentence(_ title: String) -> String {
        guard let first = title.first, let second = title.dropFirst().first, second.isLowercase
        else {
            return title
        }
        return first.lowercased() + title.dropFirst()
    }
}
