import ArgumentParser
import Engine
import Operations

/// `ombord placements publish`.
struct PublishPlacements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publishes a draft of a round: starts, moves and ends placement programmes.",
        discussion: """
            It is one act: it can be interrupted, goes on with --resume or by itself where the
            service runs, and nobody is told twice. --dry-run says what it would do.
            """)

    @OptionGroup var installation: InstallationOptions

    @Argument(help: "The round.") var round: String

    @Argument(help: "The draft.") var draft: String?

    @Option(name: .customLong("as"), help: "The coordinator who publishes.")
    var person: String

    @Option(help: "What those who get another place are told.")
    var reason = ""

    @Option(help: "Carry this publication on that was interrupted.")
    var resume: String?

    @Flag(help: "Only say what it would do.")
    var dryRun = false

    func validate() throws {
        if (draft == nil) == (resume == nil) {
            throw ValidationError("write a draft, or --resume and a publication")
        }
    }

    func run() async throws {
        let service = try await installation.compose().installation
        let person = PersonID(person)
        guard let known = try await told({ try service.placementRound(round, for: person) })
        else { throw Complaint("\(self.person) coordinates no round \(round)") }
        if dryRun, let draft { return try await preview(draft, known, service) }
        var publication = resume
        if let draft {
            publication = try await told {
                try await service.publishPlacements(
                    draft, of: round, reason: reason, by: person)
            }
        }
        guard let publication,
            var progress = try await told({ try service.publication(publication, of: known) })
        else { throw Complaint("the round has no such publication") }
        complain("publication \(publication)")
        while !progress.isFinished {
            progress = try await told { try await service.continuePublication(publication) }
            complain("\(progress.total - progress.waiting) of \(progress.total)")
        }
        print("\(progress.done) done, \(progress.refused) without a programme")
    }

    private func preview(
        _ draft: String, _ round: PlacementRound, _ service: Installation
    ) async throws {
        let difference = try await told {
            try service.placementDraft(draft, of: round).flatMap {
                try service.difference(publishing: $0, of: round)
            }
        }
        guard let difference else { throw Complaint("the round has no finished draft \(draft)") }
        for kind in PlaceChange.Kind.allCases {
            print("\(kind.rawValue): \(difference.counts[kind] ?? 0)")
        }
        print("unchanged: \(difference.unchanged)")
    }
}
