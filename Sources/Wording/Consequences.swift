import CivilCalendar
public import Engine

/// One thing that a change brings about.
public struct ConsequenceLine: Hashable, Sendable {
    /// What the line stands under, in the order in which a preview shows it.
    public enum Heading: String, CaseIterable, Sendable {
        case plan, opens, invitation, notice, unfired, kept, status
    }

    public var heading: Heading
    public var sentence: String
    /// The step that it is about, where it is about one.
    public var step: StepID?
}

// What a change brings about, the same on pages, in mail and on the command line.
extension Wording {
    /// What the lines of a kind stand under.
    public func heading(_ heading: ConsequenceLine.Heading) -> String {
        text("consequence.heading.\(heading.rawValue)")
    }

    /// What is different about a step of somebody's plan: "«Samtale» flyttes fra ... til ...".
    ///
    /// - Parameter plan: Where a step's place in its series comes from; without one, the title
    ///   stands alone.
    public func planLine(_ line: PlanLine, in plan: Programme? = nil) -> String {
        var values = ["step": name(line, plan)]
        switch (line.from, line.to) {
        case (let from?, let to?):
            values["from"] = day(from, beside: to)
            values["to"] = day(to)
        case (let from?, nil): values["from"] = day(from)
        case (nil, let to?): values["to"] = day(to)
        case (nil, nil): break
        }
        let sentence =
            switch line.kind {
            case .added:
                text(line.to == nil ? "plan-line.added" : "plan-line.added-due", values)
            case .dropped:
                text(line.from == nil ? "plan-line.dropped" : "plan-line.dropped-due", values)
            case .renamed: text("plan-line.renamed", values)
            case .moved:
                if line.from == nil {
                    text("plan-line.due-set", values)
                } else if line.to == nil {
                    text("plan-line.due-removed", values)
                } else {
                    text("plan-line.moved", values)
                }
            }
        return sentence
    }

    /// All that a change brings about, in the order of the headings.
    ///
    /// - Parameters:
    ///   - names: What a person is called.
    ///   - plan: The plan after the change.
    ///   - former: The plan before it, which has the titles of steps that are gone.
    public func consequences(
        _ consequences: Consequences, names: (PersonID) -> String, plan: Programme,
        former: Programme? = nil
    ) -> [ConsequenceLine] {
        func title(_ id: StepID) -> String { step(id, in: plan.step(id) == nil ? former : plan) }
        func line(
            _ heading: ConsequenceLine.Heading, _ key: String, _ step: StepID?,
            _ values: [String: String] = [:]
        ) -> ConsequenceLine {
            var values = values
            if let step { values["step"] = values["step"] ?? title(step) }
            return ConsequenceLine(
                heading: heading, sentence: text("consequence.\(key)", values), step: step)
        }
        var lines = consequences.lines.map {
            ConsequenceLine(
                heading: .plan, sentence: planLine($0, in: $0.kind == .dropped ? former : plan),
                step: $0.step)
        }
        lines += consequences.opened.map { line(.opens, "opens", $0) }
        let moved = Set(consequences.notices.filter { $0.kind == .talkMoved }.map(\.step))
        lines += consequences.movedInvitations.map {
            line(
                .invitation, moved.contains($0) ? "invitation-moved" : "invitation-sent", $0)
        }
        lines += consequences.cancelledInvitations.map {
            line(.invitation, "invitation-cancelled", $0)
        }
        lines += consequences.notices.map { notice in
            var values = ["name": names(notice.recipient), "kind": noticeKind(notice.kind)]
            values["step"] = step(of: notice, plan, former)
            return line(
                .notice, notice.step == nil ? "notice" : "notice-step", notice.step, values)
        }
        for item in consequences.unfired {
            let values = ["day": day(item.moment.day)]
            switch item.action {
            case .remind(let step, _): lines.append(line(.unfired, "reminder", step, values))
            case .escalate(let step, _): lines.append(line(.unfired, "escalation", step, values))
            case .open, .send, .closeWindow, .askForRole, .beginCover, .endCover: break
            }
        }
        lines += consequences.kept.map { line(.kept, "kept", $0) }
        let status = ["status": enrolmentStatus(consequences.status)]
        if consequences.status != .running { lines.append(line(.status, "status", nil, status)) }
        return lines
    }

    /// Who is told what by a chain of changes: each person once, with all of it.
    ///
    /// - Parameter parts: Each change with the plan after it.
    public func notices(
        _ parts: [(consequences: Consequences, plan: Programme)], names: (PersonID) -> String,
        former: Programme? = nil
    ) -> [String] {
        var people: [PersonID] = []
        var told: [PersonID: [String]] = [:]
        for (consequences, plan) in parts {
            for notice in consequences.notices {
                if told[notice.recipient] == nil { people.append(notice.recipient) }
                let step = step(of: notice, plan, former)
                let what = [noticeKind(notice.kind), step].compactMap { $0 }
                    .joined(separator: ", ")
                if told[notice.recipient]?.contains(what) == true { continue }
                told[notice.recipient, default: []].append(what)
            }
        }
        return people.map { person in
            text(
                "consequence.notice",
                [
                    "name": names(person),
                    "kind": (told[person] ?? []).joined(separator: "; "),
                ])
        }
    }

    /// What a notice's step is called; nil where it is about none.
    private func step(of notice: Notice, _ plan: Programme, _ former: Programme?) -> String? {
        guard let id = notice.step else { return nil }
        if let title = notice.title, plan.step(id) == nil, former?.step(id) == nil {
            // The title that the notice carries lacks the step's place in its series.
            return quoted(title.text(in: language))
        }
        return step(id, in: plan.step(id) == nil ? former : plan)
    }

    private func name(_ line: PlanLine, _ plan: Programme?) -> String {
        if let step = plan?.step(line.step), step.title == line.title { return quoted(title(step)) }
        let own = line.title.text(in: language)
        return quoted(own.isEmpty ? line.step.rawValue : own)
    }
}
