import CivilCalendar
public import Engine

// Why a request was refused, and what to do about it.
extension Wording {
    /// A plain sentence or two: what is wrong, and what to do.
    ///
    /// - Parameters:
    ///   - programme: Where the titles come from; without one, names stand in their place.
    ///   - former: The version that is left, where somebody cannot move to another.
    public func refusal(
        _ refusal: Refusal, in programme: Programme?, leaving former: Programme? = nil
    ) -> String {
        if case .cannotMigrate(let obstacles) = refusal {
            let sentences = obstacles.map { obstacle($0, to: programme, from: former ?? programme) }
            return ([text("refusal.cannot-migrate")] + sentences).joined(separator: " ")
        }
        return sentence(refusal, programme).beginningUpper
    }

    private func sentence(_ refusal: Refusal, _ programme: Programme?) -> String {
        func about(_ id: StepID) -> [String: String] { ["step": step(id, in: programme)] }
        switch refusal {
        case .requiredRolesMissing(let ids):
            return text("refusal.required-roles-missing", ["roles": roles(ids, in: programme)])
        case .requiredAnchorsMissing(let ids):
            let anchors = list(ids.map { anchor($0, in: programme) })
            return text("refusal.required-anchors-missing", ["anchors": anchors])
        case .requiredFactsMissing(let ids):
            let facts = list(ids.map { fact($0, in: programme) })
            return text("refusal.required-facts-missing", ["facts": facts])
        case .unknownRole(let id):
            return text("refusal.unknown-role", ["role": quoted(id.rawValue)])
        case .unknownAnchor(let id):
            return text("refusal.unknown-anchor", ["anchor": quoted(id.rawValue)])
        case .unknownFact(let id):
            return text("refusal.unknown-fact", ["fact": quoted(id.rawValue)])
        case .valueNotAllowed(let id): return valueNotAllowed(id, programme)
        case .notForThisPerson: return notForThisPerson(programme)
        case .noSuchStep(let id): return text("refusal.no-such-step", about(id))
        case .stepDoesNotApply(let id): return text("refusal.step-does-not-apply", about(id))
        case .notOpenYet(let id, let opens): return notOpenYet(id, opens, programme)
        case .waitsFor(let id, let others):
            return text(
                "refusal.waits-for",
                ["step": step(id, in: programme), "steps": steps(others, in: programme)])
        case .alreadySettled(let id, let status): return alreadySettled(about(id), status)
        case .alreadySaid(let id): return text("refusal.already-said", about(id))
        case .notYours(let id): return notYours(id, programme)
        case .mayNotSkip(let id): return mayNotSkip(id, programme)
        case .cannotBeSigned(let id): return text("refusal.cannot-be-signed", about(id))
        case .notInDispute(let id): return text("refusal.not-in-dispute", about(id))
        case .notAnAppointment(let id): return text("refusal.not-an-appointment", about(id))
        case .dayInTheFuture(let day):
            return text("refusal.day-in-the-future", ["day": self.day(day)])
        case .dayBeforeStart(let day):
            return text("refusal.day-before-start", ["day": self.day(day)])
        case .timeInThePast(let moment):
            return text("refusal.time-in-the-past", ["moment": self.moment(moment)])
        case .lengthOutOfRange(let minutes):
            return text("refusal.length-out-of-range", ["minutes": "\(minutes)"])
        case .reasonMissing: return text("refusal.reason-missing")
        case .enrolmentNotRunning(let status): return notRunning(status)
        case .notPaused: return text("refusal.not-paused")
        case .alreadyThatDay(let id, let day):
            return text(
                "refusal.already-that-day",
                ["anchor": anchor(id, in: programme), "day": self.day(day)])
        case .alreadyThatPerson(let id):
            return text("refusal.already-that-person", ["role": role(id, in: programme)])
        case .roleMustBeFilled(let id):
            return text("refusal.role-must-be-filled", ["role": role(id, in: programme)])
        case .participantCannotBeReplaced: return text("refusal.participant-cannot-be-replaced")
        case .resumesBeforePause(let day):
            return text("refusal.resumes-before-pause", ["day": self.day(day)])
        case .extensionIsEmpty: return text("refusal.extension-is-empty")
        case .dayInThePast, .alreadyThatValue, .notInvolved, .mayNotApprove, .titleMissing,
            .actorsMissing, .kindNotAllowed, .opensAfterDue, .noSuchEdit, .roleIsEmpty,
            .coversThemselves, .endsBeforeItBegins, .alreadyCovered, .notCovered, .cannotMigrate,
            .alreadyThatVersion, .nothingToUndo:
            return changeRefusal(refusal, programme)
        }
    }

    private func valueNotAllowed(_ id: FactID, _ programme: Programme?) -> String {
        let name = fact(id, in: programme)
        switch programme?.fact(id)?.type {
        case .oneOf(let choices), .someOf(let choices):
            let titles = self.choices(choices.map(\.id), of: id, in: programme)
            return text(
                "refusal.value-not-allowed-choices",
                ["fact": name, "choices": alternatives(titles)])
        case .number(let lowest, let highest):
            return text(
                "refusal.value-not-allowed-range",
                ["fact": name, "from": number(lowest), "to": number(highest)])
        case .yesOrNo: return text("refusal.value-not-allowed-flag", ["fact": name])
        case nil: return text("refusal.value-not-allowed", ["fact": name])
        }
    }

    private func notForThisPerson(_ programme: Programme?) -> String {
        guard let programme, programme.appliesWhen != .always else {
            return text("refusal.not-for-this-person")
        }
        return text(
            "refusal.not-for-this-person-because",
            ["condition": condition(programme.appliesWhen, in: programme)])
    }

    private func notOpenYet(
        _ id: StepID, _ opens: CivilDay?, _ programme: Programme?
    ) -> String {
        let name = step(id, in: programme)
        guard let opens else { return text("refusal.not-open-yet", ["step": name]) }
        return text("refusal.not-open-yet-until", ["step": name, "day": day(opens)])
    }

    private func alreadySettled(_ about: [String: String], _ status: StepStatus) -> String {
        switch status {
        case .done: text("refusal.already-done", about)
        case .skipped: text("refusal.already-skipped", about)
        case .cancelled: text("refusal.already-cancelled", about)
        case .planned, .open, .waiting: text("refusal.already-settled", about)
        }
    }

    private func notYours(_ id: StepID, _ programme: Programme?) -> String {
        let name = step(id, in: programme)
        guard let found = programme?.step(id) else {
            return text("refusal.not-yours-unknown", ["step": name])
        }
        return text(
            "refusal.not-yours",
            ["step": name, "roles": roles(found.signers.roles, in: programme)])
    }

    private func mayNotSkip(_ id: StepID, _ programme: Programme?) -> String {
        let name = step(id, in: programme)
        guard let entitled = programme?.step(id)?.skippableBy, !entitled.isEmpty else {
            return text("refusal.may-not-skip-nobody", ["step": name])
        }
        return text(
            "refusal.may-not-skip", ["step": name, "roles": roles(entitled, in: programme)])
    }

    private func notRunning(_ status: EnrolmentStatus) -> String {
        switch status {
        case .running: text("refusal.enrolment-running")
        case .paused: text("refusal.enrolment-paused")
        case .completed: text("refusal.enrolment-completed")
        case .stopped: text("refusal.enrolment-stopped")
        }
    }
}
