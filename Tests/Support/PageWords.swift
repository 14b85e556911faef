/// The words of a page, a line for each paragraph, heading, item and row.
///
/// The same page in another language differs in its words alone: its elements are recorded once, in
/// bokmål, and whether they are right in every language is for the browser to say.
public struct PageWords {
    /// The lines, in the order of the page.
    public private(set) var lines: [String] = []
    private var line = ""
    /// Whether white space has come since the last word.
    private var isApart = false

    /// Elements that stand within a line.
    private static let inline: Set<Substring> = [
        "a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "time", "tspan",
    ]
    /// What people hear or see of an element besides its content.
    nonisolated(unsafe) private static let spoken =
        #/\s(?:aria-label|alt|placeholder|title)="([^"]+)"/#

    public init(of page: String) {
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            add(rest[..<start])
            let end = rest[start...].firstIndex(of: ">") ?? rest.index(before: rest.endIndex)
            take(tag: rest[start...end])
            rest = rest[rest.index(after: end)...]
        }
        add(rest)
        end()
    }

    private mutating func take(tag: Substring) {
        let name = tag.dropFirst().drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
        for match in tag.matches(of: Self.spoken) { add(" [\(match.1)] ") }
        if name == "td" || name == "th" {
            if !tag.hasPrefix("</") { add(" | ") }
        } else if !Self.inline.contains(name) {
            end()
        }
    }

    private mutating func add(_ text: some StringProtocol) {
        for character in text {
            if character.isWhitespace {
                isApart = true
            } else {
                if isApart, !line.isEmpty { line += " " }
                isApart = false
                line.append(character)
            }
        }
    }

    private mutating func end() {
        if !line.isEmpty { lines.append(line) }
        line = ""
        isApart = false
    }
}
