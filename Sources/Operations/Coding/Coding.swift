import CivilCalendar
import Engine
import JSONText

/// What a stored document lacks or has wrong. The document was written by Ombord itself, so this
/// means a damaged database or a program that is older than it.
struct DamagedDocument: Error, Hashable {
    let what: String
}

extension JSON {
    init(_ day: CivilDay) { self = .string(day.description) }
    init(_ identifier: some TextIdentifier) { self = .string(identifier.rawValue) }

    func need(_ name: String) throws -> JSON {
        guard let value = self[name] else { throw DamagedDocument(what: name) }
        return value
    }

    func needString(_ name: String) throws -> String {
        guard let text = try need(name).string else { throw DamagedDocument(what: name) }
        return text
    }

    func needInteger(_ name: String) throws -> Int {
        guard let value = try need(name).integer else { throw DamagedDocument(what: name) }
        return value
    }

    func needDay(_ name: String) throws -> CivilDay {
        guard let day = CivilDay(try needString(name)) else { throw DamagedDocument(what: name) }
        return day
    }

    func day(_ name: String) throws -> CivilDay? {
        self[name] == nil ? nil : try needDay(name)
    }

    func needMoment(_ name: String) throws -> CivilMoment {
        guard let moment = CivilMoment(try needString(name)) else {
            throw DamagedDocument(what: name)
        }
        return moment
    }

    func identifier<ID: TextIdentifier>(_ name: String) throws -> ID {
        ID(rawValue: try needString(name))
    }
}

/// Writes dictionaries in the order of their keys, so that the same state is the same bytes.
func sortedObject<Key: TextIdentifier, Value>(
    _ dictionary: [Key: Value], _ map: (Value) -> JSON
) -> JSON {
    .object(
        dictionary.sorted { $0.key < $1.key }.map { JSON.Member($0.key.rawValue, map($0.value)) })
}

func dictionary<Key: TextIdentifier, Value>(
    _ json: JSON, _ map: (JSON) throws -> Value
) rethrows -> [Key: Value] {
    var result: [Key: Value] = [:]
    for member in json.members { result[Key(rawValue: member.name)] = try map(member.value) }
    return result
}

extension FactValue {
    var json: JSON {
        switch self {
        case .choice(let choice): .string(choice)
        case .choices(let choices): .array(choices.map { .string($0) })
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        }
    }

    init(_ json: JSON) throws {
        switch json {
        case .string(let choice): self = .choice(choice)
        case .array(let values): self = .choices(values.compactMap(\.string))
        case .number(let number): self = .number(number)
        case .integer(let integer): self = .number(Double(integer))
        case .bool(let flag): self = .flag(flag)
        case .null, .object: throw DamagedDocument(what: "fact")
        }
    }
}

extension Offset {
    var json: JSON {
        .object([
            "months": months == 0 ? nil : .integer(months),
            "days": days == 0 ? nil : .integer(days),
            "workingDays": workingDays == 0 ? nil : .integer(workingDays),
        ])
    }

    init(_ json: JSON) {
        self.init(
            months: json["months"]?.integer ?? 0, days: json["days"]?.integer ?? 0,
            workingDays: json["workingDays"]?.integer ?? 0)
    }
}

extension Delay {
    var json: JSON { .object(["from": JSON(from), "by": by.json]) }

    init(_ json: JSON) throws {
        self.init(from: try json.needDay("from"), by: Offset(try json.need("by")))
    }
}

extension Signature {
    var json: JSON {
        .object([
            "role": JSON(role), "person": JSON(person), "affirms": .bool(affirms), "on": JSON(on),
        ])
    }

    init(_ json: JSON) throws {
        self.init(
            role: try json.identifier("role"), person: try json.identifier("person"),
            affirms: json["affirms"]?.bool ?? true, on: try json.needDay("on"))
    }
}

extension Invitation {
    var json: JSON {
        .object([
            "startsAt": .string(startsAt.description), "minutes": .integer(minutes),
            "place": place.map { .string($0) }, "sequence": .integer(sequence),
            "isAgreed": isAgreed ? true : nil,
        ])
    }

    init(_ json: JSON) throws {
        self.init(
            startsAt: try json.needMoment("startsAt"), minutes: try json.needInteger("minutes"),
            place: json["place"]?.string, sequence: try json.needInteger("sequence"),
            isAgreed: json["isAgreed"]?.bool ?? false)
    }
}
