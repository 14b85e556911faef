import ArgumentParser
import Engine
import Foundation
import JSONText
import Placements
import Wording

/// `ombord capacity`.
struct Capacity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Computes from the supervisors how many students the wards can have.",
        discussion: """
            Reads who can supervise (placement-capacity/1), or an instance of `ombord allocate`, and
            prints for each ward what the supervisors suffice for, beside what the ward offers, and
            why. With --without it says what is endangered when a supervisor is away.
            Exits with 1 where the input is not right. The format is in Docs/Placements.md.
            """)

    @Argument(help: "The supply or the instance.", completion: .file(extensions: ["json"]))
    var file: String

    @OptionGroup var format: FormatOption

    @Option(help: "Only this period.")
    var period: String?

    @Option(help: "A supervisor who is away: ID, ID:PERIOD or ID:WEEK..WEEK (2027-W03..2027-W05).")
    var without: String?

    @Option(
        help: "With --without: an allocation whose students are looked at too.",
        completion: .file(extensions: ["json"]))
    var allocation: String?

    @Option(
        help: "With --allocation: the instance it belongs to, where FILE is not that.",
        completion: .file(extensions: ["json"]))
    var instance: String?

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "en"

    func validate() throws {
        if allocation != nil, without == nil {
            throw ValidationError("--allocation is looked at with --without SUPERVISOR")
        }
    }

    func run() async throws {
        let wording = Wording(language: try Language.argument(language))
        var files = PlacementFiles()
        var known: PlacementInstance?
        let supply = try files.read("supply", file) { (json) throws(PlacementFault) in
            guard json["format"]?.string == "placement-instance/1" else {
                return try PlacementSupply(json)
            }
            let instance = try PlacementInstance(json)
            known = instance
            return PlacementSupply(instance, weeks: PlacementSupply.weeks(of: json))
        }
        if let period, !supply.periods.contains(where: { $0.id == period }) {
            throw Complaint("\(file): there is no period \"\(period)\"")
        }
        if let without { return try tell(without, supply, known, wording, &files) }
        let report = CapacityReport(supply)
        print(
            format.format == .json
                ? report.json(period: period).prettyText : text(report, wording))
    }

    private func tell(
        _ without: String, _ supply: PlacementSupply, _ known: PlacementInstance?,
        _ wording: Wording, _ files: inout PlacementFiles
    ) throws {
        let parts = without.split(separator: ":", maxSplits: 1).map(String.init)
        var weeks: ClosedRange<PlacementWeek>?
        if parts.count == 2, let period = supply.periods.first(where: { $0.id == parts[1] }) {
            weeks = period.weeks
        } else if parts.count == 2 {
            let ends = parts[1].split(separator: ".", omittingEmptySubsequences: true)
            guard ends.count == 2, let first = PlacementWeek(String(ends[0])),
                let last = PlacementWeek(String(ends[1])), first <= last
            else {
                throw ValidationError(
                    "\"\(parts[1])\" is no period, and no weeks as 2027-W03..2027-W05")
            }
            weeks = first...last
        }
        var placed: AbsenceImpact.Placed?
        if let allocation {
            let found = try files.read("allocation", allocation) { (json) throws(PlacementFault) in
                try PlacementAllocation(json)
            }
            let whole =
                try instance.map {
                    try files.read("instance", $0) { (json) throws(PlacementFault) in
                        try PlacementInstance(json)
                    }
                } ?? known
            guard let whole else {
                throw ValidationError("--allocation needs its instance: --instance FILE")
            }
            placed = AbsenceImpact.Placed(found, of: whole)
        }
        let impact = try located(file) { () throws(PlacementFault) in
            try AbsenceImpact(parts[0], weeks: weeks, in: supply, placed: placed)
        }
        print(
            format.format == .json
                ? impact.json.prettyText : wording.absence(impact).joined(separator: "\n"))
    }

    private func text(_ report: CapacityReport, _ wording: Wording) -> String {
        var lines: [String] = []
        for ward in report.wards {
            let cells = report.cells.filter {
                $0.ward == ward.ward && (period == nil || $0.period == period)
                    && $0.computed + ($0.offered ?? 0) > 0
            }
            if cells.isEmpty { continue }
            lines.append(wording.capacity(ward))
            for cell in cells {
                let sentences = wording.capacity(cell)
                lines.append("    " + sentences[0])
                lines += sentences.dropFirst().map { "        " + $0 }
            }
            for load in report.loads where load.ward == ward.ward && load.students > 0 {
                lines.append("    " + wording.capacity(load))
            }
        }
        return lines.joined(separator: "\n")
    }
}
