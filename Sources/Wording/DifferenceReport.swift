public import Engine

/// How two versions of a programme differ, in the words of the plan, as people and programs read
/// it.
public struct DifferenceReport: Sendable {
    /// One difference.
    public struct Line: Hashable, Sendable {
        /// What has become of the thing.
        public enum Kind: String, CaseIterable, Sendable {
            case added, dropped, moved, renamed, merged, changed
        }

        public var kind: Kind
        /// What kind of thing differs: `step`, `series`, `role`, `programme` and so on.
        public var part: String
        /// The thing's name in the file.
        public var id: String
        /// Which of its fields, where it is in both versions.
        public var field: String?
        public var from: String?
        public var to: String?
        /// What differs, to stand below the thing's title: "due moves from 5 to 4 months after...".
        public var phrase: String
        /// The whole: "talk-5m “Talk after five months”: due moves from...".
        public var sentence: String
    }

    /// A thing and what differs about it.
    public struct Subject: Hashable, Sendable {
        public var title: String
        public var lines: [Line]
    }

    /// A stage, or the programme as a whole.
    public struct Group: Hashable, Sendable {
        public var title: String
        public var subjects: [Subject]
    }

    /// All differences, by stage and step in the order of the plan.
    public let groups: [Group]
    private let title: String
    private let wording: Wording

    public init(_ difference: ProgrammeDifference, _ wording: Wording) {
        self.wording = wording
        let programme = difference.to
        let own = programme.title.text(in: wording.language)
        title = own.isEmpty ? programme.id.rawValue : own
        var keys: [String] = []
        var groups: [String: Group] = [:]
        let phrases = DifferencePhrases(difference, wording)
        for change in difference.changes {
            let (key, heading) = phrases.group(change)
            if groups[key] == nil {
                keys.append(key)
                groups[key] = Group(title: heading, subjects: [])
            }
            let subject = phrases.subject(change)
            let line = phrases.line(change)
            if groups[key]?.subjects.last?.title == subject {
                let last = (groups[key]?.subjects.count ?? 1) - 1
                groups[key]?.subjects[last].lines.append(line)
            } else {
                groups[key]?.subjects.append(Subject(title: subject, lines: [line]))
            }
        }
        self.groups = keys.compactMap { groups[$0] }
    }

    /// All differences, one after another.
    public var lines: [Line] { groups.flatMap(\.subjects).flatMap(\.lines) }

    // MARK: - For programs

    /// A JSON array with an object for each difference, one to a line.
    public func json() -> String {
        if lines.isEmpty { return "[]\n" }
        func value(_ text: String?) -> String { text.map(SimulationReport.json) ?? "null" }
        let objects = lines.map { line in
            let isStep = line.part == "step" || line.part == "series"
            let members = [
                ("kind", value(line.kind.rawValue)), ("part", value(line.part)),
                ("id", value(line.id)), ("step", value(isStep ? line.id : nil)),
                ("field", value(line.field)), ("from", value(line.from)), ("to", value(line.to)),
                ("sentence", value(line.sentence)),
            ]
            return "  {" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
        }
        return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    // MARK: - For people

    private static let width = 100

    /// The differences by stage and step.
    public func text() -> String {
        var result = [title, String(repeating: "=", count: title.count)]
        if groups.isEmpty { result += ["", wording.text("difference.nothing")] }
        for group in groups {
            result += ["", group.title]
            for subject in group.subjects {
                result += subject.title.wrapped(to: Self.width - 4).enumerated().map {
                    ($0 == 0 ? "  " : "    ") + $1
                }
                for line in subject.lines {
                    result += line.phrase.wrapped(to: Self.width - 6).enumerated().map {
                        ($0 == 0 ? "    - " : "      ") + $1
                    }
                }
            }
        }
        return result.joined(separator: "\n") + "\n"
    }
}
