import CivilCalendar
import JSONText
import Storage

@testable import Operations

/// Every due talk is noticed exactly once: counts from the first day as the agreement says it (Dok.
/// 24 § 13), without the engine, and holds that against what was written and told.
struct DueTalks {
    private struct Row {
        let type: String
        let body: JSON?
        let text: String
        let actor: String
    }

    /// What the events say of one talk.
    private struct Course {
        var first: CivilDay
        /// Whether dates have moved in ways that are not counted here.
        var isDisturbed = false
        var endedOn: CivilDay?
        var opened = 0
        var sequences: [Int] = []
        var faults: [String] = []
    }

    private static let talks = [(RandomProgramme.talkTwoMonths, 2), ("talk-five-months", 5)]
    private let transaction: Transaction

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    func faults() throws -> [String] {
        let started = try transaction.connection.all(
            "SELECT id, participant FROM enrolment ORDER BY id"
        ) { ($0.text(0), $0.text(1)) }
        return try started.flatMap { enrolment, participant in
            let rows = try transaction.connection.all(
                "SELECT type, body, actor FROM event WHERE enrolment = ? ORDER BY number",
                [.text(enrolment)]
            ) { Row(type: $0.text(0), body: JSON($0.text(1)), text: $0.text(1), actor: $0.text(2)) }
            return try Self.talks.flatMap { talk, months in
                try faults(talk, months, rows, enrolment, participant)
            }
        }
    }

    private func faults(
        _ talk: String, _ months: Int, _ rows: [Row], _ enrolment: String, _ participant: String
    ) throws -> [String] {
        let begun = rows.first?.body?["anchors"]?["first-day"]?.string.flatMap { CivilDay($0) }
        guard let begun else { return ["\(enrolment) has no first day"] }
        var course = Course(first: begun)
        for row in rows { follow(row, talk, months, &course) }
        var faults = course.faults
        let due = Self.due(course.first, months)
        let last = course.endedOn ?? transaction.civilNow.day
        if !course.isDisturbed, due.adding(days: -14) < last, course.opened != 1 {
            faults.append("due \(due), opened \(course.opened) times")
        }
        for sequence in course.sequences {
            let told = try transaction.connection.count(
                "SELECT count(*) FROM message WHERE recipient = ? AND identity LIKE ?",
                [
                    .text(participant),
                    .text("\(enrolment)/\(talk)/invitation:\(sequence)/\(participant)%"),
                ])
            if told != 1 { faults.append("invitation \(sequence) was told \(told) times") }
        }
        return faults.map { "\(talk) of \(enrolment): \($0)" }
    }

    private static func due(_ first: CivilDay, _ months: Int) -> CivilDay {
        WorkingCalendar().shift(first.adding(months: months), .next)
    }

    private func follow(_ row: Row, _ talk: String, _ months: Int, _ course: inout Course) {
        switch row.type {
        case "anchor-moved" where row.body?["anchor"]?.string == "first-day":
            if let day = row.body?["to"]?.string.flatMap({ CivilDay($0) }) { course.first = day }
        case "paused", "extended": course.isDisturbed = true
        case "plan-edited", "plan-edit-withdrawn":
            if row.text.contains("\"\(talk)\"") { course.isDisturbed = true }
        case "migration-undone":
            // The talk is then as it was before the move, opens again, and nobody is told again.
            let record = row.body?["undo"]?["records"]?[talk]
            if record?["status"]?.string == "planned" { course.opened = 0 }
        case "completed", "stopped", "completed-early":
            course.endedOn = course.endedOn ?? row.body?["on"]?.string.flatMap { CivilDay($0) }
        case "step-opened" where row.body?["step"]?.string == talk:
            course.opened += 1
            if course.opened > 1 { course.faults.append("opened again") }
        case "invited" where row.body?["step"]?.string == talk:
            let invitation = row.body?["invitation"]
            let sequence = invitation?["sequence"]?.integer ?? -1
            if course.sequences.contains(sequence) {
                course.faults.append("invitation \(sequence) was made twice")
            }
            course.sequences.append(sequence)
            let day = invitation?["startsAt"]?.string?.prefix(10).description ?? ""
            let due = Self.due(course.first, months).description
            if sequence == 0, row.actor == "clock", !course.isDisturbed, day != due {
                course.faults.append("due \(due), and set for \(day)")
            }
        default: break
        }
    }
}
