/// Looks through YAML before it is parsed, for what a programme file may not hold: anchors, aliases
/// and tags, which can make a small file expand without end, and nesting that no plan needs.
///
/// It follows libyaml's scanner closely enough to know a quoted text, a block text, a comment and a
/// plain text from an indicator. What it may still miss is caught behind it: the tree refuses
/// anchors, and libyaml stops at a thousand levels.
struct YAMLScan {
    /// The deepest nesting that is let through.
    static let depthLimit = 64

    /// After so many anchors, aliases and tags the point has been made.
    private static let complaintLimit = 10

    private let text: [UInt8]
    private let file: Int
    private let collector: DiagnosticCollector
    private var index = 0
    private var lineStart = 0
    private var line = 1
    private var flowDepth = 0
    private var complaints = 0
    /// The columns, in bytes from zero, of the block collections that are open.
    private var indents: [Int] = []

    /// Whether the text may be parsed; what forbids it has been reported.
    static func passes(_ text: [UInt8], file: Int, _ collector: DiagnosticCollector) -> Bool {
        var scan = YAMLScan(text, file, collector)
        return scan.run()
    }

    private init(_ text: [UInt8], _ file: Int, _ collector: DiagnosticCollector) {
        self.text = text
        self.file = file
        self.collector = collector
    }

    private var byte: UInt8 { index < text.count ? text[index] : 0 }
    private var column: Int { index - lineStart }
    private var isFlow: Bool { flowDepth > 0 }

    private func isBlank(at position: Int) -> Bool {
        position >= text.count || text[position] == 0x20 || text[position] == 0x09
            || text[position] == 0x0A
    }

    private func isFlowIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"):
            true
        default: false
        }
    }

    private mutating func run() -> Bool {
        var clean = true
        var atLineStart = true
        while true {
            skipBlanks()
            guard index < text.count else { return clean }
            if byte == 0x0A {
                newLine()
                atLineStart = true
                continue
            }
            if byte == UInt8(ascii: "#"), index == 0 || isBlank(at: index - 1) {
                skipLine()
                continue
            }
            if atLineStart, !isFlow {
                while let last = indents.last, last > column { indents.removeLast() }
            }
            atLineStart = false
            if !token(&clean) { return false }
            if indents.count + flowDepth > Self.depthLimit {
                report(.tooDeep(limit: Self.depthLimit))
                return false
            }
        }
    }

    /// Passes one token. False where nothing after it should be read.
    private mutating func token(_ clean: inout Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "-") where !isFlow && isBlank(at: index + 1),
            UInt8(ascii: "?") where !isFlow && isBlank(at: index + 1):
            openIndent(column)
            index += 1
        case UInt8(ascii: ":") where isBlank(at: index + 1) || isFlow: index += 1
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            flowDepth += 1
            index += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            flowDepth = max(0, flowDepth - 1)
            index += 1
        case UInt8(ascii: ",") where isFlow: index += 1
        case UInt8(ascii: "'"), UInt8(ascii: "\""): quoted()
        case UInt8(ascii: "|") where !isFlow, UInt8(ascii: ">") where !isFlow: blockText()
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"):
            report(Self.complaint(byte))
            clean = false
            complaints += 1
            if complaints == Self.complaintLimit { return false }
            while index < text.count, !isBlank(at: index), !(isFlow && isFlowIndicator(byte)) {
                index += 1
            }
        default: plain()
        }
        return true
    }

    private static func complaint(_ indicator: UInt8) -> FileFault {
        switch indicator {
        case UInt8(ascii: "&"): .anchor
        case UInt8(ascii: "*"): .alias
        default: .tag
        }
    }

    private mutating func skipBlanks() {
        while index < text.count, text[index] == 0x20 || text[index] == 0x09 { index += 1 }
    }

    private mutating func skipLine() {
        while index < text.count, text[index] != 0x0A { index += 1 }
    }

    private mutating func newLine() {
        index += 1
        line += 1
        lineStart = index
    }

    private mutating func openIndent(_ column: Int) {
        if !isFlow, (indents.last ?? -1) < column { indents.append(column) }
    }

    /// After a scalar that may be a key.
    private mutating func endOfScalar(startedAt column: Int, onLine startLine: Int) {
        var position = index
        while position < text.count, text[position] == 0x20 { position += 1 }
        if position < text.count, text[position] == UInt8(ascii: ":"),
            isBlank(at: position + 1), startLine == line
        {
            openIndent(column)
        }
    }

    private mutating func quoted() {
        let quote = byte
        let (start, startLine) = (column, line)
        index += 1
        while index < text.count, byte != quote || (quote == 0x27 && isDoubled()) {
            if byte == quote || (byte == UInt8(ascii: "\\") && quote == 0x22) { index += 1 }
            if index >= text.count { break }
            if byte == 0x0A { newLine() } else { index += 1 }
        }
        index = min(index + 1, text.count)
        endOfScalar(startedAt: start, onLine: startLine)
    }

    private func isDoubled() -> Bool {
        index + 1 < text.count && text[index + 1] == 0x27
    }

    private mutating func plain() {
        let (start, startLine) = (column, line)
        while index < text.count {
            if byte == 0x0A {
                guard continuesPlain() else { break }
                continue
            }
            if byte == UInt8(ascii: ":"),
                isBlank(at: index + 1) || (isFlow && isFlowIndicator(text[index + 1]))
            {
                break
            }
            if byte == UInt8(ascii: "#"), index > 0, isBlank(at: index - 1) { break }
            if isFlow, isFlowIndicator(byte) { break }
            index += 1
        }
        endOfScalar(startedAt: start, onLine: startLine)
    }

    /// At a line's end: whether the plain text goes on below, and if so moves there.
    private mutating func continuesPlain() -> Bool {
        var position = index
        var (newLines, newStart) = (0, lineStart)
        while position < text.count, isBlank(at: position) {
            if text[position] == 0x0A {
                newLines += 1
                newStart = position + 1
            }
            position += 1
        }
        guard position < text.count, text[position] != UInt8(ascii: "#"),
            isFlow || position - newStart > (indents.last ?? -1),
            !isDocumentMarker(at: position, lineStart: newStart)
        else { return false }
        index = position
        line += newLines
        lineStart = newStart
        return true
    }

    private func isDocumentMarker(at position: Int, lineStart: Int) -> Bool {
        guard position == lineStart, position + 2 < text.count else { return false }
        let three = text[position..<position + 3]
        return (three.elementsEqual("---".utf8) || three.elementsEqual("...".utf8))
            && isBlank(at: position + 3)
    }

    /// A literal or folded text: all lines that are indented deeper than what holds it.
    private mutating func blockText() {
        let parent = indents.last ?? -1
        index += 1
        var increment = 0
        while index < text.count, !isBlank(at: index) {
            if (0x31...0x39).contains(byte) { increment = Int(byte - 0x30) }
            index += 1
        }
        skipLine()
        var indent = increment > 0 ? max(parent, 0) + increment : 0
        while index < text.count {
            let end = text[(index + 1)...].firstIndex(of: 0x0A) ?? text.count
            var first = index + 1
            while first < end, text[first] == 0x20 { first += 1 }
            if first < end {
                let width = first - index - 1
                if indent == 0 { indent = max(width, parent + 1, 1) }
                if width < indent { return }
            }
            newLine()
            index = end
        }
    }

    private func report(_ fault: FileFault) {
        let characters = text[lineStart..<min(index, text.count)].count { $0 & 0xC0 != 0x80 }
        collector.error(Position(file: file, line: line, column: characters + 1), .file(fault))
    }
}
