import CivilCalendar

// What is told about changes of the plan and of who acts in it.
extension Notices {
    func changed(_ event: Event, _ number: Int) -> [Notice] {
        switch event {
        case .planEdited(let edit):
            return changed(.planChanged, number, now.day, edit.reason, other: edit.by)
        case .planEditWithdrawn(_, let person, let reason):
            return changed(.planChanged, number, now.day, reason, other: person)
        case .factChanged(_, _, _, _, let day, let reason):
            return changed(.planChanged, number, day, reason, other: nil)
        case .migrated(let migration, let day):
            return changed(.programmeChanged, number, day, nil, other: nil)
                + otherParties(migration.renamed, newIn: migration.roles, number)
        case .migrationUndone(let undo, let day):
            return changed(.programmeChanged, number, day, nil, other: nil)
                + otherParties(undo.renamed, newIn: [:], number)
        case .completedEarly(let day, let reason):
            return completed(day, reason, number)
        case .coverBegan(let cover, _):
            return covered(
                cover, enrolment.roles[cover.role], (.coverBegan, .coveredByOther), number)
                + invitations(
                    of: cover.role, to: cover.person, from: enrolment.roles[cover.role], nil, number
                )
        case .coverEnded(let cover, _):
            if !cover.hasBegun { return [] }
            // Where the role is handed over, the hand-over says who gets the invitations.
            for case .roleHandedOver(cover.role, let holder, _, _) in decided {
                return covered(cover, holder, (.coverEnded, .coverEnded), number)
            }
            let holder = enrolment.roles[cover.role]
            return covered(cover, holder, (.coverEnded, .coverEnded), number)
                + invitations(of: cover.role, to: holder, from: cover.person, nil, number)
        default: return []
        }
    }

    /// One notice to each of those around the person that says all that is different; none where
    /// nothing is.
    private func changed(
        _ kind: NoticeKind, _ number: Int, _ day: CivilDay, _ reason: String?, other: PersonID?
    ) -> [Notice] {
        let lines = lines()
        if lines.isEmpty { return [] }
        var roles: [RoleID] = [.participant, .lineManager, .mentor]
        for line in lines {
            roles += (programme.step(line.step) ?? former?.step(line.step))?.participants ?? []
        }
        let known = roles.filter { enrolment.holder(of: $0, in: programme) != nil }
        return tell(kind, known, about: "plan", rule: "\(kind.rawValue):\(number)") {
            $0.day = day
            $0.reason = reason
            $0.otherPerson = other
            $0.lines = lines
        }
    }

    /// The number tells an end from an earlier one that was taken back with a move.
    func completed(_ day: CivilDay, _ reason: String?, _ number: Int) -> [Notice] {
        tell(
            .completed, [.participant, .lineManager], about: "end", rule: "completed:\(number)"
        ) {
            $0.day = day
            $0.reason = reason
        }
    }

    func covered(
        _ cover: Cover, _ holder: PersonID?, _ kinds: (NoticeKind, NoticeKind), _ number: Int
    ) -> [Notice] {
        var result: [Notice] = []
        for (kind, person) in [(kinds.0, cover.person), (kinds.1, holder)] {
            guard let person else { continue }
            var notice = make(
                kind, person, cover.role, nil, about: "role:\(cover.role)",
                rule: "\(kind.rawValue):\(number)")
            notice.subjectRole = cover.role
            notice.otherPerson = person == cover.person ? holder : cover.person
            notice.day = cover.until
            result.append(notice)
        }
        return result
    }
}
