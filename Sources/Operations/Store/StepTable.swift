import CivilCalendar
import Engine
import JSONText
import Storage

/// The rows that lists are made from: one for each step of a person's plan, and who acts in it.
struct StepTable {
    let connection: any Connection

    func insert(_ enrolment: Enrolment, _ dates: Timetable, _ plan: Programme) throws {
        for (index, step) in plan.steps.enumerated() {
            try connection.post(
                """
                INSERT INTO step (status, opens_on, due_on, window_from, window_to, settled_on,
                    record, enrolment, step, kind, module)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                StepRow(index, plan, enrolment, dates).values + [
                    .text(enrolment.id.rawValue), .text(step.id.rawValue),
                    .text(step.kind.rawValue), SQLValue(step.module),
                ])
        }
    }

    func delete(_ enrolment: EnrolmentID) throws {
        try connection.post("DELETE FROM step WHERE enrolment = ?", [.text(enrolment.rawValue)])
    }

    /// Writes the rows of steps that look different from before: of all steps, from nothing, where
    /// the caller does not say which.
    func update(
        _ candidates: [Int]?, from before: (Enrolment, Timetable)?, _ after: Enrolment,
        _ newDates: Timetable, _ plan: Programme
    ) throws {
        for index in candidates ?? Array(plan.steps.indices) {
            let id = plan.steps[index].id
            let old = before.map { StepRow(index, plan, $0.0, $0.1) }
            let new = StepRow(index, plan, after, newDates)
            if old == new { continue }
            try connection.post(
                """
                UPDATE step SET status = ?, opens_on = ?, due_on = ?, window_from = ?,
                    window_to = ?, settled_on = ?, record = ?
                WHERE enrolment = ? AND step = ?
                """, new.values + [.text(after.id.rawValue), .text(id.rawValue)])
        }
    }

    /// What stands before the role of somebody for whom another acts: they see, the other does.
    static let absent = "absent:"

    func writeRoles(_ before: Enrolment?, _ after: Enrolment, _ plan: Programme) throws {
        let id = SQLValue.text(after.id.rawValue)
        let old = before.map { holders($0, nil) } ?? [:]
        let new = holders(after, plan)
        for (role, person) in new.sorted(by: { $0.key < $1.key }) where old[role] != person {
            try connection.post(
                """
                INSERT INTO role_holder (enrolment, role, person) VALUES (?, ?, ?)
                ON CONFLICT (enrolment, role) DO UPDATE SET person = excluded.person
                """, [id, .text(role), .text(person.rawValue)])
        }
        for role in old.keys.sorted() where new[role] == nil {
            try connection.post(
                "DELETE FROM role_holder WHERE enrolment = ? AND role = ?", [id, .text(role)])
        }
        try writeUnfilled(before, after, plan)
    }

    /// Who acts in each role of the plan, and whom they stand in for.
    private func holders(_ enrolment: Enrolment, _ plan: Programme?) -> [String: PersonID] {
        var holders: [String: PersonID] = [:]
        for (role, person) in enrolment.roles where plan.map({ $0.role(role) != nil }) ?? true {
            if let other = enrolment.standIn(for: role) {
                holders[role.rawValue] = other
                holders[Self.absent + role.rawValue] = person
            } else {
                holders[role.rawValue] = person
            }
        }
        return holders
    }

    private func writeUnfilled(
        _ before: Enrolment?, _ after: Enrolment, _ plan: Programme
    ) throws {
        let id = SQLValue.text(after.id.rawValue)
        for role in plan.roles {
            let name = SQLValue.text(role.id.rawValue)
            if after.roles[role.id] != nil {
                if let before, before.roles[role.id] != nil { continue }
                try connection.post(
                    "DELETE FROM unfilled_role WHERE enrolment = ? AND role = ?", [id, name])
            } else if case .requiredBy(let rule) = role.need {
                let day = Timetable(plan, after).date(rule)?.day.description
                try connection.post(
                    """
                    INSERT INTO unfilled_role (enrolment, role, needed_by) VALUES (?, ?, ?)
                    ON CONFLICT (enrolment, role) DO UPDATE SET needed_by = excluded.needed_by
                    """, [id, name, SQLValue(day)])
            }
        }
    }
}

/// One step of one enrolment as lists need it.
private struct StepRow: Equatable {
    let status: String
    let opens: CivilDay?
    let due: CivilDay?
    let window: ClosedRange<CivilDay>?
    let settled: CivilDay?
    let record: StepRecord?

    init(_ index: Int, _ plan: Programme, _ enrolment: Enrolment, _ dates: Timetable) {
        record = enrolment.steps[plan.steps[index].id]
        let recorded = record?.status ?? .planned
        let applies = plan.steps[index].condition.holds(for: enrolment.facts)
        status = applies || recorded.isSettled ? recorded.rawValue : "not-applicable"
        opens = dates.opens(index)?.day
        due = dates.due(index)?.day
        window = dates.window(index)
        settled = record?.settledOn
    }

    var values: [SQLValue] {
        [
            .text(status), SQLValue(opens?.description), SQLValue(due?.description),
            SQLValue(window?.lowerBound.description), SQLValue(window?.upperBound.description),
            SQLValue(settled?.description), SQLValue(record?.json.text),
        ]
    }
}
