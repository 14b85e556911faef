public import CivilCalendar

/// Whether somebody has what a qualification takes, since or from when, and why.
public struct Qualifying: Hashable, Sendable {
    /// One of the things that it takes.
    public enum Reason: Hashable, Sendable {
        /// So many months of experience, reached or to be reached on this day; nil where it is not
        /// in sight, for whoever does not work in such a position now.
        case experience(months: Int, of: Int, on: CivilDay?)
        /// A competence, and the day from which it is there; nil where it is missing.
        case competence(Requirement, from: CivilDay?)
        /// A competence that is there, and runs out on this day, before all else is.
        case runsOut(Requirement, on: CivilDay)
    }

    public let qualification: QualificationID
    /// The day from which it is so, past or to come; nil where something is not in sight.
    public let from: CivilDay?
    public let reasons: [Reason]
}

extension Framework {
    /// Works out a qualification from somebody's periods of employment and their record.
    ///
    /// A period that goes on is taken to go on: that gives the day to come.
    public func qualifying(
        _ qualification: Qualification, record: CompetenceRecord, employments: [Employment]
    ) -> Qualifying {
        var reasons: [Qualifying.Reason] = []
        var days: [CivilDay?] = []
        if let experience = qualification.experience {
            let reached = experience.reached(employments)
            days.append(reached)
            // By the day's beginning; a year of work is twelve months however many days it had.
            let isReached = reached.map { $0 <= record.day } ?? false
            let months = experience.months(employments, until: record.day.adding(days: -1))
            reasons.append(
                .experience(
                    months: isReached
                        ? max(months, experience.months) : min(months, experience.months - 1),
                    of: experience.months, on: reached))
        }
        let held = qualification.requires.map { requirement in
            let ladder = ladder(of: requirement.competence)
            func rank(_ level: LevelID?) -> Int { level.flatMap { ladder?.rank(of: $0) } ?? -1 }
            let needed = requirement.level.map(rank) ?? -1
            return record.entries.filter {
                $0.competence == requirement.competence && rank($0.level) >= needed
            }
        }
        days += held.map { $0.map(\.achievedOn).min() }
        var from = days.contains(nil) ? nil : days.compactMap { $0 }.max()
        let reached = from
        for (requirement, entries) in zip(qualification.requires, held) {
            // What has run out by the day on which all else is there has to be renewed first.
            if let reached, reached > record.day,
                let last = entries.map({ $0.validUntil ?? reached }).max(), last < reached
            {
                reasons.append(.runsOut(requirement, on: last))
                from = nil
            } else {
                reasons.append(.competence(requirement, from: entries.map(\.achievedOn).min()))
            }
        }
        return Qualifying(qualification: qualification.id, from: from, reasons: reasons)
    }
}

extension Qualification.Experience {
    /// Days of experience are counted in hundredths, so that a percentage divides nothing away. A
    /// month is a twelfth of 365.25 days, rounded up to what a whole number of months needs.
    private var neededParts: Int { (months * 36_525 + 1_199) / 1_200 * 100 }

    /// The whole months of experience by a day.
    func months(_ employments: [Employment], until day: CivilDay) -> Int {
        let parts = stretches(employments).reduce(0) { sum, stretch in
            let last = min(stretch.until ?? day, day)
            return last < stretch.from ? sum : sum + (last - stretch.from + 1) * stretch.parts
        }
        // The whole months that the parts suffice for.
        var months = parts * 12 / 36_525
        while months > 0, (months * 36_525 + 1_199) / 1_200 * 100 > parts { months -= 1 }
        return months
    }

    /// The first day on which there is enough: the day after the last that is needed.
    ///
    /// Work without a break is counted by the calendar: a year from 1 March is there on the next
    /// 1 March. Otherwise days are added.
    func reached(_ employments: [Employment]) -> CivilDay? {
        let stretches = stretches(employments)
        if let first = stretches.first {
            let day = first.from.adding(months: months)
            var next = first.from
            for stretch in stretches where stretch.from == next && stretch.parts == 100 {
                guard let until = stretch.until, until < day.adding(days: -1) else { return day }
                next = until.adding(days: 1)
            }
        }
        var sum = 0
        for stretch in stretches {
            let missing = neededParts - sum
            let days = (missing + stretch.parts - 1) / stretch.parts
            let last = stretch.from.adding(days: days - 1)
            if stretch.until.map({ last <= $0 }) ?? true { return last.adding(days: 1) }
            sum += ((stretch.until ?? last) - stretch.from + 1) * stretch.parts
        }
        return nil
    }

    /// The periods in which somebody worked in such a position, none overlapping another: where
    /// several positions are held at once, their percentages are added, to a hundred at the most.
    private func stretches(
        _ employments: [Employment]
    ) -> [(from: CivilDay, until: CivilDay?, parts: Int)] {
        let counted = employments.filter { employment in
            employment.percentage > 0
                && (positions.isEmpty || employment.position.map(positions.contains) ?? false)
        }
        let starts = counted.map(\.from) + counted.compactMap { $0.until?.adding(days: 1) }
        let edges = Set(starts).sorted()
        return edges.enumerated().compactMap { index, from in
            let held = counted.filter { $0.covers(from) }
            if held.isEmpty { return nil }
            let until = index + 1 < edges.count ? edges[index + 1].adding(days: -1) : nil
            let parts = isFullTime ? min(100, held.reduce(0) { $0 + $1.percentage }) : 100
            return (from, until, parts)
        }
    }
}
