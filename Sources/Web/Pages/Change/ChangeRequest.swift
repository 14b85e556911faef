import CivilCalendar
import Engine
import Operations
import Wording

/// Reads what a form asks for: the command, or the field that cannot be used and why.
struct ChangeRequest {
    let kind: ChangeKind
    let form: Form
    let view: EnrolmentView
    let fact: Fact?
    let reader: PersonID
    let wording: Wording
    let lookUp: (String) throws -> PersonMatch

    func command() throws -> Command {
        switch kind {
        case .date:
            return .moveAnchor(
                AnchorID(try fields.chosen("anchor")), to: try fields.day("day"), reason: reason)
        case .leave: return .pause(on: try fields.day("day"), reason: try neededReason())
        case .comeBack: return .resume(on: try fields.day("day"))
        case .moreTime:
            let length = Offset(
                months: try fields.number("months"), days: try fields.number("days"))
            return .extend(from: try fields.day("from"), by: length, reason: try neededReason())
        case .stop: return .stop(on: try fields.day("day"), reason: try neededReason())
        case .complete: return .completeEarly(on: try fields.day("day"), reason: try neededReason())
        case .fact:
            guard let fact else { throw PageError.badForm }
            let value = try fields.value(of: fact, named: "value")
            return .changeFact(fact.id, to: value, reason: reason)
        case .handOver:
            return .handOver(try role, to: try fields.person("person"), reason: reason)
        case .cover:
            return .arrangeCover(
                try role, by: try fields.person("person"), from: try fields.day("from"),
                until: try fields.day("until"), reason: reason)
        case .endCover: return .endCover(try role)
        case .skipStep: return tailor(.skip(try step), try neededReason())
        case .addStep:
            let own = try ownStep()
            let after = form["after"].map { StepID($0) }
            return tailor(.add(own, after: after), try neededReason())
        case .replaceStep:
            let step = try step
            return tailor(.replace(step, with: try ownStep()), try neededReason())
        case .moveStep:
            let step = try step
            return tailor(.move(step, due: try fields.day("day")), try neededReason())
        case .withdraw:
            guard let number = Int(try fields.chosen("edit")) else { throw PageError.badForm }
            return .withdrawEdit(number, by: reader, reason: try neededReason())
        }
    }

    /// Whoever may change the plan approves what they change.
    private func tailor(_ change: PlanChange, _ reason: String) -> Command {
        .tailor(change, by: reader, approvedBy: reader, reason: reason)
    }

    // MARK: - Fields

    private var fields: FormReader { FormReader(form: form, wording: wording, lookUp: lookUp) }

    private var reason: String { String((form["reason"] ?? "").prefix(FormReader.longestText)) }

    private var role: RoleID { get throws { RoleID(try fields.chosen("role")) } }

    private var step: StepID { get throws { StepID(try fields.chosen("step")) } }

    private func neededReason() throws -> String {
        if reason.isEmpty { throw fields.fault("reason", "reason") }
        return reason
    }

    private func ownStep() throws -> OwnStep {
        guard let title = form["title"] else { throw fields.fault("title", "title") }
        guard let kind = form["kind"].flatMap({ StepKind(rawValue: $0) }), kind != .message else {
            throw fields.fault("kind", "choice")
        }
        let actors = view.programme.roles.map(\.id).filter { form["actors.\($0)"] != nil }
        if actors.isEmpty { throw fields.fault("actors", "actors") }
        let text = (form["text"] ?? "").replacing("\r\n", with: "\n")
        return OwnStep(
            kind: kind, title: LocalizedText([wording.language: String(title.prefix(200))]),
            text: text.isEmpty
                ? .empty : LocalizedText([wording.language: String(text.prefix(4000))]),
            actors: actors, opens: try fields.optionalDay("opens"),
            due: try fields.optionalDay("due"))
    }
}

extension Refusal {
    /// The field of a change's form beside which the refusal is told; nil is above the form.
    func field(_ kind: ChangeKind) -> String? {
        switch self {
        case .reasonMissing: return "reason"
        case .valueNotAllowed, .alreadyThatValue, .requiredFactsMissing: return "value"
        case .titleMissing: return "title"
        case .actorsMissing, .unknownRole: return kind == .addStep ? "actors" : nil
        case .kindNotAllowed: return "kind"
        case .opensAfterDue: return "opens"
        case .alreadyThatPerson, .coversThemselves: return "person"
        case .endsBeforeItBegins: return "until"
        case .extensionIsEmpty: return "months"
        case .alreadyThatDay, .resumesBeforePause: return "day"
        case .dayInTheFuture, .dayBeforeStart, .dayInThePast:
            switch kind {
            case .cover: return "until"
            case .addStep, .replaceStep: return "due"
            case .moreTime: return "from"
            default: return "day"
            }
        default: return nil
        }
    }
}
