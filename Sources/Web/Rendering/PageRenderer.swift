/// Values by name, of whatever type.
private protocol NamedValues {
    func value(named name: String) -> Any?
}

extension Dictionary: NamedValues where Key == String {
    fileprivate func value(named name: String) -> Any? { self[name] }
}

/// Values one after the other, of whatever type.
private protocol ListOfValues {
    var items: [Any] { get }
}

extension Array: ListOfValues {
    fileprivate var items: [Any] { map { $0 } }
}

/// HTML that has been made already.
struct Markup {
    let bytes: [UInt8]
}

/// Fills a template in. A name that the innermost values do not have is looked for in those around.
struct PageRenderer {
    private(set) var output: [UInt8] = []
    /// The values that are looked into, the innermost last.
    private var stack: [Any] = []

    /// The template with its places filled in.
    static func render(_ template: PageTemplate, _ values: Values) -> [UInt8] {
        var renderer = PageRenderer()
        renderer.output.reserveCapacity(32 * 1024)
        renderer.stack.reserveCapacity(8)
        renderer.stack.append(values)
        renderer.render(template.parts)
        return renderer.output
    }

    private mutating func render(_ parts: [PageTemplate.Part]) {
        for part in parts {
            switch part {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .value(let names, let isEscaped): write(value(names), isEscaped)
            case .section(let names, let inner): renderSection(value(names), inner)
            case .inverted(let names, let inner): renderInverted(value(names), inner)
            }
        }
    }

    // MARK: - Values

    /// The types that values have, told by their metadata: asking a value "are you this?" for one
    /// type after the other takes most of a page's time.
    private enum Kind {
        static let text = ObjectIdentifier(String.self)
        static let flag = ObjectIdentifier(Bool.self)
        static let group = ObjectIdentifier(Values.self)
        static let texts = ObjectIdentifier([String: String].self)
        static let groups = ObjectIdentifier([Values].self)
        static let list = ObjectIdentifier([String].self)
        static let markup = ObjectIdentifier(Markup.self)
    }

    private func value(_ names: [String]) -> Any? {
        guard let first = names.first else { return stack.last }
        var found: Any?
        for object in stack.reversed() {
            found = Self.child(first, of: object)
            if found != nil { break }
        }
        for name in names.dropFirst() {
            guard let object = found else { return nil }
            found = Self.child(name, of: object)
        }
        return found
    }

    private static func child(_ name: String, of object: Any) -> Any? {
        let kind = ObjectIdentifier(type(of: object))
        if kind == Kind.group { return (object as? Values)?[name] }
        if kind == Kind.texts { return (object as? [String: String])?[name] }
        if kind == Kind.text || kind == Kind.flag { return nil }
        return (object as? any NamedValues)?.value(named: name)
    }

    private mutating func write(_ value: Any?, _ isEscaped: Bool) {
        guard let value else { return }
        let kind = ObjectIdentifier(type(of: value))
        if kind == Kind.text, let text = value as? String {
            write(text, isEscaped)
        } else if kind == Kind.markup, let markup = value as? Markup {
            output.append(contentsOf: markup.bytes)
        } else {
            write(String(describing: value), isEscaped)
        }
    }

    private mutating func write(_ text: String, _ isEscaped: Bool) {
        if isEscaped {
            output.append(escaping: text)
        } else {
            output.append(contentsOf: text.utf8)
        }
    }

    private mutating func renderSection(_ value: Any?, _ parts: [PageTemplate.Part]) {
        guard let value else { return }
        let kind = ObjectIdentifier(type(of: value))
        if kind == Kind.flag {
            if value as? Bool == true { render(parts) }
        } else if kind == Kind.groups, let items = value as? [Values] {
            for item in items { render(parts, within: item) }
        } else if kind == Kind.list, let items = value as? [String] {
            for item in items { render(parts, within: item) }
        } else if kind == Kind.group || kind == Kind.texts || kind == Kind.text {
            render(parts, within: value)
        } else if let items = Self.items(value) {
            for item in items { render(parts, within: item) }
        } else {
            render(parts, within: value)
        }
    }

    private mutating func renderInverted(_ value: Any?, _ parts: [PageTemplate.Part]) {
        guard let value else { return render(parts) }
        let kind = ObjectIdentifier(type(of: value))
        if kind == Kind.text || kind == Kind.group || kind == Kind.texts { return }
        if kind == Kind.flag {
            if value as? Bool == false { render(parts) }
        } else if let items = Self.items(value), items.isEmpty {
            render(parts)
        }
    }

    private mutating func render(_ parts: [PageTemplate.Part], within object: Any) {
        stack.append(object)
        render(parts)
        stack.removeLast()
    }

    /// The items of a list of whatever type.
    private static func items(_ value: Any) -> [Any]? {
        (value as? any ListOfValues)?.items
    }
}
