import ArgumentParser
import Engine
import Foundation
import JSONText
import Placements
import Wording

/// `ombord match`.
struct Match: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds mentors for newcomers, by the allocator of placements.",
        discussion: """
            A mentor has the newcomer's profession, is never the newcomer's own manager, shares
            shifts, and has no more newcomers than there is room for. Pairs that somebody has
            decided come first. Exits with 1 where the input is not right. The format is in
            Docs/Placements.md.
            """)

    @Argument(help: "Newcomers and mentors.", completion: .file(extensions: ["json"]))
    var file: String

    @Option(name: .shortAndLong, help: "Write JSON to this file; - is standard output.")
    var output: String?

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "en"

    func run() async throws {
        let wording = Wording(language: try Language.argument(language))
        var files = PlacementFiles()
        let question = try files.read("question", file) { (json) throws(PlacementFault) in
            try MentorQuestion(json)
        }
        let match = try withoutStandardOutput {
            try located(file) { () throws(PlacementFault) in try MentorMatch(question) }
        }
        if let output {
            try writeJSON(match.json, to: output)
        } else {
            print(wording.mentors(match).joined(separator: "\n"))
        }
    }
}

/// `ombord split`.
struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Divides the places of institutions between schools.",
        discussion: """
            The upper tier: as many places as can be, and to each school as near its fair part as
            can be. Needs are those of the instance's students unless a file says others. With
            --quotas it writes the instance again, with what each school was given as its quotas.
            """)

    @Argument(help: "The instance.", completion: .file(extensions: ["json"]))
    var instance: String

    @Option(help: "Needs and agreed shares.", completion: .file(extensions: ["json"]))
    var needs: String?

    @Option(name: .shortAndLong, help: "Write JSON to this file; - is standard output.")
    var output: String?

    @Option(help: "Write the instance of the lower tier to this file.")
    var quotas: String?

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "en"

    func run() async throws {
        let wording = Wording(language: try Language.argument(language))
        var files = PlacementFiles()
        var whole = JSON.null
        let known = try files.read("instance", instance) { (json) throws(PlacementFault) in
            whole = json
            return try PlacementInstance(json)
        }
        let question =
            try needs.map {
                try files.read("needs", $0) { (json) throws(PlacementFault) in
                    try SplitQuestion(json, of: known)
                }
            } ?? SplitQuestion(known)
        let split = try withoutStandardOutput {
            try located(instance) { () throws(PlacementFault) in
                try SchoolSplit(question, of: known)
            }
        }
        if let quotas { try writeJSON(split.quotas(in: whole), to: quotas) }
        if let output {
            try writeJSON(split.json, to: output)
        } else {
            print(wording.split(split).joined(separator: "\n"))
        }
    }
}

/// `ombord swap`.
struct Swap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lets two students change places, if both consent and every rule allows it.",
        discussion: """
            Writes the allocation after the swap with its certificate. Where the swap is refused,
            the reasons are told, nothing is written, and it exits with 1.
            """)

    @Argument(help: "The instance.", completion: .file(extensions: ["json"]))
    var instance: String

    @Argument(help: "The allocation.", completion: .file(extensions: ["json"]))
    var allocation: String

    @Argument(help: "One student.") var first: String
    @Argument(help: "The other student.") var second: String

    @Option(help: "A student who has said yes; once for each.")
    var consent: [String] = []

    @Option(name: .shortAndLong, help: "The file to write; - is standard output.")
    var output: String

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "en"

    func run() async throws {
        let wording = Wording(language: try Language.argument(language))
        var files = PlacementFiles()
        let known = try files.read("instance", instance) { (json) throws(PlacementFault) in
            try PlacementInstance(json)
        }
        var certificate: JSON?
        let placed = try files.read("allocation", allocation) { (json) throws(PlacementFault) in
            certificate = json["certificate"]
            return try PlacementAllocation(json)
        }
        // What another instance's certificate proves says nothing here.
        let digest = files.inputs.first.map { "sha256:\($0.digest)" }
        let isOwn = certificate?["inputs"]?["instance"]?.string == digest
        let levels = isOwn ? AllocationCertificate.Level.list(certificate) : []
        let swap = try located(instance) { () throws(PlacementFault) in
            try PlacementSwap(
                first, second, consents: Set(consent), in: placed, of: known, levels: levels)
        }
        let sentences = wording.swap(swap, first, second)
        guard let after = swap.allocation else {
            throw Complaint(sentences.joined(separator: "\n"))
        }
        let proof = swap.certificate(
            certificate, students: [first, second], inputs: files.inputs)
        try writeJSON(after.json([JSON.Member("certificate", proof)]), to: output)
        for sentence in sentences { complain(sentence) }
    }
}
