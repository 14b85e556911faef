import CivilCalendar
public import Engine

/// What happened to an enrolment, a sentence for each event.
extension Wording {
    /// What an event says.
    ///
    /// - Parameters:
    ///   - plan: the plan whose titles are used.
    ///   - name: the name of a person.
    ///   - version: the number of a version, from its content hash.
    public func event(
        _ event: Event, in plan: Programme, name: (PersonID) -> String,
        version: (String) -> String
    ) -> String {
        let (key, values) = described(event, plan, name, version)
        return text("event.\(key)", withReason(values))
    }

    private func withReason(_ values: [String: String]) -> [String: String] {
        guard let reason = values["reason"], reason.allSatisfy(\.isWhitespace) else {
            return values
        }
        var values = values
        values["reason"] = text("event.no-reason")
        return values
    }

    private func described(
        _ event: Event, _ plan: Programme, _ name: (PersonID) -> String,
        _ version: (String) -> String
    ) -> (String, [String: String]) {
        switch event {
        case .stepOpened, .reminded, .escalated, .windowClosed, .signed, .disputeSettled,
            .stepCompleted, .stepSkipped, .stepCredited, .invited, .invitationCancelled:
            return ofStep(event, plan, name)
        case .planEdited, .planEditWithdrawn, .factChanged, .completedEarly, .coverArranged,
            .coverBegan, .coverEnded, .migrated, .migrationUndone:
            return ofChange(event, plan, name, version)
        case .enrolled(let on, _, _, _): return ("enrolled", ["day": day(on)])
        case .anchorMoved(let id, let from, let to, let reason):
            let title = plan.anchor(id)?.title.text(in: language) ?? id.rawValue
            var values = ["anchor": title, "to": day(to), "reason": reason]
            if let from { values["from"] = day(from) }
            return (from == nil ? "anchor-set" : "anchor-moved", values)
        case .paused(let on, let reason): return ("paused", ["day": day(on), "reason": reason])
        case .resumed(let on, _): return ("resumed", ["day": day(on)])
        case .extended(let delay, let reason):
            return (
                "extended",
                ["day": day(delay.from), "offset": offset(delay.by), "reason": reason]
            )
        case .stopped(let on, let reason): return ("stopped", ["day": day(on), "reason": reason])
        case .completed(let on): return ("completed", ["day": day(on)])
        case .roleHandedOver(let id, let from, let to, let reason):
            return (
                "role-handed-over",
                [
                    "role": role(id, in: plan), "from": from.map(name) ?? text("event.nobody"),
                    "to": to.map(name) ?? text("event.nobody"), "reason": reason,
                ]
            )
        case .roleStillMissing(let id, let on):
            return ("role-still-missing", ["role": role(id, in: plan), "day": day(on)])
        case .milestoneReached(let id, let on):
            let title = plan.milestones.first { $0.id == id }?.title.text(in: language) ?? id
            return ("milestone-reached", ["milestone": title, "day": day(on)])
        case .noticeWithdrawn(_, let because):
            return ("withdrawn.\(because.rawValue)", [:])
        }
    }

    private func title(_ id: StepID, _ plan: Programme) -> String {
        let step = plan.step(id) ?? plan.steps.first { $0.formerIDs.contains(id) }
        return step.map(title) ?? id.rawValue
    }

