import CivilCalendar
import Engine

// The events and refusals of a change, as short lines.

extension Event {
    var changeLine: String {
        switch self {
        case .planEdited(let edit): "plan edited #\(edit.number): \(edit.change.line)"
        case .planEditWithdrawn(let number, let person, _):
            "edit #\(number) withdrawn by \(person)"
        case .factChanged(let fact, let old, let new, let arrived, let day, _):
            "\(fact) changed from \(line(old)) to \(line(new)) on \(day)"
                + (arrived.isEmpty ? "" : ", late: \(list(arrived))")
        case .completedEarly(let day, _): "completed early on \(day)"
        case .coverArranged(let cover, _): "\(cover.line) arranged"
        case .coverBegan(let cover, let day): "\(cover.line) began on \(day)"
        case .coverEnded(let cover, let day): "\(cover.line) ended on \(day)"
        case .migrated(let migration, let day):
            "migrated from \(migration.from) to \(migration.to) on \(day)"
                + line(migration.renamed)
                + (migration.arrived.isEmpty ? "" : ", late: \(list(migration.arrived))")
        case .migrationUndone(let undo, let day):
            "migration undone from \(undo.from) to \(undo.to) on \(day)" + line(undo.renamed)
        default: "not a change"
        }
    }

    private func line(_ value: FactValue?) -> String {
        switch value {
        case .choice(let choice): choice
        case .choices(let choices): choices.joined(separator: "+")
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case nil: "none"
        }
    }

    private func line(_ renamed: [StepID: StepID]) -> String {
        renamed.sorted { $0.key < $1.key }.map { ", \($0.key) is now \($0.value)" }.joined()
    }
}

extension Cover {
    var line: String { "\(person) for \(role) from \(from) until \(until)" }
}

extension PlanChange {
    var line: String {
        switch self {
        case .skip(let step): "skip \(step)"
        case .add(let own, let other): "add \(own.id) after \(other?.rawValue ?? "all")"
        case .replace(let step, let own): "replace \(step) with \(own.id)"
        case .move(let step, let due): "move \(step) to \(due)"
        }
    }
}

extension PlanLine {
    var line: String {
        let days = [from, to].map { $0?.description ?? "none" }
        switch kind {
        case .added: return "+ \(step) \(days[1])"
        case .dropped: return "- \(step) \(days[0])"
        case .moved: return "\(step) \(days[0]) > \(days[1])"
        case .renamed: return "\(step) renamed"
        }
    }
}

extension MigrationObstacle {
    var line: String {
        switch self {
        case .anchorMissing(let anchor): "anchorMissing \(anchor)"
        case .factMissing(let fact): "factMissing \(fact)"
        case .valueNotAllowed(let fact): "valueNotAllowed \(fact)"
        case .roleMissing(let role): "roleMissing \(role)"
        case .notForThisPerson: "notForThisPerson"
        case .strandsWaitingStep(let step): "strandsWaitingStep \(step)"
        }
    }
}

extension Refusal {
    /// The refusals that changes have of their own.
    var changeLine: String {
        switch self {
        case .dayInThePast(let day): "dayInThePast \(day)"
        case .alreadyThatValue(let fact): "alreadyThatValue \(fact)"
        case .notInvolved(let person): "notInvolved \(person)"
        case .mayNotApprove(let person): "mayNotApprove \(person)"
        case .titleMissing: "titleMissing"
        case .actorsMissing: "actorsMissing"
        case .kindNotAllowed(let kind): "kindNotAllowed \(kind.rawValue)"
        case .opensAfterDue(let opens, let due): "opensAfterDue \(opens) \(due)"
        case .noSuchEdit(let number): "noSuchEdit \(number)"
        case .roleIsEmpty(let role): "roleIsEmpty \(role)"
        case .coversThemselves: "coversThemselves"
        case .endsBeforeItBegins(let from, let until): "endsBeforeItBegins \(from) \(until)"
        case .alreadyCovered(let role, let from, let until):
            "alreadyCovered \(role) from \(from) until \(until)"
        case .notCovered(let role): "notCovered \(role)"
        case .cannotMigrate(let obstacles):
            "cannotMigrate \(obstacles.map(\.line).joined(separator: ", "))"
        case .alreadyThatVersion: "alreadyThatVersion"
        case .nothingToUndo: "nothingToUndo"
        default: "not a refusal of a change"
        }
    }
}

private func list(_ ids: [some TextIdentifier]) -> String {
    ids.map(\.rawValue).joined(separator: "+")
}
