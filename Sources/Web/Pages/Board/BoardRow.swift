import CivilCalendar
import Engine
import Operations
import Wording

/// One person on the board: where they are, what comes next, and the agreement's next talk.
///
/// All of it follows from the enrolment, the day and the reader, so a row is made once and kept.
final class BoardRow: Sendable {
    let entry: BoardEntry
    /// What of the outline's items waits for the reader, what the reader takes part in within a
    /// week, and what is late and waits for others.
    let mine: [Int]
    let week: [Int]
    let late: [Int]
    /// The dates within a week.
    let anchors: [Int]
    let urgency: Urgency
    let html: [UInt8]

    init(_ entry: BoardEntry, isOfUnit: Bool, scope: PageScope) {
        self.entry = entry
        let outline = entry.outline
        let end = scope.today.adding(days: 7)
        var mine: [Int] = []
        var week: [Int] = []
        var late: [Int] = []
        if let reader = scope.reader, outline.status == .running {
            for (index, item) in outline.items.enumerated() {
                if item.awaited.contains(reader) {
                    mine.append(index)
                } else if item.isLate(scope.today) {
                    late.append(index)
                } else if let day = item.day, day >= scope.today, day < end,
                    item.parties.contains(reader)
                {
                    week.append(index)
                }
            }
        }
        self.mine = mine
        self.week = week
        self.late = late
        anchors = outline.anchors.indices.filter {
            outline.anchors[$0].day >= scope.today && outline.anchors[$0].day < end
        }
        let writer = BoardRowWriter(
            entry: entry, isOfUnit: isOfUnit, scope: scope, mine: mine, late: late)
        urgency = writer.urgency
        html = PageTemplates.template("boardrow", in: scope.language).map {
            PageRenderer.render($0, writer.values)
        } ?? []
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
}

/// The rows that were shown last, by enrolment. A row is good for the one who read it, on the day.
final class BoardRows: Sendable {
    private struct Kept {
        let reader: PersonID?
        let day: CivilDay
        let language: Language
        let isOfUnit: Bool
        let row: BoardRow
    }

    private let rows = RecentlyUsed<EnrolmentID, Kept>(generation: 2048)

    /// The row of an entry, made anew where anything that it says may be different.
    func row(_ entry: BoardEntry, isOfUnit: Bool, scope: PageScope) -> BoardRow {
        let id = entry.outline.id
        if let kept = rows[id], kept.row.entry.outline === entry.outline, kept.day == scope.today,
            kept.reader == scope.reader, kept.language == scope.language,
            kept.isOfUnit == isOfUnit, kept.row.entry.name == entry.name,
            kept.row.entry.unit == entry.unit
        {
            return kept.row
        }
        let row = BoardRow(entry, isOfUnit: isOfUnit, scope: scope)
        rows[id] = Kept(
            reader: scope.reader, day: scope.today, language: scope.language, isOfUnit: isOfUnit,
            row: row)
        return row
    }
}

/// Writes what a row says.
private struct BoardRowWriter {
    let entry: BoardEntry
    /// Whether the unit's name is worth saying.
    let isOfUnit: Bool
    let scope: PageScope
    let mine: [Int]
    let late: [Int]

    private var outline: EnrolmentOutline { entry.outline }

    /// What needs the reader first comes first: what is late and theirs, what is theirs, what is
    /// late, and then by date.
    var urgency: BoardRow.Urgency {
        let items = outline.items
        let isMineLate = mine.contains {
            items[$0].isLate(scope.today) || items[$0].status == .disputed
        }
        let group = isMineLate ? 0 : !mine.isEmpty ? 1 : late.isEmpty ? 3 : 2
        let day = (mine + late).map { items[$0].day?.number ?? .max }.min()
        return BoardRow.Urgency(
            group: group, day: day ?? next?.day?.number ?? .max, name: entry.name, id: outline.id)
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
            marks.append(["look": "open", "text": scope.count("board.mine", mine.count)])
        }
        let lateMine = mine.count { outline.items[$0].isLate(scope.today) }
        let lateInAll = late.count + lateMine
        if lateInAll > 0 {
            marks.append([
                "look": "overdue", "text": scope.count("board.late", lateInAll),
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
