import CivilCalendar
import Engine
import Operations
import Wording

/// One person on the board: where they are, what comes next, and the agreement's next talk.
struct BoardRow {
    let entry: BoardEntry
    let scope: PageScope
    /// Whether the unit's name is worth saying.
    private let isOfUnit: Bool
    /// What waits for the reader, what the reader takes part in within a week, and what is late
    /// and waits for others.
    let mine: [BoardLine]
    let week: [BoardLine]
    let late: [BoardLine]

    private var outline: EnrolmentOutline { entry.outline }

    init(_ entry: BoardEntry, isOfUnit: Bool, scope: PageScope) {
        self.entry = entry
        self.scope = scope
        self.isOfUnit = isOfUnit
        var mine: [BoardLine] = []
        var week: [BoardLine] = []
        var late: [BoardLine] = []
        let outline = entry.outline
        let end = scope.today.adding(days: 7)
        if let reader = scope.reader, outline.status == .running {
            for item in outline.items {
                let line = BoardLine(entry: entry, item: item)
                if item.awaited.contains(reader) {
                    mine.append(line)
                } else if item.isLate(scope.today) {
                    late.append(line)
                } else if let day = item.day, day >= scope.today, day < end,
                    item.parties.contains(reader)
                {
                    week.append(line)
                }
            }
        }
        for anchor in outline.anchors where anchor.day >= scope.today && anchor.day < end {
            week.append(BoardLine(entry: entry, anchor: anchor.id, day: anchor.day))
        }
        self.mine = mine
        self.week = week
        self.late = late
    }

    /// What needs the reader first comes first: what is late and theirs, what is theirs, what is
    /// late, and then by date.
    var urgency: Urgency {
        let isMineLate = mine.contains { line in
            line.item.map { $0.isLate(scope.today) || $0.status == .disputed } ?? false
        }
        let group = isMineLate ? 0 : !mine.isEmpty ? 1 : late.isEmpty ? 3 : 2
        let day = (mine + late).map(\.day).min() ?? next?.day?.number ?? .max
        return Urgency(group: group, day: day, name: entry.name, id: outline.id)
    }

    struct Urgency: Comparable {
        let group: Int
        let day: Int
        let name: String
        let id: EnrolmentID

        static func < (a: Urgency, b: Urgency) -> Bool {
            (a.group, a.day, a.name, a.id) < (b.group, b.day, b.name, b.id)
        }
    }

    // MARK: - What is shown

    var values: Values {
        let url = "/enrolments/\(outline.id)"
        let reader = scope.reader
        var values: Values = [
            "name": entry.name, "programme": outline.plan.title.text(in: scope.language),
            "where": place,
        ]
        if let reader, outline.involved.contains(reader) || outline.changers.contains(reader) {
            values["url"] = url
            if outline.changers.contains(reader) { values["change"] = "\(url)/change" }
        }
        if let standing { values["standing"] = standing }
        if isOfUnit, let unit = entry.unit { values["unit"] = unit }
        let marks = marks
        if !marks.isEmpty { values["marks"] = marks }
        if let next, outline.status == .running {
            values["next"] = [
                "title": title(next), "when": scope.when(next, outline) ?? "",
            ] as Values
        }
        if let talk = outline.nextTalk { values["talk"] = TalkLine(talk, scope).values }
        return values
    }

    /// "12 of 30 steps, in the first month".
    private var place: String {
        let count = ["done": "\(outline.settled)", "all": "\(outline.all)"]
        let current = (next ?? outline.items.first).map { outline.plan.steps[$0.position].stage }
        let stage = outline.plan.stages.first { $0.id == current }
        guard let title = stage?.title.text(in: scope.language), !title.isEmpty else {
            return scope.text("board.steps", count)
        }
        return scope.text("board.steps-in", count.merging(["stage": title]) { $1 })
    }

    /// That the programme rests, or that somebody acts for another.
    private var standing: String? {
        if outline.status != .running {
            return scope.wording.enrolmentStatus(outline.status).beginningUpper
        }
        guard !isOfUnit, let leader = outline.leader, leader != outline.actingLeader else {
            return nil
        }
        return scope.text(leader == scope.reader ? "board.covered" : "board.covering")
    }

    private var marks: [Values] {
        var marks: [Values] = []
        if !mine.isEmpty {
            marks.append([
                "look": "open", "sign": "▸", "text": scope.count("board.mine", mine.count),
            ])
        }
        let lateMine = mine.count { $0.item.map { $0.isLate(scope.today) } ?? false }
        let lateInAll = late.count + lateMine
        if lateInAll > 0 {
            marks.append([
                "look": "overdue", "sign": "!", "text": scope.count("board.late", lateInAll),
            ])
        }
        return marks
    }

    /// What comes next: the first that is not late, or else the first of what is.
    private var next: EnrolmentOutline.Item? {
        outline.items.first { !$0.isLate(scope.today) && $0.day != nil } ?? outline.items.first
    }

