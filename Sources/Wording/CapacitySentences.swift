public import Placements

extension Wording {
    /// A profession by the name that the languages have for it; as it is written where they have
    /// none.
    public func placementProfession(_ profession: String) -> String {
        optionalText("page.placed.profession.\(profession)") ?? profession
    }
}

// How many students the supervisors suffice for, and why.
extension Wording {
    /// A cell of a capacity report in sentences: the number and its parts, what the ward said, and
    /// who does not count.
    public func capacity(_ cell: CapacityReport.Cell) -> [String] {
        var lines = [
            text(
                "capacity.cell",
                [
                    "profession": placementProfession(cell.profession),
                    "year": "\(cell.year)", "period": cell.period,
                    "sum": sum(cell),
                ])
        ]
        lines.append(offer(cell))
        if cell.alone > cell.computed {
            lines.append(text("capacity.alone", ["count": "\(cell.alone)"]))
        }
        if !cell.missing.isEmpty { lines.append(missing(cell)) }
        return lines
    }

    /// A cell's computed number beside the field where the ward types its own.
    public func capacityHint(_ cell: CapacityReport.Cell) -> String {
        var line = text("capacity.hint", ["sum": sum(cell)])
        // The years share supervisors: none for this one is not none at all.
        if cell.alone > cell.computed {
            line += " " + text("capacity.alone", ["count": "\(cell.alone)"])
        }
        if !cell.missing.isEmpty { line += " " + missing(cell) }
        return line
    }

    private func missing(_ cell: CapacityReport.Cell) -> String {
        let reasons = cell.missing.map {
            counted("capacity.reason.\($0.reason.rawValue)", $0.supervisors)
        }
        return text("capacity.missing", ["reasons": list(reasons)])
    }

    /// A ward of a capacity report over the year.
    public func capacity(_ ward: CapacityReport.Ward) -> String {
        text(
            "capacity.ward",
            [
                "ward": ward.ward, "students": counted("capacity.students", ward.computed),
                "offered": "\(ward.offered)", "supported": "\(ward.supported)",
            ])
    }

    /// A supervisor's load over the year.
    public func capacity(_ load: CapacityReport.Load) -> String {
        var line = text(
            "capacity.load",
            [
                "supervisor": load.supervisor,
                "students": counted("capacity.students", load.students),
                "weeks": counted("capacity.weeks", load.weeks),
            ])
        if let most = load.maximumWeeks {
            line += " " + counted("capacity.load-weeks", most)
        }
        if let most = load.maximumStudents {
            line += " " + counted("capacity.load-students", most)
        }
        return line
    }

    /// What an absence endangers, one sentence to a line.
    public func absence(_ impact: AbsenceImpact) -> [String] {
        if impact.periods.isEmpty {
            return [text("capacity.absence.nothing", ["supervisor": impact.supervisor])]
        }
        var lines = [
            text(
                "capacity.absence.periods",
                [
                    "supervisor": impact.supervisor, "ward": impact.ward,
                    "periods": list(impact.periods),
                ]),
            text(
                "capacity.absence.places",
                [
                    "ward": impact.ward, "before": "\(impact.placesBefore)",
                    "after": "\(impact.placesAfter)",
                ]),
        ]
        lines += impact.losses.map {
            text(
                "capacity.absence.loss",
                [
                    "profession": $0.profession, "year": "\($0.year)", "period": $0.period,
                    "before": "\($0.before)", "after": "\($0.after)",
                ])
        }
        lines += impact.students.map { student in
            var values = ["student": student.student, "period": student.period]
            guard let cover = student.cover else {
                return text("capacity.absence.uncovered", values)
            }
            values["cover"] = cover
            return text("capacity.absence.covered", values)
        }
        return lines
    }

    private func sum(_ cell: CapacityReport.Cell) -> String {
        let parts = cell.parts
        var texts: [String] = []
        if parts.one > 0 { texts.append(counted("capacity.part.one", parts.one)) }
        if parts.pairs > 0 { texts.append(counted("capacity.part.pair", parts.pairs)) }
        if parts.coSupervised > 0 {
            texts.append(counted("capacity.part.co-supervised", parts.coSupervised))
        }
        if parts.dense > 0 {
            texts.append(
                text(
                    "capacity.part.dense",
                    [
                        "students": counted("capacity.students", parts.dense),
                        "supervisors": counted("capacity.supervisors", parts.denseSupervisors),
                    ]))
        }
        if texts.isEmpty { return "0" }
        return "\(cell.computed) = \(texts.joined(separator: " + "))"
    }

    private func offer(_ cell: CapacityReport.Cell) -> String {
        guard let offered = cell.offered else { return text("capacity.offer.none") }
        if offered == cell.computed { return text("capacity.offer.same") }
        let difference = abs(offered - cell.computed)
        return text(
            offered > cell.computed ? "capacity.offer.more" : "capacity.offer.less",
            ["offered": "\(offered)", "count": "\(difference)"])
    }

    /// The text for one or for many, which has the count by that name.
    public func counted(
        _ key: String, _ count: Int, _ values: [String: String] = [:]
    ) -> String {
        text(
            "\(key).\(count == 1 ? "one" : "many")",
            values.merging(["count": "\(count)"]) { own, _ in own })
    }
}
