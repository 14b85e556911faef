public import Placements

// What changes of places and supervisors would come to.
extension Wording {
    /// What a scenario would come to, one sentence to a line.
    public func whatIf(_ answer: WhatIf) -> [String] {
        var lines = [
            text(
                "whatif.placed",
                [
                    "name": answer.name, "before": "\(answer.placedBefore)",
                    "students": counted("capacity.students", answer.placedAfter),
                ])
        ]
        if !answer.isProven { lines.append(text("whatif.unproven")) }
        lines += answer.lostLocks.map {
            text(
                "whatif.lost-lock", ["student": $0.student, "ward": $0.ward, "period": $0.period])
        }
        if answer.moves.isEmpty { lines.append(text("whatif.nobody")) }
        return lines + answer.moves.map(move)
    }

    /// What one more would be worth: a line for each that places anybody, and one for the rest.
    public func marginal(_ values: [MarginalValue]) -> [String] {
        let useful = values.filter { $0.placed > 0 }
        var lines = useful.map { value in
            text(
                "whatif.marginal.\(value.kind.rawValue)",
                [
                    "ward": value.ward, "profession": value.profession,
                    "year": value.year.map { "\($0)" } ?? "", "period": value.period,
                    "students": counted("capacity.students", value.placed),
                ])
        }
        let rest = values.count - useful.count
        let unproven = values.count { $0.proof == .unproven }
        lines.append(text("whatif.marginal.rest", ["count": "\(rest)"]))
        if unproven > 0 { lines.append(text("whatif.unproven")) }
        return lines
    }

    private func move(_ move: WhatIf.Move) -> String {
        func place(_ place: WhatIf.Place?) -> String {
            guard let place else { return "" }
            return text("whatif.place", ["ward": place.ward, "period": place.period])
        }
        let from = place(move.from)
        let to = place(move.to)
        if move.to == nil {
            return text("whatif.loses", ["student": move.student, "from": from])
        }
        if move.from == nil { return text("whatif.gains", ["student": move.student, "to": to]) }
        return text("whatif.moves", ["student": move.student, "from": from, "to": to])
    }
}
