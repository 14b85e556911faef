import ArgumentParser
import Engine
import Foundation
import JSONText
import Operations
import Placements

/// `ombord placements begin`.
struct BeginRound: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "begin",
        abstract: "Begins a round of placements in an installation.",
        discussion: """
            Its deadlines are those of the annual wheel for the study year that begins in the
            autumn: needs by 1 April, offers by 1 May, spring until 1 October. Prints its id.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "What the round is called.") var name: String
    @Option(help: "The unit whose coordinators answer for it.") var unit: String
    @Option(help: "The year in whose autumn the study year begins.") var autumn: Int
    @Option(help: "The coordinator: a person's id or address.") var by: String
    @Option(help: "The seed that the certificate names.") var seed = 0

    func run() async throws {
        let composition = try await installation.compose()
        guard let deadlines = PlacementRound.Deadlines.usual(autumnOf: autumn) else {
            throw ValidationError("--autumn is a year")
        }
        let person = try coordinator(by, composition.installation)
        let id = try await told {
            try await composition.installation.createRound(
                name, in: unit, deadlines: deadlines, seed: seed, by: person)
        }
        switch format.format {
        case .json: print(JSON.object(["round": .string(id)]).prettyText)
        case .text: print(id)
        }
    }
}

/// `ombord placements deadlines`.
struct SetDeadlines: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadlines",
        abstract: "Changes the deadlines of a round of placements.",
        discussion: """
            Those that are not given stay. The questions that nobody has answered yet get the new
            deadline, and their reminders follow.
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The round's id.") var round: String
    @Option(help: "When schools have said what they need, such as 2027-04-01.") var need: String?
    @Option(help: "When wards have said what they offer.") var offer: String?
    @Option(help: "Until when spring's offers may be changed.") var adjust: String?
    @Option(help: "The coordinator: a person's id or address.") var by: String

    func run() async throws {
        let composition = try await installation.compose()
        let service = composition.installation
        let person = try coordinator(by, service)
        guard let known = try service.placementRound(round, for: person) else {
            throw Complaint("\(by) coordinates no round \(round)")
        }
        var deadlines = known.deadlines
        if let need { deadlines.need = try day(need) }
        if let offer { deadlines.offer = try day(offer) }
        if let adjust { deadlines.adjust = try day(adjust) }
        let changed = deadlines
        try await told { try await service.setDeadlines(changed, of: round, by: person) }
        print("need \(changed.need), offer \(changed.offer), adjust \(changed.adjust)")
    }
}

/// `ombord placements load`.
struct LoadRound: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Imports a folder of CSV files into a round of an installation.",
        discussion: """
            The tables are those of "placements import", with some columns and tables more, which
            Docs/Placements.md names. Everything is written, or nothing where a row is wrong; the
            same files again change nothing. It exits with 1 where a row is wrong.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The folder.", completion: .directory) var folder: String
    @Option(help: "The round's id.") var round: String
    @Option(help: "The coordinator: a person's id or address.") var by: String
    @Flag(help: "Only tell what would happen.") var dryRun = false

    func run() async throws {
        let tables = try PlacementTables.read(folder)
        let composition = try await installation.compose()
        let person = try coordinator(by, composition.installation)
        let report = try await told {
            try await composition.installation.importTables(
                tables, into: round, by: person, dryRun: dryRun)
        }
        switch format.format {
        case .json: print(report.json.prettyText)
        case .text: print(report.text(folder))
        }
        if !report.errors.isEmpty { throw ExitCode(1) }
    }
}

private func coordinator(_ text: String, _ installation: Installation) throws -> PersonID {
    switch try installation.person(named: text) {
    case .one(let card): return card.id
    case .nobody, .several: throw ValidationError("--by \(text): names nobody, or several people")
    }
}

extension RoundImportReport {
    fileprivate var json: JSON {
        .array(
            lines.map { line in
                .object([
                    "table": .string(line.table), "line": line.line.map { .integer($0) },
                    "outcome": .string(line.outcome.rawValue),
                    "message": message(line).map { .string($0) },
                ])
            })
    }

    private func message(_ line: Line) -> String? {
        line.problem.map {
            TableFault(table: line.table, line: line.line, problem: $0).message
        }
    }

    fileprivate func text(_ folder: String) -> String {
        var text = (errors + warnings).map { line in
            let place = line.line.map { ":\($0)" } ?? ""
            return "\(folder)/\(line.table).csv\(place): \(message(line) ?? "")"
        }
        text += counts.map { table, counts in
            "\(table): "
                + ImportReport.Outcome.allCases.compactMap { outcome in
                    counts[outcome].map { count in
                        let isMany = outcome == .error && count != 1
                        return "\(count) \(outcome.rawValue)\(isMany ? "s" : "")"
                    }
                }.joined(separator: ", ")
        }
        return text.joined(separator: "\n")
    }
}
