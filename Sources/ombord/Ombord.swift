import ArgumentParser
import Engine
import Foundation
import Logging
import Operations
import Wording

/// The command line.
@main
struct Ombord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ombord",
        abstract: "Runs onboarding, mentor, trainee and placement programmes.",
        discussion: """
            A programme is a YAML file. `validate`, `simulate` and `allocate` work on files alone;
            the other commands work on the database of the settings, also while the service runs.

            Begin with:
              ombord validate Workflows/oslo-onboarding.yaml
              ombord simulate Workflows/oslo-onboarding.yaml --start 2026-08-31
              ombord serve --demo small
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Programme files:",
                subcommands: [
                    Validate.self, Simulate.self, Diff.self, Mix.self, Schema.self, Diagram.self,
                ]),
            CommandGroup(
                name: "Placements:",
                subcommands: [
                    Allocate.self, Capacity.self, Match.self, Split.self, Swap.self,
                    PlacementTables.self,
                ]),
            CommandGroup(name: "The service:", subcommands: [Serve.self, Doctor.self]),
            CommandGroup(
                name: "People and programmes:",
                subcommands: [
                    Publish.self, Import.self, Export.self, Enrol.self, Status.self, Explain.self,
                    Complete.self, Confirm.self, Change.self, Tailor.self, Suggestions.self,
                    Staff.self, MigrateProgramme.self, CompetenceCommand.self, Evaluations.self,
                ]),
            CommandGroup(
                name: "Operations:",
                subcommands: [
                    OutboxCommand.self, Webhook.self, Verify.self, Backup.self,
                    Restore.self, CopyInstallation.self,
                ]),
        ])
}

/// Options of every command that works on an installation.
struct InstallationOptions: ParsableArguments {
    @Option(name: .long, help: "The settings file (YAML). OMBORD_CONFIG names one too.")
    var config: String?

    @Option(name: .long, help: "The data folder; stands over the setting `data`.")
    var data: String?

    func compose(_ more: [String: String] = [:]) async throws -> Composition {
        try await compose(try await settings(more))
    }

    func settings(_ more: [String: String] = [:]) async throws -> Settings {
        var overrides = more
        if let data { overrides["data"] = data }
        return try await told { try await Settings.load(file: config, overrides: overrides) }
    }

    /// - Parameter file: The database that is opened instead of that of the settings.
    func compose(_ settings: Settings, file: String? = nil) async throws -> Composition {
        try await told {
            var logger = Logger(label: "ombord") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = Logger.Level(rawValue: settings["log.level"]) ?? .info
            return try Composition(settings, logger: logger, file: file)
        }
    }
}

/// How data is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct FormatOption: ParsableArguments {
    @Option(name: .long, help: "text for people, json for programs.")
    var format: OutputFormat = .text
}

/// Runs something and turns what goes wrong into one plain line and an exit code.
func told<R>(_ body: () async throws -> R) async throws -> R {
    do {
        return try await body()
    } catch let error as SettingsFault {
        throw Complaint(error.description)
    } catch let error as OperationError {
        throw Complaint(error.sentence(in: .english, programme: nil))
    } catch let error as ImportFault {
        throw Complaint("\(error.file):\(error.fault.line): \(error.fault.message)")
    }
}

/// An error whose description is all that there is to say.
struct Complaint: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Writes a line to standard error.
func complain(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
