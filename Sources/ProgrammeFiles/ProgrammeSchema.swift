/// The JSON Schema (2020-12) of programme files and modules, for editors and other checkers.
///
/// It is written from the tables that the compiler reads, so that it cannot say anything else.
public func programmeSchema() -> String {
    let definitions = MappingShape.Name.allCases.map {
        ($0.rawValue, SchemaWriter.object($0.shape))
    }
    let root = JSONValue.object([
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("Programme or module")),
        ("if", .object([("required", .array([.string("module")]))])),
        ("then", SchemaWriter.reference("module")),
        ("else", SchemaWriter.reference("programme")),
        ("$defs", .object(definitions + [("text", SchemaWriter.localizedText)])),
    ])
    return root.text(indent: 0) + "\n"
}

private enum SchemaWriter {
    static func reference(_ name: String) -> JSONValue {
        .object([("$ref", .string("#/$defs/\(name)"))])
    }

    private static let identifierPattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
    /// A word that looks like a number or a truth value is a text all the same.
    private static let scalarTypes = JSONValue.array(
        ["string", "number", "boolean"].map { .string($0) })

    static let localizedText = JSONValue.object([
        ("description", .string("A text in each language.")),
        ("type", .string("object")),
        (
            "properties",
            .object(
                ["nb", "nn", "en"].map {
                    ($0, .object([("$ref", .string("#/$defs/text/$defs/words"))]))
                })
        ),
        ("propertyNames", .object([("pattern", .string("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$"))])),
        ("additionalProperties", .object([("$ref", .string("#/$defs/text/$defs/words"))])),
        (
            "$defs",
            .object([
                ("words", .object([("type", scalarTypes), ("pattern", .string("[^ \\n]"))]))
            ])
        ),
    ])

    static func object(_ shape: MappingShape) -> JSONValue {
        var fields: [(String, JSONValue)] = [
            ("description", .string(shape.title)), ("type", .string("object")),
        ]
        if !shape.keys.isEmpty {
            fields.append(
                (
                    "properties",
                    .object(
                        shape.keys.map { key in
                            (key.name, describe(schema(key.shape), key.about))
                        })
                ))
        }
        let required = shape.keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { fields.append(("required", .array(required))) }
        if let named = shape.named {
            fields.append(("propertyNames", .object([("pattern", .string(identifierPattern))])))
            fields.append(("additionalProperties", schema(named)))
        } else {
            fields.append(("additionalProperties", .boolean(false)))
        }
        let groups =
            shape.exactlyOne.map { group("oneOf", $0) }
            + shape.atLeastOne.map { group("anyOf", $0) }
        if !groups.isEmpty { fields.append(("allOf", .array(groups))) }
        return .object(fields)
    }

    private static func group(_ word: String, _ keys: [String]) -> JSONValue {
        .object([
            (word, .array(keys.map { .object([("required", .array([.string($0)]))]) }))
        ])
    }

    private static func describe(_ schema: JSONValue, _ about: String) -> JSONValue {
        guard case .object(let fields) = schema else { return schema }
        return .object([("description", .string(about))] + fields)
    }

    private static func schema(_ shape: Shape) -> JSONValue {
        switch shape {
        case .text: return .object([("type", scalarTypes), ("pattern", .string("[^ \\n]"))])
        case .scalar: return .object([("type", scalarTypes)])
        case .identifier:
            return .object([
                ("type", .array([.string("string"), .string("integer")])),
                ("pattern", .string(identifierPattern)),
            ])
        case .localizedText: return reference("text")
        case .wholeNumber(let range):
            return .object([
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ])
        case .number: return .object([("type", .string("number"))])
        case .flag: return .object([("type", .string("boolean"))])
        case .time:
            return .object([
                ("type", .string("string")),
                ("pattern", .string("^([01][0-9]|2[0-3]):[0-5][0-9]$")),
            ])
        case .link:
            return .object([
                ("type", .string("string")), ("pattern", .string("^https?://[^\\s\"<>]+$")),
            ])
        case .choice(let words): return .object([("enum", .array(words.map { .string($0) }))])
        case .list(let element, let minimum):
            var fields = [("type", JSONValue.string("array")), ("items", schema(element))]
            if minimum > 0 { fields.append(("minItems", .integer(minimum))) }
            return .object(fields)
        case .byForm(let scalar, let list, let mapping):
            let forms = [scalar, list, mapping].compactMap { $0.map(schema) }
            return forms.count == 1 ? forms[0] : .object([("anyOf", .array(forms))])
        case .mapping(let name): return reference(name.rawValue)
        }
    }
}

/// A JSON value whose objects keep their order.
indirect enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case integer(Int)
    case boolean(Bool)

    func text(indent: Int) -> String {
        let outer = String(repeating: "  ", count: indent)
        let inner = outer + "  "
        switch self {
        case .string(let text): return Self.quoted(text)
        case .integer(let value): return String(value)
        case .boolean(let value): return value ? "true" : "false"
        case .array(let items):
            if items.isEmpty { return "[]" }
            let lines = items.map { inner + $0.text(indent: indent + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
        case .object(let fields):
            if fields.isEmpty { return "{}" }
            let lines = fields.map {
                inner + Self.quoted($0.0) + ": " + $0.1.text(indent: indent + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
