public import CivilCalendar
import JSONText
import Storage

/// What of a round was over on the day on which it was read. It has been, and nothing of it is
/// decided anew.
struct RoundPast: Sendable {
    /// The periods that have ended.
    var periods: Set<String> = []
    /// The published places in them.
    var assignments: [RoundAssignment] = []
    /// The ISO week of that day; an absence that ended before it is over.
    var week = ""

    var students: Set<String> { Set(assignments.map(\.student)) }
}

extension RoundPeriod {
    /// Whether its last day is past. One that has begun is not over: who is where in what remains
    /// of it can still be changed.
    public func isOver(on day: CivilDay) -> Bool {
        days.map { $0.upperBound < day } ?? false
    }
}

extension Transaction {
    /// What of a round is over today.
    func past(ofRound round: String, _ periods: [RoundPeriod]) throws -> RoundPast {
        let today = civilNow.day
        let over = Set(periods.filter { $0.isOver(on: today) }.map(\.id))
        return RoundPast(
            periods: over,
            assignments: over.isEmpty
                ? [] : try assignments(ofRound: round).filter { over.contains($0.period) },
            week: placementWeek)
    }

    /// The ISO week of today.
    var placementWeek: String { civilNow.day.placementWeek }

    /// The periods of a round that have ended.
    func overPeriods(_ round: String) throws -> Set<String> {
        let today = civilNow.day
        return Set(
            try RoundReader(round: round, transaction: self).all(
                "period", RoundPeriod.columns, by: "position, id", RoundPeriod.init
            ).filter { $0.isOver(on: today) }.map(\.id))
    }
}

extension RoundContents {
    /// The round without what is over: what can still be decided. A draft is made of it, and held
    /// to it when it is published, so that nobody whose period has ended is moved, and nobody is
    /// placed in a period that has ended. What was used of quotas and of supervisors' years is
    /// taken off what is left of them.
    var ahead: RoundContents {
        var ahead = self
        ahead.past = RoundPast()
        ahead.absences.removeAll { $0.lastWeek < past.week }
        let over = past.periods
        if over.isEmpty { return ahead }
        let gone = past.students
        ahead.students.removeAll { gone.contains($0.id) }
        for index in ahead.students.indices {
            let open = ahead.students[index].periods.filter { !over.contains($0) }
            // Whoever could only have been placed then has no other period.
            if !open.isEmpty { ahead.students[index].periods = open }
        }
        ahead.offers.removeAll { over.contains($0.period) }
        ahead.locks.removeAll { over.contains($0.period) }
        ahead.spendLoads(past)
        ahead.spendQuotas(past, of: students)
        return ahead
    }

    private mutating func spendLoads(_ past: RoundPast) {
        let lengths = Dictionary(
            periods.map { ($0.id, $0.weekCount) }, uniquingKeysWith: { first, _ in first })
        var had: [String: [String]] = [:]
        for each in past.assignments {
            guard let id = each.supervisor.map(Self.supervisor(ofInstance:)) else { continue }
            had[id, default: []].append(each.period)
        }
        for index in supervisors.indices {
            guard let spent = had[supervisors[index].id] else { continue }
            let weeks = Set(spent).reduce(0) { $0 + lengths[$1, default: 0] }
            supervisors[index].maximumWeeks = supervisors[index].maximumWeeks.map {
                max(0, $0 - weeks)
            }
            supervisors[index].maximumStudents = supervisors[index].maximumStudents.map {
                max(0, $0 - spent.count)
            }
        }
    }

    private mutating func spendQuotas(_ past: RoundPast, of everybody: [RoundStudent]) {
        let students = Dictionary(
            everybody.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let houses = Dictionary(
            wards.map { ($0.id, $0.institution) }, uniquingKeysWith: { first, _ in first })
        var used: [[String]: Int] = [:]
        for each in past.assignments {
            guard let student = students[each.student], let house = houses[each.ward] else {
                continue
            }
            used[[student.school, house, student.profession], default: 0] += 1
        }
        for index in agreements.indices {
            let each = agreements[index]
            let count = used[[each.school, each.institution, each.profession], default: 0]
            agreements[index].maximumTotal = each.maximumTotal.map { max(0, $0 - count) }
        }
        // Of a kept division the parts of each period are the quotas.
        if let allotments = split?["allotments"]?.array {
            split = .object([
                "allotments": .array(
                    allotments.filter {
                        !past.periods.contains($0["period"]?.string ?? "")
                    })
            ])
        }
    }
}
