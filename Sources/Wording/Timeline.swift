import CivilCalendar
import Engine

/// What a picture of a plan shows: the stages, their rows, and what stands in each row.
struct Timeline {
    struct Band {
        var title: String
        var rows: [Row]
    }

    /// One step, or all occurrences of one that repeats.
    struct Row {
        var title: String
        var marks: [Mark]
    }

    /// One step in time.
    struct Mark {
        var title: String
        var isAppointment: Bool
        var isMessage: Bool
        /// The first day on which it can be done, and the day by which it should be.
        var opens: CivilDay?
        var due: CivilDay?
        var window: ClosedRange<CivilDay>?
        /// Nil in a plan that nobody follows yet.
        var status: ShownStatus?
        var isOverdue = false

        /// The days that it spans, or nil where it has none.
        var span: ClosedRange<CivilDay>? {
            switch (opens, due) {
            case (let opens?, let due?): min(opens, due)...due
            case (let day?, nil), (nil, let day?): day...day
            case (nil, nil): nil
            }
        }
    }

    private(set) var bands: [Band] = []

    var marks: [Mark] { bands.flatMap(\.rows).flatMap(\.marks) }

    /// From the first day of anything to the last, or nil where nothing has a day.
    var span: ClosedRange<CivilDay>? {
        let days = marks.flatMap { mark in
            [mark.span, mark.window].compactMap { $0 }.flatMap { [$0.lowerBound, $0.upperBound] }
        }
        guard let first = days.min(), let last = days.max() else { return nil }
        return first...last
    }

    /// The steps of a simulation that apply to its fictional participant.
    init(_ simulation: Simulation, of programme: Programme, _ wording: Wording) {
        let enrolment = simulation.enrolment
        let timetable = Timetable(programme, enrolment)
        var opened: [String: CivilDay] = [:]
        for entry in simulation.entries where entry.kind == .opens || entry.kind == .message {
            if opened[entry.step] == nil { opened[entry.step] = entry.moment.day }
        }
        let steps = programme.steps.enumerated().compactMap { index, step -> (Step, Mark)? in
            guard step.condition.holds(for: enrolment.facts) else { return nil }
            return (
                step,
                Mark(
                    title: wording.title(step), isAppointment: step.kind.isAppointment,
                    isMessage: step.kind == .message,
                    opens: timetable.opens(index)?.day ?? opened[step.id.rawValue],
                    due: timetable.due(index)?.day, window: timetable.window(index))
            )
        }
        arrange(steps, programme, wording)
    }

    /// The steps of a real enrolment, with how they stand.
    init(_ explanations: [StepExplanation], in programme: Programme, _ wording: Wording) {
        let steps = explanations.map { explained -> (Step, Mark) in
            var opens = explained.record.openedOn
            switch explained.opens {
            case .date(let date): opens = opens ?? date.day
            case .atStart(let day): opens = opens ?? day
            case .after, .reminder, .escalation, .windowEnds, .event, .doesNotApply, nil: break
            }
            let due =
                explained.dueDay ?? (explained.status == .done ? explained.record.settledOn : nil)
            let mark = Mark(
                title: wording.title(explained.step),
                isAppointment: explained.step.kind.isAppointment,
                isMessage: explained.step.kind == .message, opens: opens, due: due,
                window: explained.window, status: explained.status,
                isOverdue: explained.isOverdue)
            return (explained.step, mark)
        }
        arrange(steps, programme, wording)
    }

    /// Bands in the order of the stages; the occurrences of a series in the row of the first.
    private mutating func arrange(
        _ steps: [(Step, Mark)], _ programme: Programme, _ wording: Wording
    ) {
        var stages = programme.stages.map(\.id)
        for (step, _) in steps where !stages.contains(step.stage) { stages.append(step.stage) }
        for stage in stages {
            var rows: [Row] = []
            var seriesRows: [String: Int] = [:]
            for (step, mark) in steps where step.stage == stage {
                if let series = step.occurrence?.series, let row = seriesRows[series] {
                    rows[row].marks.append(mark)
                    continue
                }
                let plain = step.title.text(in: wording.language)
                let isSeries = (step.occurrence?.count ?? 1) > 1
                if let series = step.occurrence?.series { seriesRows[series] = rows.count }
                rows.append(
                    Row(title: isSeries && !plain.isEmpty ? plain : mark.title, marks: [mark]))
            }
            for index in rows.indices where rows[index].marks.count > 1 {
                rows[index].title = wording.text(
                    "timeline.series",
                    ["title": rows[index].title, "count": "\(rows[index].marks.count)"])
            }
            if rows.isEmpty { continue }
            let title = programme.stages.first { $0.id == stage }?.title.text(in: wording.language)
            bands.append(Band(title: title ?? "", rows: rows))
        }
    }
}
