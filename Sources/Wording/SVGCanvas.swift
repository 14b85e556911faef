import CivilCalendar

/// Where each day stands between two edges.
struct TimelineScale {
    let days: ClosedRange<CivilDay>
    private let left: Double
    private let dayWidth: Double

    init(_ days: ClosedRange<CivilDay>, from left: Double, to right: Double) {
        self.days = days
        self.left = left
        dayWidth = (right - left) / Double(days.upperBound - days.lowerBound + 1)
    }

    func left(of day: CivilDay) -> Double {
        left + Double(day - days.lowerBound) * dayWidth
    }

    func middle(of day: CivilDay) -> Double { left(of: day) + dayWidth / 2 }

    func right(of day: CivilDay) -> Double { left(of: day) + dayWidth }

    /// The first day of each month; the scale begins with one.
    var months: [CivilDay] {
        var months: [CivilDay] = []
        var month = days.lowerBound
        while month <= days.upperBound {
            months.append(month)
            month = month.adding(months: 1)
        }
        return months
    }
}

/// Collects the elements of an SVG document, and escapes what is written into it.
struct SVGCanvas {
    private(set) var markup = ""

    mutating func rect(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ look: String,
        radius: Double = 0
    ) {
        let corner = radius > 0 ? " rx=\"\(svg: radius)\"" : ""
        markup +=
            "<rect class=\"\(look)\" x=\"\(svg: x)\" y=\"\(svg: y)\" width=\"\(svg: width)\""
            + " height=\"\(svg: height)\"\(corner)/>\n"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ look: String) {
        markup +=
            "<line class=\"\(look)\" x1=\"\(svg: x1)\" y1=\"\(svg: y1)\" x2=\"\(svg: x2)\""
            + " y2=\"\(svg: y2)\"/>\n"
    }

    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ look: String) {
        markup +=
            "<circle class=\"\(look)\" cx=\"\(svg: x)\" cy=\"\(svg: y)\" r=\"\(svg: radius)\"/>\n"
    }

    mutating func diamond(_ x: Double, _ y: Double, _ half: Double, _ look: String) {
        shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], look)
    }

    mutating func triangle(_ x: Double, _ y: Double, _ half: Double, _ look: String) {
        shape([(x, y - half), (x + half, y + half), (x - half, y + half)], look)
    }

    mutating func path(_ points: [(Double, Double)], _ look: String) {
        markup += "<path class=\"\(look)\" d=\"\(Self.moves(points))\"/>\n"
    }

    mutating func text(_ text: String, _ x: Double, _ y: Double, size: Double, _ look: String) {
        if text.isEmpty { return }
        markup +=
            "<text class=\"\(look)\" x=\"\(svg: x)\" y=\"\(svg: y)\" font-size=\"\(svg: size)\">"
            + SVGText.escaped(text) + "</text>\n"
    }

    mutating func open(_ element: String, title: String?) {
        markup += "<\(element)>"
        if let title { markup += "<title>\(SVGText.escaped(title))</title>" }
        markup += "\n"
    }

    mutating func close(_ element: String) {
        markup += "</\(element)>\n"
    }

    private mutating func shape(_ points: [(Double, Double)], _ look: String) {
        markup += "<path class=\"\(look)\" d=\"\(Self.moves(points))Z\"/>\n"
    }

    private static func moves(_ points: [(Double, Double)]) -> String {
        points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(svg: point.0) \(svg: point.1)"
        }.joined()
    }
}

/// Text in a picture: how wide it may be, and how it is written in XML.
enum SVGText {
    /// The most that a text can be expected to take, whatever the font: an estimate on the safe
    /// side, because a picture that is made here cannot ask how its reader's fonts are cut.
    static func width(_ text: String, size: Double) -> Double {
        text.reduce(0) { $0 + share($1) } * size
    }

    /// The text, or as much of it as there is room for.
    static func shortened(_ text: String, size: Double, to room: Double) -> String {
        if width(text, size: size) <= room { return text }
        var shortened = text
        while !shortened.isEmpty, width(shortened + "…", size: size) > room {
            shortened.removeLast()
        }
        while shortened.last == " " { shortened.removeLast() }
        return shortened + "…"
    }

    /// The text with what XML reserves written out, and without what XML 1.0 forbids.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func share(_ character: Character) -> Double {
        switch character {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": 0.34
        case "f", "r", "t", " ", "(", ")", "-", "/": 0.44
        case "m", "w", "M", "W", "\u{E6}", "\u{C6}", "@", "…", "—", "%": 0.98
        case "«", "»", "–", "“", "”": 0.64
        // Beyond the Latin letters with their marks: as wide as an ideograph.
        case let other where other.unicodeScalars.contains { $0.value > 0x24F }: 1.1
        case let other where other.isUppercase: 0.76
        default: 0.64
        }
    }
}

extension DefaultStringInterpolation {
    /// A number with at most one decimal, the same on every machine.
    mutating func appendInterpolation(svg value: Double) {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = Int(tenths.magnitude).quotientAndRemainder(dividingBy: 10)
        appendLiteral(rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)")
    }
}
