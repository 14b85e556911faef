public import ArgumentParser
import Engine
import Foundation
import JSONText
public import Placements
import Wording

extension AllocationProfile: ExpressibleByArgument {}
extension AllocationMethod: ExpressibleByArgument {}

/// `ombord allocate`.
struct Allocate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Allocates students to placements.",
        discussion: """
            Reads an instance and writes an allocation with a certificate: what is proven about it,
            and from what. With --base and --disruption it repairs what was published, and disturbs
            as few as it can. With --explain it says why one student is where the student is, and
            with --what-if what would be otherwise; those two change nothing.
            Exits with 1 where the input is not right, and then writes nothing; with --format json
            it says on standard output what is wrong, and which locks cannot stand together.
            Formats and methods are in Docs/Placements.md.
            """)

    @Argument(help: "The instance.", completion: .file(extensions: ["json"]))
    var instance: String

    @Option(help: "A: wishes and journeys before fairness; B: fairness before them.")
    var profile: AllocationProfile = .wishesFirst

    @Option(help: "optimal, stable or serial.")
    var method: AllocationMethod = .optimal

    @Option(help: "The most seconds to search for; the best so far is written then.")
    var timeLimit: Double = 300

    @Option(help: "The published allocation to repair.", completion: .file(extensions: ["json"]))
    var base: String?

    @Option(help: "What happened since.", completion: .file(extensions: ["json"]))
    var disruption: String?

    @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
    var output: String?

    @Option(help: "Explain this student's place instead.")
    var explain: String?

    @Option(help: "Explain what has become of this ward's places instead.")
    var explainWard: String?

    @Option(
        help: "With --explain and --what-if: the allocation as it is; otherwise one is made.",
        completion: .file(extensions: ["json"]))
    var allocation: String?

    @Option(
        help: """
            What would be otherwise: a file of scenarios, or changes of one, each as \
            supervisor:WARD:PROFESSION[:PERIOD], places:WARD:PROFESSION:YEAR:PERIOD[:COUNT], \
            tospann:WARD[:PLACES] or without:ID[:PERIOD].
            """)
    var whatIf: [String] = []

    @Flag(help: "Tell what one place and one supervisor more would be worth, everywhere.")
    var marginal = false

    @Option(help: "With --explain and --what-if: the language, nb, nn or en.")
    var language = "en"

    @Option(help: "How wrong input is told: text for people, json for programs too.")
    var format: OutputFormat = .text

    func validate() throws {
        if disruption != nil, base == nil {
            throw ValidationError("--disruption needs the published allocation: --base FILE")
        }
        if output == nil, explain == nil, explainWard == nil, whatIf.isEmpty, !marginal {
            throw ValidationError("say where to write: --output FILE, or - for standard output")
        }
        if timeLimit.isNaN || timeLimit <= 0 {
            throw ValidationError("--time-limit is a number of seconds above 0")
        }
    }

    func run() async throws {
        var known: PlacementInstance?
        do {
            try perform(&known)
        } catch let error as LocatedFault {
            if format == .json { print(error.fault.certificate(of: known).prettyText) }
            throw error
        }
    }

    /// - Parameter known: The instance, as soon as it has been read.
    private func perform(_ known: inout PlacementInstance?) throws {
        var files = PlacementFiles()
        let instance = try files.read("instance", instance) { (json) throws(PlacementFault) in
            try PlacementInstance(json)
        }
        known = instance
        let base = try base.map {
            try files.read("base", $0) { (json) throws(PlacementFault) in
                try PlacementAllocation(json)
            }
        }
        let disruption = try disruption.map {
            try files.read("disruption", $0) { (json) throws(PlacementFault) in
                try PlacementDisruption(json)
            }
        }
        if let disruption { known = try? instance.applying(disruption) }
        let allocator = try located(self.disruption ?? self.instance) {
            () throws(PlacementFault) in
            try Allocator(instance, base: base, disruption: disruption)
        }
        if explain != nil || explainWard != nil { return try tell(allocator, &files) }
        if marginal || !whatIf.isEmpty { return try look(allocator, &files) }
        var result = allocate(allocator)
        result.certificate.inputs = files.inputs
        guard result.certificate.status != .invalid else {
            let first = result.certificate.violations.first
            throw Complaint(
                "the allocation breaks \(first?.code.rawValue ?? "a rule") and was not written")
        }
        try write(result)
    }

    private func tell(_ allocator: Allocator, _ files: inout PlacementFiles) throws {
        let wording = Wording(language: try Language.argument(language))
        let found: PlacementAllocation
        var maker: AllocationMethod?
        var first: AllocationProfile?
        var swaps: [JSON] = []
        if let allocation {
            let (placed, certificate) = try files.allocation(allocation, of: allocator.instance)
            found = placed
            // One of ours says by which method it was made; others need not.
            maker = (certificate?["method"]?.string).flatMap { AllocationMethod(rawValue: $0) }
            first = (certificate?["profile"]?.string).flatMap { AllocationProfile(rawValue: $0) }
            swaps = certificate?["swaps"]?.array ?? []
        } else {
            found = allocate(allocator).allocation
            maker = method
            first = profile
        }
        if let explainWard {
            let slots = try located(instance) { () throws(PlacementFault) in
                try allocator.explain(ward: explainWard, in: found, method: maker)
            }
            for line in slots.flatMap({ wording.slot($0) }) { print(line) }
        }
        guard let explain else { return }
        var explanation = try located(instance) { () throws(PlacementFault) in
            try allocator.explain(explain, in: found, method: maker)
        }
        explanation.profile = first
        let isSwapped = swaps.contains { swap in
            swap["students"]?.array.contains { $0.string == explain } == true
        }
        if isSwapped { explanation.change = .swapped(on: nil) }
        for line in wording.placement(explanation) { print(line) }
    }

    func allocate(_ allocator: Allocator) -> Allocator.Result {
        let patience = patience()
        return withoutStandardOutput {
            allocator.run(method, profile: profile, patience: patience)
        }
    }

    /// Ends when the time limit does.
    func patience() -> Patience {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(timeLimit)
        return Patience(remainingSeconds: {
            let left = (deadline - clock.now).components
            return Double(left.seconds) + Double(left.attoseconds) * 1e-18
        })
    }

    private func write(_ result: Allocator.Result) throws {
        guard let output else { return }
        let json = result.allocation.json([
            JSON.Member("certificate", result.certificate.json)
        ])
        try writeJSON(json, to: output)
        let objective = result.certificate.objective
        complain(
            "\(result.certificate.status.rawValue): \(result.allocation.assignments.count) placed, "
                + "\(objective.unplaced) without a place, cost \(objective.cost), "
                + "fairness \(objective.fairness)")
    }
}
