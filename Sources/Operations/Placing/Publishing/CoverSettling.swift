import CivilCalendar
import Engine
import Storage
import Wording

// A leader's duty to find cover ends when a published change has given the student somebody else,
// or another time.
extension Transaction {
    /// The decisions that settle a student's open plans for absences which the new place is not
    /// endangered by. They come after the move, as whoever leads the student's ward then.
    ///
    /// - Parameters:
    ///   - supervisor: Who supervises at the new place.
    ///   - weeks: When the new place is.
    func settlingCover(
        _ enrolment: Enrolment, _ version: CompiledVersion, supervisor: String?,
        weeks: (first: String, last: String)?, reason: String, actor: PersonID
    ) throws -> [PinnedDecision] {
        let steps = try connection.all(
            """
            SELECT c.step, c.supervisor, b.first_week, b.last_week, s.status
            FROM placement_cover c
            JOIN placement_absence b ON b.round = c.round AND b.supervisor = c.supervisor
                AND b.first_week = c.first_week
            JOIN step s ON s.enrolment = c.enrolment AND s.step = c.step
            WHERE c.enrolment = ? ORDER BY c.first_week, c.step
            """, [.text(enrolment.id.rawValue)]
        ) { row -> StepID? in
            let isSettled = StepStatus(rawValue: row.text(4))?.isSettled ?? true
            // ISO weeks with their year are in order as texts.
            let isStillAway = weeks.map { $0.first <= row.text(3) && row.text(2) <= $0.last }
            let isEndangered = supervisor == row.text(1) && isStillAway ?? true
            return isSettled || isEndangered ? nil : StepID(row.text(0))
        }.compactMap { $0 }
        return try endingPlans(steps, enrolment, version, by: actor) {
            $0.text("placed-cover-published", ["reason": reason])
        }
    }

    /// The decisions that end open plans for absences, each for the reason as the leader reads it.
    func endingPlans(
        _ steps: [StepID], _ enrolment: Enrolment, _ version: CompiledVersion, by actor: PersonID,
        because reason: (Wording) -> String
    ) throws -> [PinnedDecision] {
        let open = steps.filter { !enrolment.record($0).status.isSettled }
        let leaders: [RoleID] = [.lineManager, .managersManager, .hr]
        guard let approver = leaders.lazy.compactMap({ enrolment.roles[$0] }).first else {
            return []
        }
        let isInvolved = enrolment.roles.values.contains(actor)
        let why = reason(Wording(language: try needPerson(approver).language))
        return try chain(
            open.map {
                .tailor(
                    .skip($0), by: isInvolved ? actor : approver, approvedBy: approver,
                    reason: why)
            }, enrolment, version)
    }
}
