public import ArgumentParser
import Cryptography
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
            as few as it can. With --explain it says why one student is where the student is.
            Exits with 1 where the input is not right, and then writes nothing.
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

    @Option(
        help: "With --explain: the allocation to explain; otherwise one is made.",
        completion: .file(extensions: ["json"]))
    var allocation: String?

    @Option(help: "With --explain: the language, nb, nn or en.")
    var language = "en"

    func validate() throws {
        if disruption != nil, base == nil {
            throw ValidationError("--disruption needs the published allocation: --base FILE")
        }
        if output == nil, explain == nil {
            throw ValidationError("say where to write: --output FILE, or - for standard output")
        }
        if timeLimit.isNaN || timeLimit <= 0 {
            throw ValidationError("--time-limit is a number of seconds above 0")
        }
    }

    func run() async throws {
        var inputs: [(role: String, digest: String)] = []
        func read<T>(
            _ role: String, _ file: String, _ make: (JSON) throws(PlacementFault) -> T
        ) throws -> T {
            let data: Data
            do {
                data = try Data(contentsOf: URL(filePath: file))
            } catch {
                throw Complaint("\(file): cannot be read")
            }
            inputs.append((role, Cryptography.hex(Cryptography.sha256(data))))
            return try told(file) { () throws(PlacementFault) in
                guard let json = JSON(String(decoding: data, as: UTF8.self)) else {
                    throw .notJSON
                }
                return try make(json)
            }
        }
        let instance = try read("instance", instance) { (json) throws(PlacementFault) in
            try PlacementInstance(json)
        }
        let base = try base.map {
            try read("base", $0) { (json) throws(PlacementFault) in
                try PlacementAllocation(json)
            }
        }
        let disruption = try disruption.map {
            try read("disruption", $0) { (json) throws(PlacementFault) in
                try PlacementDisruption(json)
            }
        }
        let allocator = try told(self.disruption ?? self.instance) {
            () throws(PlacementFault) in
            try Allocator(instance, base: base, disruption: disruption)
        }
        if let explain { return try tell(explain, allocator, read) }
        var result = allocate(allocator)
        result.certificate.inputs = inputs
        guard result.certificate.status != .invalid else {
            let first = result.certificate.violations.first
            throw Complaint(
                "the allocation breaks \(first?.code.rawValue ?? "a rule") and was not written")
        }
        try write(result)
    }

    private func tell(
        _ student: String, _ allocator: Allocator,
        _ read: (String, String, (JSON) throws(PlacementFault) -> PlacementAllocation) throws
            -> PlacementAllocation
    ) throws {
        let language = try Language.argument(language)
        let found =
            try allocation.map {
                try read("allocation", $0) { (json) throws(PlacementFault) in
                    try PlacementAllocation(json)
                }
            } ?? allocate(allocator).allocation
        let explanation = try told(instance) { () throws(PlacementFault) in
            try allocator.explain(student, in: found)
        }
        for line in Wording(language: language).placement(explanation) { print(line) }
    }

    private func allocate(_ allocator: Allocator) -> Allocator.Result {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(timeLimit)
        let patience = Patience(remainingSeconds: {
            let left = (deadline - clock.now).components
            return Double(left.seconds) + Double(left.attoseconds) * 1e-18
        })
        // The solver's library may speak where only the allocation belongs.
        fflush(nil)
        let standardOutput = dup(STDOUT_FILENO)
        dup2(STDERR_FILENO, STDOUT_FILENO)
        defer {
            fflush(nil)
            dup2(standardOutput, STDOUT_FILENO)
            close(standardOutput)
        }
        return allocator.run(method, profile: profile, patience: patience)
    }

    private func write(_ result: Allocator.Result) throws {
        guard let output else { return }
        let json = result.allocation.json([
            JSON.Member("certificate", result.certificate.json)
        ])
        let data = Data((json.prettyText + "\n").utf8)
        if output == "-" {
            FileHandle.standardOutput.write(data)
        } else {
            do {
                try data.write(to: URL(filePath: output), options: .atomic)
            } catch {
                throw Complaint("\(output): cannot be written")
            }
        }
        let objective = result.certificate.objective
        complain(
            "\(result.certificate.status.rawValue): \(result.allocation.assignments.count) placed, "
                + "\(objective.unplaced) without a place, cost \(objective.cost), "
                + "fairness \(objective.fairness)")
    }
}

/// Turns a fault into a sentence that begins with the file.
private func told<T>(_ file: String, _ body: () throws(PlacementFault) -> T) throws -> T {
    do throws(PlacementFault) {
        return try body()
    } catch {
        throw Complaint("\(file): \(error)")
    }
}
