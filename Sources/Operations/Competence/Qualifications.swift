public import CivilCalendar
public import Competence
public import Engine
import Storage
public import Wording

/// A qualification, and how somebody stands to it.
public struct QualificationLine: Sendable {
    public let qualification: Qualification
    public let qualifying: Qualifying
    /// The programme that it opens, where that is published.
    public let programme: Passport.Way?
    let shelf: FrameworkShelf

    /// "From 1 March 2027, because …": the day, and everything that it follows from.
    public func sentence(_ wording: Wording, today: CivilDay) -> String {
        let reasons = wording.list(qualifying.reasons.map { reason($0, wording) })
        guard let from = qualifying.from else {
            return wording.text("qualification.not-yet", ["reasons": reasons])
        }
        return wording.text(
            from <= today ? "qualification.since" : "qualification.from",
            ["day": wording.day(from), "reasons": reasons])
    }

    private func reason(_ reason: Qualifying.Reason, _ wording: Wording) -> String {
        switch reason {
        case .experience(let months, let needed, let day):
            let values = ["months": "\(months)", "needed": "\(needed)"]
            guard let day else { return wording.text("qualification.experience-open", values) }
            return wording.text(
                months >= needed ? "qualification.experience" : "qualification.experience-by",
                values.merging(["day": wording.day(day)]) { first, _ in first })
        case .competence(let requirement, nil):
            return wording.text(
                "qualification.lacks", ["competence": name(of: requirement, wording)])
        case .competence(let requirement, let from?):
            return said("has", requirement, from, wording)
        case .runsOut(let requirement, let day):
            return said("runs-out", requirement, day, wording)
        }
    }

    private func said(
        _ key: String, _ requirement: Requirement, _ day: CivilDay, _ wording: Wording
    ) -> String {
        wording.text(
            "qualification.\(key)",
            ["competence": name(of: requirement, wording), "day": wording.day(day)])
    }

    private func name(of requirement: Requirement, _ wording: Wording) -> String {
        let name =
            shelf.definition(requirement.competence)?.title.text(in: wording.language)
            ?? requirement.competence.rawValue
        guard let level = requirement.level else { return name }
        let title = shelf.title(of: level, for: requirement.competence)
        return "\(name) (\(title.text(in: wording.language).lowercasedFirst))"
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension Installation {
    /// What somebody may do or begin, from when and why, for every qualification that the
    /// frameworks have and that their work has to do with.
    public func qualifications(
        of person: PersonID, asOf day: CivilDay
    ) throws -> [QualificationLine] {
        try query { transaction in
            let record = try transaction.record(of: person, asOf: day)
            let employments = try transaction.employments(of: person)
            let shelf = try transaction.frameworkShelf()
            return try shelf.versions.flatMap { version in
                try version.framework.qualifications.map { qualification in
                    let opened = try qualification.programme.flatMap(transaction.published)
                    return QualificationLine(
                        qualification: qualification,
                        qualifying: version.framework.qualifying(
                            qualification, record: record,
                            employments: employments.filter { $0.from <= day }),
                        programme: opened.map {
                            Passport.Way(id: $0.id, title: $0.title, isRenewal: false)
                        }, shelf: shelf)
                }
            }
        }
    }
}

extension Transaction {
    /// The newest version of a programme, or nil where none is published.
    fileprivate func published(_ programme: ProgrammeID) throws -> Programme? {
        do {
            return try newestVersion(of: programme).programme
        } catch OperationError.noSuchProgramme {
            return nil
        }
    }
}
