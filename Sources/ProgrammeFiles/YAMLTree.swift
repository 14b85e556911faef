import Yams

/// A piece of YAML with its place, free of the parser that read it.
struct YAMLNode: Sendable {
    struct Entry: Sendable {
        var key: String
        var position: Position
        var value: YAMLNode
    }

    enum Content: Sendable {
        /// No value: nothing after the colon, `~` or `null`.
        case empty
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case mapping([Entry])
    }

    var position: Position
    var content: Content

    /// The value of a key, where this is a mapping that has it.
    subscript(key: String) -> YAMLNode? {
        entry(key)?.value
    }

    func entry(_ key: String) -> Entry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }
    }

    /// The entries of a mapping, nothing for anything else.
    var entries: [Entry] {
        if case .mapping(let entries) = content { return entries }
        return []
    }

    /// The items of a list, the node itself where it is a single scalar, nothing otherwise.
    var items: [YAMLNode] {
        switch content {
        case .list(let items): items
        case .scalar: [self]
        case .mapping, .empty: []
        }
    }

    /// A scalar's text.
    var text: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    var wholeNumber: Int? {
        guard case .scalar(let text, true) = content, text.utf8.count <= 9,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    var number: Double? {
        guard case .scalar(let text, true) = content,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    var flag: Bool? {
        guard case .scalar(let text, true) = content else { return nil }
        return text == "true" ? true : text == "false" ? false : nil
    }
}

/// Turns text into a tree with Yams, and its complaints into diagnostics.
struct YAMLReader {
    private let file: Int
    private let collector: DiagnosticCollector
    private var isUsable = true

    /// The file's only document, or nil with diagnostics.
    static func read(
        _ bytes: [UInt8], file: Int, _ collector: DiagnosticCollector
    ) -> YAMLNode? {
        guard let text = FileGuard.text(of: bytes, file: file, collector),
            YAMLScan.passes(text, file: file, collector)
        else { return nil }
        var reader = YAMLReader(file, collector)
        return reader.tree(String(decoding: text, as: UTF8.self), text)
    }

    private init(_ file: Int, _ collector: DiagnosticCollector) {
        self.file = file
        self.collector = collector
    }

    private mutating func tree(_ yaml: String, _ bytes: [UInt8]) -> YAMLNode? {
        let start = Position(file: file, line: 1, column: 1)
        do {
            // No tags are looked at, so none are guessed: guessing takes regular expressions.
            let parser = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                collector.error(start, .file(.empty))
                return nil
            }
            // Nodes hold their anchors weakly: the parser keeps them for as long as it lives.
            let node = withExtendedLifetime(parser) { convert(root, start) }
            return isUsable ? node : nil
        } catch let error as YamlError {
            report(error, bytes)
        } catch {
            collector.error(start, .file(.notYAML))
        }
        return nil
    }

    private mutating func convert(_ node: Node, _ fallback: Position) -> YAMLNode {
        let position =
            node.mark.map { Position(file: file, line: $0.line, column: $0.column) }
            ?? fallback
        if node.anchor != nil {
            isUsable = false
            collector.error(position, .file(.anchor))
            return YAMLNode(position: position, content: .empty)
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isEmpty = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            return YAMLNode(
                position: position,
                content: isEmpty ? .empty : .scalar(scalar.string, isPlain: isPlain))
        case .sequence(let sequence):
            return YAMLNode(
                position: position, content: .list(sequence.map { convert($0, position) }))
        case .mapping(let mapping):
            return YAMLNode(
                position: position,
                content: .mapping(mapping.compactMap { entry($0.key, $0.value, position) }))
        case .alias:
            isUsable = false
            collector.error(position, .file(.alias))
            return YAMLNode(position: position, content: .empty)
        }
    }

    private mutating func entry(
        _ key: Node, _ value: Node, _ fallback: Position
    ) -> YAMLNode.Entry? {
        let position =
            key.mark.map { Position(file: file, line: $0.line, column: $0.column) }
            ?? fallback
        guard key.anchor == nil, case .scalar(let scalar) = key else {
            isUsable = false
            collector.error(position, .file(.keyIsNoWord))
            return nil
        }
        return YAMLNode.Entry(
            key: scalar.string, position: position, value: convert(value, position))
    }

    private func report(_ error: YamlError, _ bytes: [UInt8]) {
        func at(_ mark: Mark) -> Position {
            // libyaml puts the end of the file on the line after the last.
            let lines = bytes.count { $0 == 0x0A } + (bytes.last == 0x0A ? 0 : 1)
            return Position(
                file: file, line: max(1, min(mark.line, lines)), column: max(1, mark.column))
        }
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _):
            collector.error(
                at(mark),
                .file(
                    .malformed(
                        YAMLProblem(libyaml: problem),
                        inside: context.flatMap {
                            YAMLSurrounding(libyaml: $0.text, line: $0.mark.line)
                        })))
        case .composer(_, _, let mark, _):
            // Aliases, its other complaint, have been refused before.
            collector.error(at(mark), .file(.severalDocuments))
        case .duplicatedKeysInMapping(let duplicates, let context):
            collector.error(at(context.mark), .file(.duplicateKeys(duplicates)))
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            collector.error(Position(file: file, line: 1, column: 1), .file(.notYAML))
        }
    }
}
