extension Notice {
    /// Why the notice should not be sent any more, or nil where its reason is still true. Asked
    /// just before sending.
    public func withdrawal(
        _ programme: Programme, _ enrolment: Enrolment
    ) -> WithdrawalReason? {
        switch kind {
        case .handedOverFromYou, .stopped, .completed, .paused, .talkCancelled, .message, .resumed,
            .planMoved, .programmeChanged, .planChanged, .coveredByOther, .coverEnded:
            return nil
        case .coverBegan:
            guard let role = subjectRole else { return nil }
            return enrolment.standIn(for: role) == recipient ? nil : .superseded
        case .welcome:
            return enrolment.status == .stopped ? .enrolmentNotRunning : nil
        case .roleUnfilled:
            guard let role = subjectRole else { return nil }
            return enrolment.roles[role] == nil ? nil : .superseded
        case .handedOverToYou:
            guard let role = subjectRole else { return nil }
            return enrolment.roles[role] == recipient ? nil : .recipientChanged
        case .talkInvitation, .talkMoved:
            guard let step else { return nil }
            let record = enrolment.record(step)
            if record.status.isSettled { return .stepSettled }
            return record.lastSequence == invitation?.sequence ? nil : .superseded
        case .stepOpened, .reminder, .escalation, .confirmRequest, .disagreement:
            return staleStep(programme, enrolment)
        }
    }

    private func staleStep(
        _ programme: Programme, _ enrolment: Enrolment
    ) -> WithdrawalReason? {
        if enrolment.status != .running { return .enrolmentNotRunning }
        guard let id = step, let step = programme.step(id) else { return .stepNoLongerApplies }
        let record = enrolment.record(id)
        if record.status.isSettled { return .stepSettled }
        if !step.condition.holds(for: enrolment.facts) { return .stepNoLongerApplies }
        if kind == .disagreement { return record.isDisputed ? nil : .superseded }
        let holder = enrolment.holder(of: role, in: programme) ?? enrolment.roles[.lineManager]
        return holder == recipient ? nil : .recipientChanged
    }
}
