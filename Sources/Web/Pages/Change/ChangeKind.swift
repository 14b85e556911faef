import CivilCalendar
import Engine
import Operations
import Wording

/// What can be changed about an enrolment, as its address names it.
enum ChangeKind: String, CaseIterable {
    case date
    case leave
    case comeBack = "return"
    case moreTime = "more-time"
    case stop
    case complete
    case fact
    case handOver = "hand-over"
    case cover
    case endCover = "end-cover"
    case skipStep = "skip-step"
    case addStep = "add-step"
    case replaceStep = "replace-step"
    case moveStep = "move-step"
    case withdraw

    /// What it is called.
    func title(_ scope: PageScope) -> String { scope.text(key("name")) }

    /// When one needs it, in a sentence.
    func text(_ scope: PageScope) -> String { scope.text(key("text")) }

    private func key(_ part: String) -> String { "change.kind.\(rawValue).\(part)" }

    /// The groups in which the page lists them.
    static let groups: [(name: String, kinds: [ChangeKind])] = [
        ("time", [.date, .leave, .comeBack, .moreTime, .complete, .stop]),
        ("people", [.handOver, .cover, .endCover]),
        ("plan", [.moveStep, .skipStep, .addStep, .replaceStep, .withdraw]),
        ("facts", [.fact]),
    ]

    /// Whether there is anything of the kind to change as things stand.
    func isPossible(_ view: EnrolmentView) -> Bool {
        let enrolment = view.enrolment
        switch enrolment.status {
        case .completed, .stopped: return false
        case .running, .paused: break
        }
        switch self {
        case .date: return !view.programme.anchors.isEmpty
        case .leave: return enrolment.status == .running
        case .comeBack: return enrolment.status == .paused
        case .moreTime, .stop, .complete, .addStep: return true
        case .fact: return !view.programme.facts.isEmpty
        case .handOver: return !view.changeableRoles.isEmpty
        case .cover: return view.changeableRoles.contains { enrolment.roles[$0] != nil }
        case .endCover: return !enrolment.covers.isEmpty
        case .skipStep, .replaceStep, .moveStep: return !view.changeableSteps.isEmpty
        case .withdraw: return !enrolment.edits.isEmpty
        }
    }
}

extension EnrolmentView {
    /// The roles whose holders may change the plan and the people around it.
    static let changers: [RoleID] = [.lineManager, .managersManager, .hr]

    /// Whether the person acts in a role that may change the enrolment. Whoever is away and has
    /// somebody act for them may not.
    func mayChange(_ person: PersonID) -> Bool {
        person != enrolment.roles[.participant]
            && Self.changers.contains { programme.role($0) != nil && holder($0) == person }
    }

    /// Whether the person leads or answers for the enrolment, also while away.
    func mayReadAll(_ person: PersonID) -> Bool {
        mayChange(person)
            || person != enrolment.roles[.participant]
                && Self.changers.contains { enrolment.roles[$0] == person }
    }

    /// The roles that can be given to somebody else.
    var changeableRoles: [RoleID] {
        programme.roles.map(\.id).filter { $0 != .participant }
    }

    /// The steps that can be moved, left out or replaced.
    var changeableSteps: [StepExplanation] {
        steps.filter { step in
            guard step.step.kind != .message else { return false }
            switch step.status {
            case .planned, .open, .waiting, .disputed: return true
            case .done, .skipped, .cancelled, .notApplicable: return false
            }
        }
    }
}
