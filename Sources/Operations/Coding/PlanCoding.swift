import CivilCalendar
import Engine
import JSONText

// How changes of a person's plan, covers and moves between versions are stored.

extension LocalizedText {
    var json: JSON { sortedObject(texts) { .string($0) } }

    init(_ json: JSON) throws {
        self.init(try dictionary(json) { try $0.asString() })
    }
}

extension OwnStep {
    var json: JSON {
        .object([
            "id": JSON(id), "kind": .string(kind.rawValue), "title": title.json,
            "text": text.isEmpty ? nil : text.json, "actors": .array(actors.map { JSON($0) }),
            "opens": opens.map { JSON($0) }, "due": due.map { JSON($0) },
            "reminders": reminders.isEmpty ? nil : .array(reminders.map(\.json)),
            "escalation": escalation.isEmpty ? nil : .array(escalation.map(\.json)),
        ])
    }

    init(_ json: JSON) throws {
        guard let kind = StepKind(rawValue: try json.needString("kind")) else {
            throw DamagedDocument(what: "kind")
        }
        self.init(
            id: try json.identifier("id"), kind: kind,
            title: try LocalizedText(try json.need("title")),
            text: try json["text"].map { try LocalizedText($0) } ?? .empty,
            actors: try json.need("actors").array.map { RoleID(try $0.asString()) },
            opens: try json.day("opens"), due: try json.day("due"),
            reminders: try (json["reminders"]?.array ?? []).map { try Reminder($0) },
            escalation: try (json["escalation"]?.array ?? []).map { try EscalationRung($0) })
    }
}

extension Reminder {
    var json: JSON {
        .object([
            "offset": offset.json, "from": .string(from.rawValue),
            "to": to.map { .array($0.map { JSON($0) }) },
        ])
    }

    init(_ json: JSON) throws {
        guard let origin = Origin(rawValue: try json.needString("from")) else {
            throw DamagedDocument(what: "from")
        }
        self.init(
            Offset(try json.need("offset")), from: origin,
            to: try json["to"]?.array.map { RoleID(try $0.asString()) })
    }
}

extension EscalationRung {
    var json: JSON {
        .object(["grace": grace.json, "to": .array(to.map { JSON($0) })])
    }

    init(_ json: JSON) throws {
        self.init(
            grace: Offset(try json.need("grace")),
            to: try json.need("to").array.map { RoleID(try $0.asString()) })
    }
}

extension PlanChange {
    var name: String {
        switch self {
        case .skip: "skip"
        case .add: "add"
        case .replace: "replace"
        case .move: "move"
        }
    }

    var json: JSON {
        switch self {
        case .skip(let step): .object(["type": .string(name), "step": JSON(step)])
        case .add(let own, let after):
            .object(["type": .string(name), "own": own.json, "after": after.map { JSON($0) }])
        case .replace(let step, let own):
            .object(["type": .string(name), "step": JSON(step), "own": own.json])
        case .move(let step, let due):
            .object(["type": .string(name), "step": JSON(step), "due": JSON(due)])
        }
    }

    init(_ json: JSON) throws {
        switch try json.needString("type") {
        case "skip": self = .skip(try json.identifier("step"))
        case "add":
            self = .add(
                try OwnStep(try json.need("own")), after: json["after"]?.string.map { StepID($0) })
        case "replace":
            self = .replace(
                try json.identifier("step"), with: try OwnStep(try json.need("own")))
        case "move": self = .move(try json.identifier("step"), due: try json.needDay("due"))
        default: throw DamagedDocument(what: "type of change")
        }
    }
}

extension PlanEdit {
    var json: JSON {
        .object([
            "number": .integer(number), "change": change.json, "by": JSON(by),
            "approvedBy": JSON(approvedBy), "reason": .string(reason),
            "delays": delays == 0 ? nil : .integer(delays),
        ])
    }

    init(_ json: JSON) throws {
        self.init(
            number: try json.needInteger("number"),
            change: try PlanChange(try json.need("change")), by: try json.identifier("by"),
            approvedBy: try json.identifier("approvedBy"),
            reason: try json.needString("reason"), delays: json["delays"]?.integer ?? 0)
    }
}

extension Cover {
    var json: JSON {
        .object([
            "number": .integer(number), "role": JSON(role), "person": JSON(person),
            "from": JSON(from), "until": JSON(until), "hasBegun": hasBegun ? true : nil,
        ])
    }

    init(_ json: JSON) throws {
        self.init(
            number: try json.needInteger("number"), role: try json.identifier("role"),
            person: try json.identifier("person"), from: try json.needDay("from"),
            until: try json.needDay("until"), hasBegun: json["hasBegun"]?.bool ?? false)
    }
}

extension Migration {
    var json: JSON {
        .object([
            "from": .string(from), "to": .string(to), "act": .string(act),
            "renamed": renamed.isEmpty ? nil : sortedObject(renamed) { JSON($0) },
            "arrived": arrived.isEmpty ? nil : .array(arrived.map { JSON($0) }),
            "roles": roles.isEmpty ? nil : sortedObject(roles) { JSON($0) },
        ])
    }

    init(_ json: JSON) throws {
        self.init(
            from: try json.needString("from"), to: try json.needString("to"),
            act: try json.needString("act"),
            renamed: try json["renamed"].map {
                try dictionary($0) { StepID(try $0.asString()) }
            } ?? [:],
            arrived: try json["arrived"]?.array.map { StepID(try $0.asString()) } ?? [],
            roles: try json["roles"].map { try dictionary($0) { PersonID(try $0.asString()) } }
                ?? [:])
    }
}

