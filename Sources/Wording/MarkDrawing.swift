import Engine

/// Draws one step: a bar, with a diamond on the due day of a talk and a dot for a message, in a
/// look that tells its status without colour.
struct MarkDrawing {
    let mark: Timeline.Mark

    private static let half = 5.0

    func draw(
        from left: Double, to right: Double, point: Double, middle: Double,
        _ canvas: inout SVGCanvas
    ) {
        let width = max(4, right - left)
        let look = "mark \(mark.status?.rawValue ?? "plain")"
        if mark.isMessage {
            canvas.circle(point, middle, 4.5, look)
        } else if mark.status == .notApplicable {
            canvas.line(left, middle, left + width, middle, look)
        } else if mark.isAppointment {
            if right - left > 14 { canvas.rect(left, middle - 2, width, 4, "\(look) lead") }
            // What is hollow or patterned hides the lead behind it.
            canvas.diamond(point, middle, 7, "paper")
            canvas.diamond(point, middle, 7, look)
        } else {
            canvas.rect(left, middle - Self.half, width, 2 * Self.half, look, radius: 2)
        }
        let end = mark.isAppointment || mark.isMessage ? point : left + width
        glyph(at: end, middle: middle, &canvas)
    }

    private func glyph(at x: Double, middle y: Double, _ canvas: inout SVGCanvas) {
        let isCentred = mark.isAppointment || mark.isMessage
        let centre = isCentred ? x : x - 6
        switch mark.status {
        case .done:
            canvas.path([(centre - 3, y), (centre - 1, y + 2.5), (centre + 3.5, y - 3)], "tick")
        case .cancelled:
            canvas.path([(centre - 4, y - 4), (centre + 4, y + 4)], "cross")
            canvas.path([(centre - 4, y + 4), (centre + 4, y - 4)], "cross")
        case .disputed:
            canvas.circle(centre, y, 5, "paper")
            canvas.path([(centre, y - 4), (centre, y + 1)], "cross")
            canvas.path([(centre, y + 3), (centre, y + 4)], "cross")
        case .planned, .open, .waiting, .skipped, .notApplicable, nil: break
        }
        if mark.isOverdue {
            canvas.triangle(isCentred ? x : x - 6, y, 6, "late")
        }
    }
}

/// How the picture looks, in light and in dark.
enum TimelineStyle {
    private struct Palette {
        var ink, muted, paper, grid, band, shade, main, done, waiting, disputed, late: String
    }

    private static let light = Palette(
        ink: "#1a1d21", muted: "#4d5661", paper: "#ffffff", grid: "#d5dbe2", band: "#edf1f5",
        shade: "#bcd3ee", main: "#1d5a9e", done: "#1b6b3a", waiting: "#6f3f97",
        disputed: "#a3231b", late: "#c4320a")
    private static let dark = Palette(
        ink: "#f1f3f5", muted: "#b3bcc6", paper: "#14171b", grid: "#333b45", band: "#20272f",
        shade: "#2d4a6b", main: "#86b9f2", done: "#74c793", waiting: "#d0aaf0",
        disputed: "#ff9d92", late: "#ffb168")

    /// The rules, kept to this picture so that they leave the rest of a page alone.
    static func css(identifier: String) -> String {
        let name = "#" + SVGText.escaped(identifier)
        let shape = """
            \(name) text { font-family: system-ui, "Segoe UI", Roboto, sans-serif; }
            \(name) .heading, \(name) .strong { font-weight: 600; }
            \(name) .grid { stroke-width: 1; }
            \(name) .year { stroke-width: 2; }
            \(name) .today { stroke-width: 2; stroke-dasharray: 6 3; }
            \(name) .mark { stroke-width: 1.5; }
            \(name) .planned { fill: none; }
            \(name) .waiting { fill: url(#\(SVGText.escaped(identifier))-stripes); }
            \(name) .disputed { fill: url(#\(SVGText.escaped(identifier))-checks); }
            \(name) .skipped, \(name) .cancelled { stroke-dasharray: 3 2; fill: none; }
            \(name) .not-applicable { stroke-dasharray: 1 4; stroke-width: 2; }
            \(name) .tick, \(name) .cross { fill: none; stroke-width: 2; }

            """
        let night = colours(dark, name).split(separator: "\n").map { "  \($0)\n" }.joined()
        return shape + colours(light, name) + "@media (prefers-color-scheme: dark) {\n" + night
            + "}\n"
    }

    /// Stripes and checks for what waits and what is disputed.
    static func patterns(identifier: String) -> String {
        let name = SVGText.escaped(identifier)
        return """
            <defs>
            <pattern id="\(name)-stripes" width="5" height="5" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><rect class="stripe" width="2.5" height="5"/></pattern>
            <pattern id="\(name)-checks" width="5" height="5" patternUnits="userSpaceOnUse">\
            <rect class="check" width="2.5" height="2.5"/>\
            <rect class="check" x="2.5" y="2.5" width="2.5" height="2.5"/></pattern>
            </defs>

            """
    }

    private static func colours(_ palette: Palette, _ name: String) -> String {
        """
        \(name) .paper { fill: \(palette.paper); }
        \(name) .ink { fill: \(palette.ink); }
        \(name) .muted { fill: \(palette.muted); }
        \(name) .band { fill: \(palette.band); }
        \(name) .window { fill: \(palette.shade); }
        \(name) .grid { stroke: \(palette.grid); }
        \(name) .today { stroke: \(palette.ink); }
        \(name) .plain, \(name) .open { fill: \(palette.main); stroke: \(palette.main); }
        \(name) .planned { stroke: \(palette.main); }
        \(name) .done { fill: \(palette.done); stroke: \(palette.done); }
        \(name) .waiting { stroke: \(palette.waiting); }
        \(name) .stripe { fill: \(palette.waiting); }
        \(name) .disputed { stroke: \(palette.disputed); }
        \(name) .check { fill: \(palette.disputed); }
        \(name) .skipped, \(name) .cancelled { stroke: \(palette.muted); }
        \(name) .not-applicable { stroke: \(palette.muted); }
        \(name) .tick { stroke: \(palette.paper); }
        \(name) .cross { stroke: \(palette.ink); }
        \(name) .late { fill: \(palette.late); stroke: \(palette.paper); }

        """
    }
}
