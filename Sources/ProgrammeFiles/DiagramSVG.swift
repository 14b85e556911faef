public import Engine

/// A programme as a drawing: its stages from top to bottom, a box for each step, and in the margin
/// an arrow from each step to what waits for it or counts from it.
///
/// The drawing follows the reader's light or dark setting, and says what it is to those who do not
/// see it.
public func diagramSVG(_ programme: Programme, _ language: Language) -> String {
    SVGDiagram(DiagramModel(programme, language), language).text()
}

private struct SVGDiagram {
    private struct Box {
        var top: Int
        var height: Int
        var title: [String]
        var details: [String]
        var middle: Int { top + height / 2 }
    }

    private static let boxWidth = 600
    private static let laneWidth = 14
    private static let lineHeight = 20
    private static let padding = 12
    private static let margin = 20

    private let model: DiagramModel
    private let language: Language
    private var boxes: [Int: Box] = [:]
    private var headings: [(y: Int, lines: [String])] = []
    private var bands: [(top: Int, height: Int)] = []
    private var lanes: [Int] = []
    private var laneCount = 0
    private var height = 0
    private var titleLines: [String]

    init(_ model: DiagramModel, _ language: Language) {
        self.model = model
        self.language = language
        titleLines = Self.wrapped(model.title, 50)
        placeBoxes()
        assignLanes()
    }

    // MARK: - Layout

    private mutating func placeBoxes() {
        var y = Self.margin + titleLines.count * 28 + 8
        for stage in model.stages {
            let members = model.nodes.indices.filter { model.nodes[$0].stage == stage.id }
            let top = y
            let heading = Self.wrapped(stage.title, 58)
            headings.append((y + 26, heading))
            y += 16 + heading.count * 24
            for index in members {
                // Letters of 15 and 13 pixels, wide ones included, stay inside 576 pixels.
                let title = Self.wrapped(model.nodes[index].title, 56)
                let details = Self.wrapped(model.nodes[index].details, 72)
                let height = (title.count + details.count) * Self.lineHeight + Self.padding + 4
                boxes[index] = Box(top: y, height: height, title: title, details: details)
                y += height + 10
            }
            y += 6
            bands.append((top, y - top))
            y += 12
        }
        height = y + Self.margin - 12
    }

    /// Gives each arrow the nearest lane of the margin that no other arrow uses on its way.
    private mutating func assignLanes() {
        var taken: [[ClosedRange<Int>]] = []
        lanes = Array(repeating: 0, count: model.edges.count)
        let order = model.edges.indices.sorted { a, b in
            let (first, second) = (span(a), span(b))
            return (first.count, first.lowerBound, a) < (second.count, second.lowerBound, b)
        }
        for index in order {
            let span = span(index)
            let lane = taken.firstIndex { !$0.contains { $0.overlaps(span) } } ?? taken.count
            if lane == taken.count { taken.append([]) }
            taken[lane].append(span)
            lanes[index] = lane
        }
        laneCount = taken.count
    }

    private func span(_ index: Int) -> ClosedRange<Int> {
        let edge = model.edges[index]
        let ends = [boxes[edge.from]?.middle ?? 0, boxes[edge.to]?.middle ?? 0].sorted()
        return ends[0]...ends[1]
    }

    private var boxLeft: Int { Self.margin + 24 + laneCount * Self.laneWidth }
    private var width: Int { boxLeft + Self.boxWidth + Self.margin + 12 }

    // MARK: - Drawing

    func text() -> String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
                + "width=\"\(width)\" height=\"\(height)\" role=\"img\" "
                + "aria-labelledby=\"title description\" "
                + "lang=\"\(Self.escaped(language.rawValue))\">",
            "<title id=\"title\">\(Self.escaped(model.title))</title>",
            "<desc id=\"description\">\(Self.escaped(model.description))</desc>",
            Self.style,
            "<rect class=\"page\" width=\"\(width)\" height=\"\(height)\"/>",
        ]
        lines += textLines(titleLines, x: Self.margin, y: Self.margin + 20, step: 28, "name")
        for (band, heading) in zip(bands, headings) {
            lines.append(
                "<rect class=\"band\" x=\"\(Self.margin)\" y=\"\(band.top)\" "
                    + "width=\"\(width - 2 * Self.margin)\" height=\"\(band.height)\" rx=\"10\"/>")
            lines += textLines(heading.lines, x: boxLeft, y: heading.y, step: 24, "stage")
        }
        for index in model.nodes.indices {
            guard let box = boxes[index] else { continue }
            lines.append(
                "<rect class=\"step\" x=\"\(boxLeft)\" y=\"\(box.top)\" "
                    + "width=\"\(Self.boxWidth)\" height=\"\(box.height)\" rx=\"8\"/>")
            let x = boxLeft + Self.padding
            let y = box.top + Self.padding + 10
            lines += textLines(box.title, x: x, y: y, step: Self.lineHeight, "what")
            lines += textLines(
                box.details, x: x, y: y + box.title.count * Self.lineHeight,
                step: Self.lineHeight, "who")
        }
        lines += model.edges.indices.map(arrow)
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func arrow(_ index: Int) -> String {
        let edge = model.edges[index]
        guard let from = boxes[edge.from], let to = boxes[edge.to] else { return "" }
        // Leaving below and arriving above the middle keeps the two ends of a box apart.
        let (start, end) = (from.middle + 5, to.middle - 5)
        let lane = boxLeft - 18 - lanes[index] * Self.laneWidth
        let kind = edge.isWaiting ? "waits" : "counts"
        return "<path class=\"\(kind)\" d=\"M\(boxLeft) \(start)H\(lane)V\(end)H\(boxLeft - 7)\"/>"
            + "<path class=\"head\" d=\"M\(boxLeft) \(end)l-9 -5v10z\"/>"
    }

    private func textLines(
        _ lines: [String], x: Int, y: Int, step: Int, _ kind: String
    ) -> [String] {
        lines.enumerated().map { index, line in
            "<text class=\"\(kind)\" x=\"\(x)\" y=\"\(y + index * step)\">"
                + "\(Self.escaped(line))</text>"
        }
    }

    private static let style = """
        <style>
        text { fill: #1b1b1b }
        text { font-family: system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif }
        .name { font-size: 22px; font-weight: 700 }
        .stage { font-size: 17px; font-weight: 700 }
        .what { font-size: 15px; font-weight: 600 }
        .who { font-size: 13px; fill: #4a4a4a }
        .page { fill: #ffffff }
        .band { fill: #eef2f6 }
        .step { fill: #ffffff; stroke: #7a8794 }
        .waits, .counts { fill: none; stroke: #2a5d8f; stroke-width: 1.5 }
        .counts { stroke-dasharray: 5 4 }
        .head { fill: #2a5d8f }
        @media (prefers-color-scheme: dark) {
        text { fill: #f2f2f2 }
        .who { fill: #c4c9ce }
        .page { fill: #14181c }
        .band { fill: #1f262d }
        .step { fill: #2a333c; stroke: #8593a1 }
        .waits, .counts { stroke: #8fc1f0 }
        .head { fill: #8fc1f0 }
        }
        </style>
        """

    // MARK: - Text

    /// The text in lines of at most so many characters; a longer word is broken.
    static func wrapped(_ text: String, _ limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            var word = String(word)
            if !line.isEmpty, line.count + 1 + word.count > limit {
                lines.append(line)
                line = ""
            }
            while word.count > limit {
                lines.append(String(word.prefix(limit - 1)) + "-")
                word = String(word.dropFirst(limit - 1))
            }
            line += line.isEmpty ? word : " " + word
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
