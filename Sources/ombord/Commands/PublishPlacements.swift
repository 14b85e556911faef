import ArgumentParser
import Engine
import Operations
import Placements
import Wording

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

    @Option(help: "Publish it though this draft is known to be better.")
    var worseThan: String?

    @Option(help: "Publish it only if it is still what a dry run of this mark showed.")
    var shown: String?

    @Flag(help: "Only say what it would do, and what would refuse it.")
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
                    draft, of: round, reason: reason, by: person, confirming: worseThan,
                    shown: shown)
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
        let found = try await told {
            try service.placementDraft(draft, of: round).flatMap { draft in
                try service.difference(publishing: draft, of: round).map { (draft, $0) }
            }
        }
        guard let (plan, difference) = found else {
            throw Complaint("the round has no finished draft \(draft)")
        }
        for kind in PlaceChange.Kind.allCases {
            print("\(kind.rawValue): \(difference.counts[kind] ?? 0)")
        }
        print("unchanged: \(difference.unchanged)")
        let review = try await told { try service.review(plan, of: round) }
        let outlook = try await told {
            try service.outlook(of: round, publishing: difference, review)
        }
        print("without a place: \(outlook.unplaced)")
        print("without a tutor: \(outlook.withoutTutor)")
        if !outlook.hasTutors { print("the round has no tutors") }
        if let review { try await tell(review, round, service) }
        print("shown: \(outlook.mark)")
        let refusal = try await told {
            try service.publishingRefusal(
                draft, of: round.id, reason: reason, by: PersonID(person),
                confirming: worseThan, shown: shown)
        }
        guard let refusal else { return }
        print("it would be refused: \(refusal.sentence(in: .english, programme: nil))")
        throw ExitCode(1)
    }

    private func tell(
        _ review: DraftReview, _ round: PlacementRound, _ service: Installation
    ) async throws {
        print("changed since the draft was made: \(review.isOfToday ? "no" : "yes")")
        if let better = review.better {
            print("draft \(better.draft.number) (\(better.draft.id)) is better:")
            for level in better.levels {
                print("  \(level.level.rawValue): \(level.own), there \(level.best)")
            }
        }
        print("broken rules: \(review.broken.count)")
        let wording = Wording(language: .english)
        for rule in try await told({ try service.brokenRules(review.broken, of: round) }) {
            print("  \(rule.sentence(wording))")
        }
    }
}
