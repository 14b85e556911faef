import CivilCalendar
import Engine
import Operations
import Wording

/// A line in one of the lists at the top of the board.
struct BoardLine: Comparable {
    private let row: BoardRow
    /// The place among the outline's items, or among its dates, which come first.
    private let index: Int
    private let isDate: Bool
    /// The day in whose order the line stands.
    private let day: Int

    init(_ row: BoardRow, item index: Int) {
        self.row = row
        self.index = index
        isDate = false
        day = row.entry.outline.items[index].day?.number ?? .max
    }

    init(_ row: BoardRow, date index: Int) {
        self.row = row
        self.index = index
        isDate = true
        day = row.entry.outline.anchors[index].day.number
    }

    private var entry: BoardEntry { row.entry }

    private var order: (Int, String, EnrolmentID, Int) {
        (day, entry.name, entry.outline.id, isDate ? -1 - index : index)
    }

    static func < (a: BoardLine, b: BoardLine) -> Bool {
        a.day != b.day ? a.day < b.day : a.order < b.order
    }

    static func == (a: BoardLine, b: BoardLine) -> Bool { a.order == b.order }

    func values(_ scope: PageScope) -> Values {
        let outline = entry.outline
        let url = "/enrolments/\(outline.id)"
        var values: Values = ["name": entry.name]
        let mayRead = scope.reader.map(outline.involved.contains) ?? false
        if isDate {
            let (id, day) = outline.anchors[index]
            let title = outline.plan.anchor(id)?.title.text(in: scope.language) ?? ""
            values["title"] = title.isEmpty ? id.rawValue : title
            values["when"] = scope.wording.day(day)
            if mayRead { values["url"] = url }
            return values
        }
        let item = outline.items[index]
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
