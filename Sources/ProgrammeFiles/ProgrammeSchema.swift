import JSONText

/// The JSON Schema (2020-12) of programme files and modules, for editors and other checkers.
///
/// It is written from the tables that the compiler reads, so that it cannot say anything else.
public func programmeSchema() -> String {
    let definitions = MappingShape.Name.ofProgrammes.map {
        ($0.rawValue, SchemaWriter.object($0.shape))
    }
    let root = JSON.fields([
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("Programme or module")),
        ("if", .fields([("required", .array([.string("module")]))])),
        ("then", SchemaWriter.reference("module")),
        ("else", SchemaWriter.reference("programme")),
        ("$defs", .fields(definitions + [("text", SchemaWriter.localizedText)])),
    ])
    return root.prettyText + "\n"
}

/// The JSON Schema (2020-12) of competence frameworks, made in the same way.
public func frameworkSchema() -> String {
    let definitions = MappingShape.Name.ofFrameworks.map {
        ($0.rawValue, SchemaWriter.object($0.shape))
    }
    let root = JSON.fields([
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
        ("title", .string("Competence framework")),
        ("$ref", .string("#/$defs/framework")),
        ("$defs", .fields(definitions + [("text", SchemaWriter.localizedText)])),
    ])
    return root.prettyText + "\n"
}

private enum SchemaWriter {
    static func reference(_ name: String) -> JSON {
        .fields([("$ref", .string("#/$defs/\(name)"))])
    }

    private static let identifierPattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
    /// A word that looks like a number or a truth value is a text all the same.
    private static let scalarTypes = JSON.array(
        ["string", "number", "boolean"].map { .string($0) })

    static let localizedText = JSON.fields([
        ("description", .string("A text in each language.")),
        ("type", .string("object")),
        (
            "properties",
            .fields(
                ["nb", "nn", "en"].map {
                    ($0, .fields([("$ref", .string("#/$defs/text/$defs/words"))]))
                })
        ),
        ("propertyNames", .fields([("pattern", .string("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$"))])),
        ("additionalProperties", .fields([("$ref", .string("#/$defs/text/$defs/words"))])),
        (
            "$defs",
            .fields([
                ("words", .fields([("type", scalarTypes), ("pattern", .string("[^ \\n]"))]))
            ])
        ),
    ])

    static func object(_ shape: MappingShape) -> JSON {
        var fields: [(String, JSON)] = [
            ("description", .string(shape.title)), ("type", .string("object")),
        ]
        if !shape.keys.isEmpty {
            fields.append(
                (
                    "properties",
                    .fields(
                        shape.keys.map { key in
                            (key.name, describe(schema(key.shape), key.about))
                        })
                ))
        }
        let required = shape.keys.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { fields.append(("required", .array(required))) }
        if let named = shape.named {
            fields.append(("propertyNames", .fields([("pattern", .string(identifierPattern))])))
            fields.append(("additionalProperties", schema(named)))
        } else {
            fields.append(("additionalProperties", .bool(false)))
        }
        let groups =
            shape.exactlyOne.map { group("oneOf", $0) }
            + shape.atLeastOne.map { group("anyOf", $0) }
        if !groups.isEmpty { fields.append(("allOf", .array(groups))) }
        return .fields(fields)
    }

    private static func group(_ word: String, _ keys: [String]) -> JSON {
        .fields([
            (word, .array(keys.map { .fields([("required", .array([.string($0)]))]) }))
        ])
    }

    private static func describe(_ schema: JSON, _ about: String) -> JSON {
        guard case .object(let fields) = schema else { return schema }
        return .object([JSON.Member("description", .string(about))] + fields)
    }

    private static func schema(_ shape: Shape) -> JSON {
        switch shape {
        case .text: return .fields([("type", scalarTypes), ("pattern", .string("[^ \\n]"))])
        case .scalar: return .fields([("type", scalarTypes)])
        case .identifier:
            return .fields([
                ("type", .array([.string("string"), .string("integer")])),
                ("pattern", .string(identifierPattern)),
            ])
        case .localizedText: return reference("text")
        case .wholeNumber(let range):
            return .fields([
                ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ])
        case .number: return .fields([("type", .string("number"))])
        case .flag: return .fields([("type", .string("boolean"))])
        case .time:
            return .fields([
                ("type", .string("string")),
                ("pattern", .string("^([01][0-9]|2[0-3]):[0-5][0-9]$")),
            ])
        case .link:
            return .fields([
                ("type", .string("string")), ("pattern", .string("^https?://[^\\s\"<>]+$")),
            ])
        case .choice(let words): return .fields([("enum", .array(words.map { .string($0) }))])
        case .list(let element, let minimum):
            var fields = [("type", JSON.string("array")), ("items", schema(element))]
            if minimum > 0 { fields.append(("minItems", .integer(minimum))) }
            return .fields(fields)
        case .byForm(let scalar, let list, let mapping):
            let forms = [scalar, list, mapping].compactMap { $0.map(schema) }
            return forms.count == 1 ? forms[0] : .fields([("anyOf", .array(forms))])
        case .mapping(let name): return reference(name.rawValue)
        }
    }
}

extension JSON {
    /// An object, whose members keep this order.
    fileprivate static func fields(_ fields: [(String, JSON)]) -> JSON {
        .object(fields.map { Member($0.0, $0.1) })
    }
}
