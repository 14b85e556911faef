import CivilCalendar
public import Engine

// Why a change of a running plan was refused, and what to do about it.
extension Wording {
    /// What stands in the way of somebody's move to another version, in a sentence that says what
    /// to do.
    ///
    /// - Parameters:
    ///   - new: The version to move to, which has the titles of what is asked for.
    ///   - old: The version that is left, which has the titles of its steps.
    public func obstacle(
        _ obstacle: MigrationObstacle, to new: Programme?, from old: Programme?
    ) -> String {
        let sentence =
            switch obstacle {
            case .anchorMissing(let id):
                text("obstacle.anchor-missing", ["anchor": anchor(id, in: new)])
            case .factMissing(let id):
                text("obstacle.fact-missing", ["fact": fact(id, in: new)])
            case .valueNotAllowed(let id):
                text("obstacle.value-not-allowed", ["fact": fact(id, in: new)])
            case .roleMissing(let id):
                text("obstacle.role-missing", ["role": role(id, in: new)])
            case .notForThisPerson: notForThisPerson(new)
            case .strandsWaitingStep(let id):
                text("obstacle.strands-waiting-step", ["step": step(id, in: old)])
            }
        return sentence.beginningUpper
    }

    private func notForThisPerson(_ programme: Programme?) -> String {
        guard let programme, programme.appliesWhen != .always else {
            return text("obstacle.not-for-this-person")
        }
        return text(
            "obstacle.not-for-this-person-because",
            ["condition": condition(programme.appliesWhen, in: programme)])
    }

    /// The sentence of a refusal that only a change of somebody's plan meets with.
    func changeRefusal(_ refusal: Refusal, _ programme: Programme?) -> String {
        switch refusal {
        case .dayInThePast(let day):
            return text("refusal.day-in-the-past", ["day": self.day(day)])
        case .alreadyThatValue(let id):
            return text("refusal.already-that-value", ["fact": fact(id, in: programme)])
        case .notInvolved: return text("refusal.not-involved")
        case .mayNotApprove:
            return text("refusal.may-not-approve", ["roles": approvers(programme)])
        case .titleMissing: return text("refusal.title-missing")
        case .actorsMissing: return text("refusal.actors-missing")
        case .kindNotAllowed(let kind):
            return text("refusal.kind-not-allowed", ["kind": quoted(stepKind(kind))])
        case .opensAfterDue(let opens, let due):
            return text("refusal.opens-after-due", ["opens": day(opens), "due": day(due)])
        case .noSuchEdit(let number):
            return text("refusal.no-such-edit", ["number": "\(number)"])
        case .roleIsEmpty(let id):
            return text("refusal.role-is-empty", ["role": role(id, in: programme)])
        case .coversThemselves: return text("refusal.covers-themselves")
        case .endsBeforeItBegins(let from, let until):
            return text(
                "refusal.ends-before-it-begins", ["from": day(from), "until": day(until)])
        case .alreadyCovered(let id, let from, let until):
            return text(
                "refusal.already-covered",
                ["role": role(id, in: programme), "from": day(from), "until": day(until)])
        case .notCovered(let id):
            return text("refusal.not-covered", ["role": role(id, in: programme)])
        case .alreadyThatVersion: return text("refusal.already-that-version")
        case .nothingToUndo: return text("refusal.nothing-to-undo")
        default: return text("refusal.cannot-migrate")
        }
    }

    /// The roles that may approve a change, as far as the programme has them.
    private func approvers(_ programme: Programme?) -> String {
        let all: [RoleID] = [.lineManager, .managersManager, .hr]
        let known = all.filter { programme?.role($0) != nil }
        return alternatives((known.isEmpty ? all : known).map { role($0, in: programme) })
    }
}
