public import Engine

// What things are called. Names begin in lower case, to stand within a sentence.
extension Wording {
    /// How a step stands.
    public func status(_ status: ShownStatus) -> String {
        text("status.\(status.rawValue)")
    }

    /// What a step whose due day has passed is called.
    public var overdue: String { text("status.overdue") }

    /// How an enrolment stands.
    public func enrolmentStatus(_ status: EnrolmentStatus) -> String {
        text("enrolment-status.\(status.rawValue)")
    }

    /// What kind of thing a step is.
    public func stepKind(_ kind: StepKind) -> String {
        text("step-kind.\(kind.rawValue)")
    }

    /// Where learning happens.
    public func learning(_ form: LearningForm) -> String {
        text("learning.\(form.rawValue)")
    }

    /// What a question of an evaluation is about.
    public func evaluationLevel(_ level: EvaluationLevel) -> String {
        text("evaluation-level.\(level.rawValue)")
    }

    /// Whether a form measures before or after.
    public func measurement(_ measurement: Measurement) -> String {
        text("measurement.\(measurement.rawValue)")
    }

    /// How long something takes: "1 hour 30 minutes".
    public func length(_ minutes: Int) -> String {
        let (hours, rest) = (minutes / 60, minutes % 60)
        if hours == 0 { return counted("length.minutes", rest) }
        if rest == 0 { return counted("length.hours", hours) }
        return text(
            "length.both",
            [
                "hours": counted("length.hours", hours),
                "minutes": counted("length.minutes", rest),
            ])
    }

    /// A mean with two decimals.
    public func mean(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let digits = "\(hundredths % 100)"
        return "\(hundredths / 100)" + text("punctuation.decimal")
            + (digits.count < 2 ? "0" : "") + digits
    }

    /// What a notice is about.
    public func noticeKind(_ kind: NoticeKind) -> String {
        text("notice-kind.\(kind.rawValue)")
    }

    /// What an entry of a simulated calendar is.
    public func entryKind(_ kind: Simulation.EntryKind) -> String {
        text("report.\(kind.rawValue)")
    }

    /// The title of a role: the programme's own, or what the role is called everywhere.
    public func role(_ id: RoleID, in programme: Programme? = nil) -> String {
        let title = programme?.role(id)?.title.text(in: language) ?? ""
        if !title.isEmpty { return title.beginningLower }
        return optionalText("role.\(id.rawValue)") ?? id.rawValue
    }

    /// The titles of roles as a list.
    public func roles(_ ids: [RoleID], in programme: Programme? = nil) -> String {
        list(ids.map { role($0, in: programme) })
    }

    /// The title of a step, with its place in the series where it is one of several.
    public func title(_ step: Step) -> String {
        let title = step.title.text(in: language)
        let shown = title.isEmpty ? step.id.rawValue : title
        guard let occurrence = step.occurrence, occurrence.count > 1,
            !shown.contains("\(occurrence.number)")
        else { return shown }
        return text(
            "step.occurrence",
            [
                "title": shown, "number": "\(occurrence.number)", "count": "\(occurrence.count)",
            ])
    }

    func step(_ id: StepID, in programme: Programme?) -> String {
        quoted(programme?.step(id).map(title) ?? id.rawValue)
    }

    func steps(_ ids: [StepID], in programme: Programme?) -> String {
        list(ids.map { step($0, in: programme) })
    }

    func anchor(_ id: AnchorID, in programme: Programme?) -> String {
        let title = programme?.anchor(id)?.title.text(in: language) ?? ""
        return title.isEmpty ? quoted(id.rawValue) : title.beginningLower
    }

    func fact(_ id: FactID, in programme: Programme?) -> String {
        let title = programme?.fact(id)?.title.text(in: language) ?? ""
        return quoted(title.isEmpty ? id.rawValue : title)
    }

    func choices(_ ids: [String], of fact: FactID, in programme: Programme?) -> [String] {
        ids.map { id in
            let choice = programme?.fact(fact)?.type.choices.first { $0.id == id }
            let title = choice?.title.text(in: language) ?? ""
            return title.isEmpty ? id : title.beginningLower
        }
    }
}

extension FactType {
    var choices: [FactChoice] {
        switch self {
        case .oneOf(let choices), .someOf(let choices): choices
        case .number, .yesOrNo: []
        }
    }
}

extension String {
    /// The text with a small first letter, unless its first word is written in capitals.
    var beginningLower: String {
        guard let first, first.isUppercase else { return self }
        if let second = dropFirst().first, !second.isLowercase { return self }
        return first.lowercased() + dropFirst()
    }

    /// The text with a capital first letter.
    var beginningUpper: String {
        guard let first, first.isLowercase else { return self }
        return first.uppercased() + dropFirst()
    }
}