extension MigrationUndo {
    var json: JSON {
        .object([
            "from": .string(from), "to": .string(to), "act": .string(act),
            "renamed": renamed.isEmpty ? nil : sortedObject(renamed) { JSON($0) },
            "records": sortedObject(records) { $0.json },
            "removed": removed.isEmpty ? nil : .array(removed.map { JSON($0) }),
            "edits": edits.isEmpty ? nil : .array(edits.map(\.json)),
            "milestones": milestones.isEmpty
                ? nil : .array(milestones.sorted().map { .string($0) }),
            "status": .string(status.rawValue),
            "roles": roles.isEmpty ? nil : sortedObject(roles) { JSON($0) },
        ])
    }

    init(_ json: JSON) throws {
        guard let status = EnrolmentStatus(rawValue: try json.needString("status")) else {
            throw DamagedDocument(what: "status")
        }
        self.init(
            from: try json.needString("from"), to: try json.needString("to"),
            act: try json.needString("act"),
            renamed: try json["renamed"].map {
                try dictionary($0) { StepID(try $0.asString()) }
            } ?? [:],
            records: try dictionary(try json.need("records")) { try StepRecord($0) },
            removed: try json["removed"]?.array.map { StepID(try $0.asString()) } ?? [],
            edits: try json["edits"]?.array.map { try PlanEdit($0) } ?? [],
            milestones: Set((json["milestones"]?.array ?? []).compactMap(\.string)),
            status: status,
            roles: try json["roles"].map { try dictionary($0) { PersonID(try $0.asString()) } }
                ?? [:])
    }
}

extension PlanLine {
    var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "step": JSON(step), "title": title.json,
            "from": from.map { JSON($0) }, "to": to.map { JSON($0) },
        ])
    }

    init(_ json: JSON) throws {
        guard let kind = Kind(rawValue: try json.needString("kind")) else {
            throw DamagedDocument(what: "kind")
        }
        self.init(
            kind, try json.identifier("step"), title: try LocalizedText(try json.need("title")),
            from: try json.day("from"), to: try json.day("to"))
    }
}

// MARK: - Events

extension Event {
    /// The events that change the plan itself, or who acts in it.
    var storedOfPlan: (type: String, body: JSON) {
        switch self {
        case .planEdited(let edit): ("plan-edited", .object(["edit": edit.json]))
        case .planEditWithdrawn(let number, let by, let reason):
            (
                "plan-edit-withdrawn",
                .object(["edit": .integer(number), "by": JSON(by), "reason": .string(reason)])
            )
        case .factChanged(let fact, let from, let to, let arrived, let on, let reason):
            (
                "fact-changed",
                .object([
                    "fact": JSON(fact), "from": from?.json, "to": to?.json,
                    "arrived": arrived.isEmpty ? nil : .array(arrived.map { JSON($0) }),
                    "on": JSON(on), "reason": .string(reason),
                ])
            )
        case .completedEarly(let on, let reason):
            ("completed-early", .object(["on": JSON(on), "reason": .string(reason)]))
        case .coverArranged(let cover, let reason):
            ("cover-arranged", .object(["cover": cover.json, "reason": .string(reason)]))
        case .coverBegan(let cover, let on):
            ("cover-began", .object(["cover": cover.json, "on": JSON(on)]))
        case .coverEnded(let cover, let on):
            ("cover-ended", .object(["cover": cover.json, "on": JSON(on)]))
        case .migrated(let migration, let on):
            ("migrated", .object(["migration": migration.json, "on": JSON(on)]))
        case .migrationUndone(let undo, let on):
            ("migration-undone", .object(["undo": undo.json, "on": JSON(on)]))
        default: stored
        }
    }

    /// Reads such an event, or nil where the type is another.
    static func ofPlan(_ type: String, _ body: JSON) throws -> Event? {
        switch type {
        case "plan-edited": return .planEdited(try PlanEdit(try body.need("edit")))
        case "plan-edit-withdrawn":
            return .planEditWithdrawn(
                number: try body.needInteger("edit"), by: try body.identifier("by"),
                reason: try body.needString("reason"))
        case "fact-changed":
            return .factChanged(
                try body.identifier("fact"), from: try body["from"].map { try FactValue($0) },
                to: try body["to"].map { try FactValue($0) },
                arrived: try body["arrived"]?.array.map { StepID(try $0.asString()) } ?? [],
                on: try body.needDay("on"), reason: try body.needString("reason"))
        case "completed-early":
            return .completedEarly(
                on: try body.needDay("on"), reason: try body.needString("reason"))
        case "cover-arranged":
            return .coverArranged(
                try Cover(try body.need("cover")), reason: try body.needString("reason"))
        case "cover-began":
            return .coverBegan(try Cover(try body.need("cover")), on: try body.needDay("on"))
        case "cover-ended":
            return .coverEnded(try Cover(try body.need("cover")), on: try body.needDay("on"))
        case "migrated":
            return .migrated(try Migration(try body.need("migration")), on: try body.needDay("on"))
        case "migration-undone":
            return .migrationUndone(
                try MigrationUndo(try body.need("undo")), on: try body.needDay("on"))
        default: return nil
        }
    }
}
