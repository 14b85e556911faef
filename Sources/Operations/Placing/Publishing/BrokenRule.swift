public import CivilCalendar
public import Placements
public import Wording

/// A rule that a draft breaks in its round as it is now, with the names of whom and what.
public struct BrokenRule: Hashable, Sendable {
    /// How many are told at once where there is no list with pages.
    public static let mostTold = 20

    public let rule: RuleCode
    public let student: String?
    public let ward: String?
    public let institution: String?
    public let school: String?
    public let profession: String?
    public let year: Int?
    public let days: ClosedRange<CivilDay>?
    public let supervisor: String?
    public let count: Int?
    public let most: Int?
    /// Whether it is a place in a period that has ended.
    public let isOver: Bool

    init(_ violation: AllocationCheck.Violation, _ labels: RoundLabels, isOver: Bool) {
        let subject = violation.subject
        self.isOver = isOver
        rule = violation.code
        student = subject.student.map(labels.student)
        ward = subject.ward.map(labels.ward)
        institution = subject.institution.map(labels.institution)
        school = subject.school.map(labels.school)
        profession = subject.profession
        year = subject.year
        days = subject.period.flatMap(labels.days)
        supervisor = subject.supervisor.map {
            labels.supervisor(RoundContents.supervisor(ofInstance: $0))
        }
        count = subject.count
        most = subject.most
    }

    /// Who, where and when, and which rule.
    public func sentence(_ wording: Wording) -> String {
        wording.text(
            "broken-rule.\(key)",
            [
                "student": student ?? "", "ward": ward ?? "", "institution": institution ?? "",
                "school": school ?? "", "profession": profession ?? "",
                "year": year.map { "\($0)" } ?? "", "days": wording.placementDays(days),
                "supervisor": supervisor ?? "",
                "students": count.map { wording.counted("capacity.students", $0) } ?? "",
                "most": most.map { "\($0)" } ?? "", "rule": wording.placementRule(rule),
            ])
    }

    private var key: String {
        if isOver { return "over" }
        return switch rule {
        case .period, .noCell, .field, .noAgreement, .travel, .car, .needs, .impartiality,
            .sameWardBefore, .banned:
            "place"
        case .unknownStudent: "unknown-student"
        case .unknownWard: "unknown-ward"
        case .twoPlaces: "two-places"
        case .cellCapacity: "cell"
        case .wardTotal: "ward"
        case .institutionTotal: "institution"
        case .noSupervisor: supervisor == nil ? "nobody" : "gone"
        case .otherWard: "other-ward"
        case .supervisorProfession: "profession"
        case .supervisorYear: "year"
        case .untrained: "untrained"
        case .absent: "absent"
        case .tooMany: "too-many"
        case .mixedPair: "mixed-pair"
        case .agreementPeriod: "agreement-period"
        case .agreementTotal: "agreement-total"
        case .lock: "lock"
        }
    }
}