    private func ofStep(
        _ event: Event, _ plan: Programme, _ name: (PersonID) -> String
    ) -> (String, [String: String]) {
        switch event {
        case .stepOpened(let id, let on):
            return ("step-opened", ["step": title(id, plan), "day": day(on)])
        case .reminded(let id, _, let on, let told):
            return (
                told ? "reminded" : "reminded-together",
                ["step": title(id, plan), "day": day(on)]
            )
        case .escalated(let id, let rung, let on):
            let roles = plan.step(id).flatMap { step in
                step.escalation.indices.contains(rung - 1) ? step.escalation[rung - 1].to : nil
            }
            return (
                "escalated",
                [
                    "step": title(id, plan), "rung": "\(rung)", "day": day(on),
                    "roles": list((roles ?? []).map { role($0, in: plan) }),
                ]
            )
        case .windowClosed(let id, let on):
            return ("window-closed", ["step": title(id, plan), "day": day(on)])
        case .signed(let id, let signature):
            return (
                signature.affirms ? "signed-yes" : "signed-no",
                [
                    "step": title(id, plan), "name": name(signature.person),
                    "role": role(signature.role, in: plan), "day": day(signature.on),
                ]
            )
        case .disputeSettled(let id, let done, let by, let reason):
            return (
                done ? "settled-done" : "settled-not-done",
                ["step": title(id, plan), "name": name(by), "reason": reason]
            )
        case .stepCompleted(let id, let on):
            return ("step-completed", ["step": title(id, plan), "day": day(on)])
        case .stepSkipped(let id, _, let by, let reason):
            return (
                "step-skipped", ["step": title(id, plan), "name": name(by), "reason": reason]
            )
        case .stepCredited(let id, let on, "prior-learning"):
            return ("step-held", ["step": title(id, plan), "day": day(on)])
        case .stepCredited(let id, let on, let programme):
            return (
                "step-credited",
                ["step": title(id, plan), "day": day(on), "programme": programme.rawValue]
            )
        case .invited(let id, let invitation):
            return (
                invitation.isAgreed ? "booked" : "invited",
                ["step": title(id, plan), "moment": moment(invitation.startsAt)]
            )
        case .invitationCancelled(let id, _):
            return ("invitation-cancelled", ["step": title(id, plan)])
        default: return ("unknown", [:])
        }
    }

    private func ofChange(
        _ event: Event, _ plan: Programme, _ name: (PersonID) -> String,
        _ version: (String) -> String
    ) -> (String, [String: String]) {
        switch event {
        case .planEdited(let edit): return described(edit, plan, name)
        case .planEditWithdrawn(let number, let by, let reason):
            return (
                "edit-withdrawn", ["number": "\(number)", "name": name(by), "reason": reason]
            )
        case .factChanged(let id, _, let value, _, let on, let reason):
            var values = ["fact": fact(id, in: plan), "day": day(on), "reason": reason]
            if let value { values["value"] = self.value(value, of: id, in: plan) }
            return (value == nil ? "fact-removed" : "fact-changed", values)
        case .completedEarly(let on, let reason):
            return ("completed-early", ["day": day(on), "reason": reason])
        case .coverArranged(let cover, let reason):
            var values = described(cover, plan, name)
            values["reason"] = reason
            return ("cover-arranged", values)
        case .coverBegan(let cover, _): return ("cover-began", described(cover, plan, name))
        case .coverEnded(let cover, _): return ("cover-ended", described(cover, plan, name))
        case .migrated(let migration, _):
            return (
                "migrated", ["from": version(migration.from), "to": version(migration.to)]
            )
        case .migrationUndone(let undo, _):
            return ("migration-undone", ["from": version(undo.from), "to": version(undo.to)])
        default: return ("unknown", [:])
        }
    }

    private func described(
        _ cover: Cover, _ plan: Programme, _ name: (PersonID) -> String
    ) -> [String: String] {
        [
            "role": role(cover.role, in: plan), "name": name(cover.person),
            "from": day(cover.from), "until": day(cover.until),
        ]
    }

    private func described(
        _ edit: PlanEdit, _ plan: Programme, _ name: (PersonID) -> String
    ) -> (String, [String: String]) {
        var values = [
            "name": name(edit.by), "approver": name(edit.approvedBy), "reason": edit.reason,
            "number": "\(edit.number)",
        ]
        if let own = edit.change.ownStep { values["own"] = quoted(own.title.text(in: language)) }
        if let step = edit.change.step { values["step"] = title(step, plan) }
        switch edit.change {
        case .skip: return ("edit-skip", values)
        case .add: return ("edit-add", values)
        case .replace: return ("edit-replace", values)
        case .move(_, let due):
            values["day"] = day(due)
            return ("edit-move", values)
        }
    }

    /// What is different in one person's plan, as a sentence.
    public func edit(
        _ edit: PlanEdit, in plan: Programme, name: (PersonID) -> String
    ) -> String {
        let (key, values) = described(edit, plan, name)
        return text("event.\(key)", withReason(values))
    }

    /// A fact's value as people read it.
    public func value(_ value: FactValue, of id: FactID, in plan: Programme) -> String {
        switch value {
        case .choice(let choice): return list(choices([choice], of: id, in: plan))
        case .choices(let values): return list(choices(values, of: id, in: plan))
        case .number(let number):
            return number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .flag(let flag): return text(flag ? "event.is-yes" : "event.is-no")
        }
    }
}
