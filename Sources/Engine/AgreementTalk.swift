import CivilCalendar

/// A talk that Oslo's Dok. 24 § 13 asks the line manager to hold, by how many months after the
/// first day it is.
public enum AgreementTalk: Int, CaseIterable, Sendable {
    case afterTwoMonths = 2
    case afterFiveMonths = 5

    /// The date that the agreement names.
    public var date: DateRule {
        DateRule(Offset(months: rawValue), from: .anchor("first-day"))
    }
}

extension Programme {
    /// Which of the agreement's talks the step at this place is, or nil where it is none.
    ///
    /// The compiler holds a programme that cites the agreement to having both. A talk that was
    /// moved or replaced for one person keeps what it counted from, and with it what it is.
    public func agreementTalk(_ index: Int) -> AgreementTalk? {
        guard steps[index].kind == .talk,
            let rule = steps[index].windowFrom ?? steps[index].due,
            let talk = AgreementTalk.allCases.first(where: {
                $0.date.from == rule.from && $0.date.offset == rule.offset
            }), sources.contains(where: { $0.rule == .dok24Section13 })
        else { return nil }
        let leads = steps[index].actors.roles + steps[index].accountable.roles
        return leads.contains(.lineManager) ? talk : nil
    }
}
