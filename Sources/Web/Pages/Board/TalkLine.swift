import CivilCalendar
import Engine
import Operations
import Wording

/// One of the agreement's talks with its window, in words and as a small picture.
struct TalkLine {
    private let talk: EnrolmentOutline.Talk
    private let scope: PageScope

    init(_ talk: EnrolmentOutline.Talk, _ scope: PageScope) {
        self.talk = talk
        self.scope = scope
    }

    var values: Values {
        let state = talk.state(scope.today)
        var values: Values = [
            "title": scope.text(talk.talk.key), "text": text(state),
        ]
        if let look = look(state) { values["look"] = look }
        if let window = talk.item.window { values["picture"] = picture(window) }
        return values
    }

    private func text(_ state: EnrolmentOutline.TalkState) -> String {
        let item = talk.item
        func say(_ key: String, _ day: CivilDay?) -> String {
            scope.text(key, ["day": day.map { scope.shortDay($0) } ?? ""])
        }
        if item.isBooked, let moment = item.startsAt, item.settledOn == nil,
            moment.day >= scope.today
        {
            return scope.text(
                "step.booked",
                [
                    "moment":
                        "\(scope.shortDay(moment.day)) \(scope.wording.time(moment.time))"
                ])
        }
        switch state {
        case .heldInTime: return say("board.talk.held", item.settledOn)
        case .heldLate: return say("board.talk.held-late", item.settledOn)
        case .leftOut: return scope.text("board.talk.left-out")
        case .missed: return say("board.talk.missed", item.window?.upperBound ?? item.due)
        case .now: return say("board.talk.now", item.window?.upperBound ?? item.due)
        case .coming:
            guard let window = item.window else { return say("board.talk.due", item.due) }
            return scope.text(
                "step.window",
                [
                    "from": scope.shortDay(window.lowerBound),
                    "to": scope.shortDay(window.upperBound),
                ])
        }
    }

    /// The mark beside the text, where the talk needs somebody's eye.
    private func look(_ state: EnrolmentOutline.TalkState) -> String? {
        switch state {
        case .heldInTime: "done"
        case .heldLate: "done"
        case .leftOut: "skipped"
        case .missed: "overdue"
        case .now: "open"
        case .coming: nil
        }
    }

    /// The window between the days before and after it, with today in it and the day of the talk:
    /// 120 wide, the window from 40 to 80.
    private func picture(_ window: ClosedRange<CivilDay>) -> Values {
        let length = max(1, window.upperBound - window.lowerBound + 1)
        func place(_ day: CivilDay) -> Int {
            min(117, max(3, 40 + 40 * (2 * (day - window.lowerBound) + 1) / (2 * length)))
        }
        var values: Values = ["today": "\(place(scope.today))"]
        if let held = talk.item.settledOn, talk.item.status == .done {
            values["held"] = "\(place(held))"
        } else if talk.item.isBooked, let booked = talk.item.startsAt?.day {
            values["booked"] = "\(place(booked))"
        }
        return values
    }
}

extension AgreementTalk {
    /// What the talk is called.
    var key: String {
        switch self {
        case .afterTwoMonths: "board.talk.after-two"
        case .afterFiveMonths: "board.talk.after-five"
        }
    }
}
