import CivilCalendar
import Engine

/// Draws a timeline: months along the top, stages as bands, a row for each step.
struct TimelinePicture {
    let timeline: Timeline
    let title: LocalizedText
    let today: CivilDay?
    let identifier: String
    let wording: Wording
    /// Whether each mark says in words what it shows. Within an `<img>` nobody is told.
    var isSpoken = true

    private enum Layout {
        static let width = 1200.0
        static let margin = 16.0
        static let plotLeft = 336.0
        static let plotRight = 1184.0
        static let plotTop = 96.0
        static let bandHeight = 28.0
        static let rowHeight = 24.0
        static let labelGap = 12.0
    }

    func svg() -> String {
        let span = axisSpan
        let scale = span.map {
            TimelineScale($0, from: Layout.plotLeft, to: Layout.plotRight)
        }
        var canvas = SVGCanvas()
        var y = Layout.plotTop
        for band in timeline.bands {
            draw(band, &y, scale, &canvas)
        }
        let plotBottom = y
        var axis = SVGCanvas()
        if let scale { drawAxis(scale, bottom: plotBottom, &axis) }
        var after = SVGCanvas()
        if let scale { drawToday(scale, bottom: plotBottom, &after) }
        y = drawLegend(from: plotBottom + 20, &after)
        let height = y + Layout.margin
        return document(height: height, body: axis.markup + canvas.markup + after.markup)
    }

    /// Whole months around everything that has a day.
    private var axisSpan: ClosedRange<CivilDay>? {
        guard let span = timeline.span else { return nil }
        let last = span.upperBound.fields
        let first = span.lowerBound.adding(days: 1 - span.lowerBound.fields.day)
        let end = span.upperBound.adding(
            days: CivilDay.daysIn(month: last.month, of: last.year) - last.day)
        return first...end
    }

    private func document(height: Double, body: String) -> String {
        let name = SVGText.escaped(identifier)
        let heading = title.text(in: wording.language)
        let shown = SVGText.shortened(heading, size: 18, to: Layout.width - 2 * Layout.margin)
        let size = "width=\"\(svg: Layout.width)\" height=\"\(svg: height)\""
        var canvas = SVGCanvas()
        canvas.rect(0, 0, Layout.width, height, "paper")
        canvas.text(shown, Layout.margin, 28, size: 18, "ink heading")
        return """
            <svg xmlns="http://www.w3.org/2000/svg" id="\(name)" class="timeline" role="img" \
            viewBox="0 0 \(svg: Layout.width) \(svg: height)" \(size) \
            aria-labelledby="\(name)-title \(name)-desc">
            <title id="\(name)-title">\(SVGText.escaped(heading))</title>
            <desc id="\(name)-desc">\(SVGText.escaped(description))</desc>
            <style>
            \(TimelineStyle.css(identifier: identifier))</style>
            \(TimelineStyle.patterns(identifier: identifier))\(canvas.markup)\(body)</svg>

            """
    }

    private var description: String {
        let count = "\(timeline.marks.count)"
        guard let span = timeline.span else {
            return wording.text("timeline.empty", ["count": count])
        }
        return wording.text(
            "timeline.description",
            [
                "from": wording.day(span.lowerBound), "to": wording.day(span.upperBound),
                "count": count,
            ])
    }

    // MARK: - Axis

    private func drawAxis(_ scale: TimelineScale, bottom: Double, _ canvas: inout SVGCanvas) {
        let months = scale.months
        let monthWidth = (Layout.plotRight - Layout.plotLeft) / Double(max(1, months.count))
        // Every month is named where there is room, otherwise every third, sixth or twelfth.
        let every = [1, 3, 6, 12].first { Double($0) * monthWidth >= 36 } ?? 12
        var yearStart: (year: Int, x: Double)?
        for (index, month) in months.enumerated() {
            let x = scale.left(of: month)
            let fields = month.fields
            let startsYear = index == 0 || fields.month == 1
            canvas.line(x, startsYear ? 40 : 58, x, bottom, startsYear ? "grid year" : "grid")
            let end = scale.right(of: month.adding(months: 1).adding(days: -1))
            let name = wording.shortMonth(fields.month)
            let needed = SVGText.width(name, size: 12) + 4
            if (fields.month - 1) % every == 0, needed <= Layout.plotRight - x,
                every > 1 || needed <= end - x
            {
                canvas.text(name, x + 4, 72, size: 12, "muted")
            }
            if startsYear {
                if let start = yearStart { drawYear(start.year, start.x, x, &canvas) }
                yearStart = (fields.year, x)
            }
        }
        if let start = yearStart { drawYear(start.year, start.x, Layout.plotRight, &canvas) }
        canvas.line(Layout.plotRight, 40, Layout.plotRight, bottom, "grid year")
    }

    private func drawYear(_ year: Int, _ from: Double, _ to: Double, _ canvas: inout SVGCanvas) {
        if SVGText.width("\(year)", size: 12) + 8 <= to - from {
            canvas.text("\(year)", from + 4, 52, size: 12, "ink strong")
        }
    }

    private func drawToday(_ scale: TimelineScale, bottom: Double, _ canvas: inout SVGCanvas) {
        guard let today, scale.days.contains(today) else { return }
        let x = scale.middle(of: today)
        canvas.line(x, 90, x, bottom, "today")
        let label = wording.text(
            "timeline.today", ["day": wording.shortDay(today, withYear: true)])
        let width = SVGText.width(label, size: 12)
        let left = min(max(x - width / 2, Layout.plotLeft), Layout.plotRight - width)
        canvas.text(label, left, 87, size: 12, "ink strong")
    }

    // MARK: - Rows

