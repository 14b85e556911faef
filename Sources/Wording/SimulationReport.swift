public import CivilCalendar
public import Engine
import JSONText

/// A simulated calendar as people and programs read it.
public struct SimulationReport: Sendable {
    private let simulation: Simulation
    private let programme: Programme
    private let wording: Wording

    public init(_ simulation: Simulation, of programme: Programme, language: Language) {
        self.simulation = simulation
        self.programme = programme
        wording = Wording(language: language)
    }

    // MARK: - For programs

    /// A JSON array with an object for each entry, one to a line.
    public func json() -> String {
        if simulation.entries.isEmpty { return "[]\n" }
        let lines = simulation.entries.map { entry in
            let to = entry.to.map { Self.json($0.rawValue) }.joined(separator: ", ")
            let members = [
                ("date", Self.json(entry.moment.day.description)),
                ("time", Self.json(entry.moment.time.description)),
                ("kind", Self.json(entry.kind.rawValue)), ("step", Self.json(entry.step)),
                ("to", "[\(to)]"), ("why", Self.json(wording.why(entry.why, in: programme))),
            ]
            return "  {" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    }

    /// A string of JSON (RFC 8259 § 7).
    static func json(_ text: String) -> String { JSON.string(text).text }

    // MARK: - For people

    private static let width = 100
    private static let indent = 2

    /// The calendar by months, with the reason below each entry.
    public func text() -> String {
        var lines = [programme.title.text(in: wording.language)]
        if lines[0].isEmpty { lines[0] = programme.id.rawValue }
        lines.append(String(repeating: "=", count: lines[0].count))
        if simulation.entries.isEmpty {
            return (lines + ["", wording.text("report.nothing"), ""]).joined(separator: "\n")
        }
        let kindWidth =
            Simulation.EntryKind.allCases.map { wording.entryKind($0).count }.max() ?? 0
        var month: (Int, Int)?
        for entry in simulation.entries {
            let day = entry.moment.day
            let fields = day.fields
            if month.map({ $0 != (fields.year, fields.month) }) ?? true {
                month = (fields.year, fields.month)
                lines += ["", wording.month(day).beginningUpper]
            }
            let start = [
                wording.shortWeekday(day).padded(to: 4),
                "\(fields.day)".padded(to: 2, atStart: true),
                wording.time(entry.moment.time),
                wording.entryKind(entry.kind).padded(to: kindWidth),
            ].joined(separator: "  ")
            let what = "\(title(entry)) (\(wording.roles(entry.to, in: programme)))"
            let why = wording.why(entry.why, in: programme)
            let margin = String(repeating: " ", count: Self.indent)
            let hanging = String(repeating: " ", count: start.count + 2)
            let room = Self.width - margin.count - hanging.count
            let wrapped = what.wrapped(to: room) + why.wrapped(to: room - 2).map { "  " + $0 }
            lines.append(margin + start + "  " + (wrapped.first ?? ""))
            lines += wrapped.dropFirst().map { margin + hanging + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func title(_ entry: Simulation.Entry) -> String {
        if let step = programme.step(StepID(entry.step)) { return wording.title(step) }
        return wording.text("report.whole-programme")
    }

    /// A picture of the calendar.
    ///
    /// - Parameters:
    ///   - today: Where a line for today stands; none where nil or outside.
    ///   - identifier: Sets the picture's names apart where a page holds several.
    public func svg(today: CivilDay? = nil, identifier: String = "timeline") -> String {
        TimelinePicture(
            timeline: Timeline(simulation, of: programme, wording), title: programme.title,
            today: today, identifier: identifier, wording: wording
        ).svg()
    }
}

extension String {
    fileprivate func padded(to width: Int, atStart: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - count))
        return atStart ? padding + self : self + padding
    }

    /// The text in lines of at most this many characters, where its words allow.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