    private func title(_ item: EnrolmentOutline.Item) -> String {
        scope.wording.title(outline.plan.steps[item.position])
    }
}

/// A line in one of the lists at the top of the board.
struct BoardLine: Comparable {
    let entry: BoardEntry
    /// The step, or nil where the line is about a date.
    var item: EnrolmentOutline.Item?
    private let anchor: AnchorID?
    /// The day in whose order the line stands.
    let day: Int

    init(entry: BoardEntry, item: EnrolmentOutline.Item) {
        self.entry = entry
        self.item = item
        anchor = nil
        day = item.day?.number ?? .max
    }

    init(entry: BoardEntry, anchor: AnchorID, day: CivilDay) {
        self.entry = entry
        self.anchor = anchor
        self.day = day.number
    }

    private var position: Int { item?.position ?? -1 }

    static func < (a: BoardLine, b: BoardLine) -> Bool {
        (a.day, a.entry.name, a.entry.outline.id, a.position)
            < (b.day, b.entry.name, b.entry.outline.id, b.position)
    }

    static func == (a: BoardLine, b: BoardLine) -> Bool {
        a.entry.outline.id == b.entry.outline.id && a.position == b.position
            && a.anchor == b.anchor
    }

    func values(_ scope: PageScope) -> Values {
        let outline = entry.outline
        let url = "/enrolments/\(outline.id)"
        var values: Values = ["name": entry.name]
        let mayRead = scope.reader.map(outline.involved.contains) ?? false
        guard let item else {
            let title = anchor.flatMap(outline.plan.anchor)?.title.text(in: scope.language) ?? ""
            values["title"] = title.isEmpty ? anchor?.rawValue ?? "" : title
            values["when"] = scope.wording.day(CivilDay(number: day))
            if mayRead { values["url"] = url }
            return values
        }
        let step = outline.plan.steps[item.position]
        values["title"] = scope.wording.title(step)
        if mayRead { values["url"] = "\(url)/steps/\(step.id)" }
        if let when = scope.when(item, outline) { values["when"] = when }
        if item.isLate(scope.today), item.status != .disputed {
            values["status"] = [
                "look": "overdue", "sign": "!", "text": scope.wording.overdue,
            ]
        } else if item.status == .disputed {
            values["status"] = [
                "look": "disputed", "sign": "≠", "text": scope.wording.status(.disputed),
            ]
        }
        if let reader = scope.reader, item.awaited.contains(reader) {
            if let button = button(step, item, "\(url)/steps/\(step.id)", scope) {
                values["button"] = button
            }
        } else if !item.awaitedRoles.isEmpty {
            values["waits"] = scope.text(
                "step.waits-for",
                [
                    "people": scope.wording.list(
                        item.awaitedRoles.map { role in
                            role == .participant
                                ? entry.name : scope.wording.role(role, in: outline.plan)
                        })
                ])
        }
        return values
    }

    /// Says at once that it was done, where one word is enough.
    private func button(
        _ step: Step, _ item: EnrolmentOutline.Item, _ url: String, _ scope: PageScope
    ) -> Values? {
        guard item.status != .disputed, step.questions.isEmpty else { return nil }
        // A booked talk was most likely held when it was booked for.
        var day = scope.today
        if let booked = item.startsAt?.day, booked <= day { day = booked }
        if let said = item.saidOn { day = said }
        var button = scope.form(
            "\(url)/confirmation", key: "\(entry.outline.id).\(step.id).yes")
        button["label"] = scope.text(
            step.kind.isAppointment ? "step.held-on" : "step.done-on",
            ["day": scope.shortDay(day)])
        button["day"] = day.description
        return button
    }
}

extension EnrolmentOutline {
    /// The agreement's next talk: the first that has not been held, or else the last that was.
    var nextTalk: Talk? {
        talks.first { talk in
            switch talk.item.status {
            case .planned, .open, .waiting, .disputed: true
            case .done, .skipped, .cancelled, .notApplicable: false
            }
        } ?? talks.last
    }
}

extension PageScope {
    /// By when a step should be done, or when people meet.
    func when(_ item: EnrolmentOutline.Item, _ outline: EnrolmentOutline) -> String? {
        if item.isBooked, let moment = item.startsAt {
            return text("step.booked", ["moment": wording.moment(moment)])
        }
        if let window = item.window {
            return text(
                item.isExpected ? "step.window-expected" : "step.window",
                ["from": shortDay(window.lowerBound), "to": shortDay(window.upperBound)])
        }
        if let due = item.due {
            return text(
                item.isExpected ? "step.due-expected" : "step.due", ["day": shortDay(due)])
        }
        if item.status == .planned, let opens = item.opens {
            return text("step.opens", ["day": shortDay(opens)])
        }
        return nil
    }
}
