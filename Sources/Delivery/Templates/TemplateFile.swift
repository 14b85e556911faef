import Mustache

/// A template file: `name: text` lines, an empty line, and the body.
struct TemplateFile {
    let path: String
    private(set) var fields: [String: (line: Int, text: String)] = [:]
    private(set) var body: (line: Int, text: String) = (1, "")
    private(set) var problems: [MailTemplateProblem] = []

    init(path: String, text: String) {
        self.path = path
        let lines = text.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
        var index = 0
        while index < lines.count, !lines[index].allSatisfy(\.isWhitespace) {
            let line = lines[index]
            index += 1
            if line.hasPrefix("#") { continue }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." })
            else {
                report(index, .notAField)
                continue
            }
            let name = String(line[..<colon])
            if fields[name] != nil { report(index, .fieldTwice(name)) }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[name] = (index, String(value))
        }
        body = (index + 2, lines.dropFirst(index + 1).joined(separator: "\n"))
    }

    mutating func report(_ line: Int, _ fault: MailTemplateFault) {
        problems.append(MailTemplateProblem(path: path, line: line, fault: fault))
    }

    /// Compiles a field that must be there, or reports what is wrong with it.
    mutating func field(_ name: String, variables: [MailVariable]) -> MustacheTemplate? {
        guard let field = fields[name] else {
            report(1, .fieldMissing(name))
            return nil
        }
        return compile(field.text, from: field.line, variables: variables)
    }

    /// Compiles a text, or reports every fault in it.
    mutating func compile(
        _ text: String, from line: Int, variables: [MailVariable], escaping: Bool = false
    ) -> MustacheTemplate? {
        var check = TemplateCheck(path: path, variables: variables)
        check.run(text, from: line)
        problems += check.problems
        guard check.problems.isEmpty else { return nil }
        do {
            // Without the pragma every value would be escaped as for HTML.
            return try MustacheTemplate(string: escaping ? text : "{{% CONTENT_TYPE:TEXT}}" + text)
        } catch {
            report(line, .notATemplate)
            return nil
        }
    }
}

/// Finds what is wrong with a template before anything is sent by it.
struct TemplateCheck {
    let path: String
    private(set) var problems: [MailTemplateProblem] = []
    private var scopes: [[MailVariable]]
    private var open: [(name: String, line: Int, addsScope: Bool)] = []

    init(path: String, variables: [MailVariable]) {
        self.path = path
        scopes = [variables]
    }

    mutating func run(_ text: String, from firstLine: Int) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            var rest = line
            while let start = rest.firstRange(of: "{{") {
                guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                    report(firstLine + index, .tagNotClosed)
                    break
                }
                tag(rest[start.upperBound..<end.lowerBound], line: firstLine + index)
                rest = rest[end.upperBound...]
            }
        }
        for section in open {
            report(section.line, .sectionNotClosed(section.name))
        }
    }

    private mutating func tag(_ content: Substring, line: Int) {
        guard let first = content.first(where: { $0 != " " }) else {
            return report(line, .tagEmpty)
        }
        let content = content.drop { $0 == " " }
        switch first {
        case "!": return
        case "#", "^":
            section(Self.trimmed(content.dropFirst()), inverted: first == "^", line: line)
        case "/": close(Self.trimmed(content.dropFirst()), line: line)
        case "{", "&":
            report(line, .tagUnescaped)
        case ">", "<", "$", "=", "%", "*":
            report(line, .tagNotAllowed(String(content)))
        default: variable(Self.trimmed(content), line: line)
        }
    }

    private mutating func variable(_ name: String, line: Int) {
        guard let variable = find(name) else { return reportUnknown(name, line: line) }
        switch variable.shape {
        case .line, .text, .link: break
        case .flag: report(line, .isFlag(name))
        case .list: report(line, .isList(name))
        }
    }

    private mutating func section(_ name: String, inverted: Bool, line: Int) {
        var inner: [MailVariable]?
        if let variable = find(name) {
            if case .list(let fields) = variable.shape, !inverted { inner = fields }
        } else {
            reportUnknown(name, line: line)
        }
        if let inner { scopes.append(inner) }
        open.append((name, line, inner != nil))
    }

    private mutating func close(_ name: String, line: Int) {
        guard let section = open.last, section.name == name else {
            return report(line, .sectionNotOpen(name))
        }
        open.removeLast()
        if section.addsScope { scopes.removeLast() }
    }

    private func find(_ name: String) -> MailVariable? {
        for scope in scopes.reversed() {
            if let variable = scope.first(where: { $0.name == name }) { return variable }
        }
        return nil
    }

    private mutating func reportUnknown(_ name: String, line: Int) {
        let known = scopes.reversed().flatMap { $0.map(\.name) }
        report(line, .noSuchValue(name, known: known))
    }

    private mutating func report(_ line: Int, _ fault: MailTemplateFault) {
        problems.append(MailTemplateProblem(path: path, line: line, fault: fault))
    }

    private static func trimmed(_ text: Substring) -> String {
        text.split(separator: " ").joined(separator: " ")
    }
}