    private func draw(
        _ band: Timeline.Band, _ y: inout Double, _ scale: TimelineScale?,
        _ canvas: inout SVGCanvas
    ) {
        let room = Layout.plotRight - Layout.margin - 8
        canvas.rect(
            Layout.margin, y + 3, Layout.plotRight - Layout.margin, Layout.bandHeight - 6, "band")
        canvas.text(
            SVGText.shortened(band.title, size: 13, to: room), Layout.margin + 6, y + 18.5,
            size: 13, "ink strong")
        y += Layout.bandHeight
        for row in band.rows {
            draw(row, y, scale, &canvas)
            y += Layout.rowHeight
        }
    }

    private func draw(
        _ row: Timeline.Row, _ y: Double, _ scale: TimelineScale?, _ canvas: inout SVGCanvas
    ) {
        let labelLeft = Layout.margin + 6
        let label = SVGText.shortened(
            row.title, size: 13, to: Layout.plotLeft - Layout.labelGap - labelLeft)
        let isShort = label != row.title && isSpoken
        if isShort { canvas.open("g", title: row.title) }
        canvas.text(label, labelLeft, y + 16.5, size: 13, "ink")
        if isShort { canvas.close("g") }
        let middle = y + Layout.rowHeight / 2
        // Windows first, so that no shade lies over a neighbour's bar.
        for mark in row.marks {
            guard let scale, let window = mark.window else { continue }
            let left = scale.left(of: window.lowerBound)
            canvas.rect(
                left, y + 2, scale.right(of: window.upperBound) - left, Layout.rowHeight - 4,
                "window")
        }
        var drawnTo = Layout.plotLeft
        for mark in row.marks {
            guard let scale, let span = mark.span else { continue }
            let end = scale.right(of: span.upperBound)
            // Of a series, each begins where the one before ends.
            let start = min(max(scale.left(of: span.lowerBound), drawnTo), end)
            drawnTo = mark.isAppointment ? end + 8 : end
            if isSpoken { canvas.open("g", title: spoken(mark, span)) }
            MarkDrawing(mark: mark).draw(
                from: start, to: end, point: scale.middle(of: span.upperBound), middle: middle,
                &canvas)
            if isSpoken { canvas.close("g") }
        }
        if row.marks.allSatisfy({ $0.span == nil }) {
            let status = row.marks.first?.status
            let text =
                status == .notApplicable
                ? wording.status(.notApplicable) : wording.text("timeline.without-date")
            canvas.text(text, Layout.plotLeft + 4, y + 16.5, size: 12, "muted")
        }
    }

    /// What a mark says to whoever points at it.
    private func spoken(_ mark: Timeline.Mark, _ span: ClosedRange<CivilDay>) -> String {
        var text =
            span.lowerBound == span.upperBound || mark.isMessage
            ? wording.text(
                "timeline.point", ["step": mark.title, "day": wording.day(span.upperBound)])
            : wording.text(
                "timeline.bar",
                [
                    "step": mark.title, "from": wording.day(span.lowerBound),
                    "to": wording.day(span.upperBound),
                ])
        if let window = mark.window {
            text = wording.list([
                text,
                wording.text(
                    "timeline.window",
                    [
                        "from": wording.day(window.lowerBound),
                        "to": wording.day(window.upperBound),
                    ]),
            ])
        }
        guard let status = mark.status else { return text }
        var names = [wording.status(status)]
        if mark.isOverdue { names.append(wording.overdue) }
        return wording.text(
            "timeline.with-status", ["text": text, "status": wording.list(names)])
    }

    // MARK: - Legend

    /// The signs that occur, each with its name; returns where it ends.
    private func drawLegend(from top: Double, _ canvas: inout SVGCanvas) -> Double {
        var x = Layout.margin + 6
        var y = top
        for (sample, name) in legend {
            let width = 34 + SVGText.width(name, size: 12) + 20
            if x + width > Layout.plotRight, x > Layout.margin + 6 {
                x = Layout.margin + 6
                y += 22
            }
            switch sample {
            case .window: canvas.rect(x, y - 10, 26, 20, "window")
            case .mark(let mark):
                MarkDrawing(mark: mark).draw(
                    from: x, to: x + 26, point: x + 13, middle: y, &canvas)
            }
            canvas.text(name, x + 34, y + 4, size: 12, "muted")
            x += width
        }
        return y + 10
    }

    private enum Sample {
        case window
        case mark(Timeline.Mark)
    }

    private var legend: [(Sample, String)] {
        let marks = timeline.marks.filter { $0.span != nil }
        var items: [(Sample, String)] = []
        let bar = Timeline.Mark(title: "", isAppointment: false, isMessage: false)
        if marks.contains(where: { $0.status == nil && !$0.isMessage && !$0.isAppointment }) {
            items.append((.mark(bar), wording.text("timeline.legend.step")))
        }
        if marks.contains(where: \.isAppointment) {
            var talk = bar
            talk.isAppointment = true
            items.append((.mark(talk), wording.text("timeline.legend.talk")))
        }
        if marks.contains(where: { $0.window != nil }) {
            items.append((.window, wording.text("timeline.legend.window")))
        }
        if marks.contains(where: \.isMessage) {
            var message = bar
            message.isMessage = true
            items.append((.mark(message), wording.text("timeline.legend.message")))
        }
        for status in ShownStatus.allCases where marks.contains(where: { $0.status == status }) {
            var example = bar
            example.status = status
            items.append((.mark(example), wording.status(status)))
        }
        if marks.contains(where: \.isOverdue) {
            var late = bar
            late.status = .open
            late.isOverdue = true
            items.append((.mark(late), wording.overdue))
        }
        return items
    }
}
