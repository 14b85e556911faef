import ArgumentParser
import Engine
import Foundation
import JSONText
import Placements
import Wording

/// `ombord allocate --what-if` and `--marginal`.
extension Allocate {
    /// Tells what changes would come to, and writes nothing but the answer.
    func look(_ allocator: Allocator, _ files: inout PlacementFiles) throws {
        let wording = Wording(language: try Language.argument(language))
        let known = allocator.instance
        let scenarios = try scenarios(known, &files)
        let base =
            try allocation.map { try files.allocation($0, of: known).allocation }
            ?? allocate(allocator).allocation
        var lines: [String] = []
        var members = [JSON.Member("format", "placement-what-if-report/1")]
        var answers: [JSON] = []
        for scenario in scenarios {
            let answer = try withoutStandardOutput {
                try located(instance) { () throws(PlacementFault) in
                    try WhatIf(
                        scenario, of: known, base: base, profile: profile, patience: patience())
                }
            }
            answers.append(answer.json)
            lines += wording.whatIf(answer)
        }
        if !scenarios.isEmpty { members.append(JSON.Member("scenarios", .array(answers))) }
        if marginal {
            let found = try withoutStandardOutput {
                try located(instance) { () throws(PlacementFault) in
                    try MarginalValues(known, base: base, patience: patience())
                }
            }
            members.append(JSON.Member("marginal", found.json))
            lines += wording.marginal(found.values)
        }
        let inputs = files.inputs.map { JSON.Member($0.role, .string("sha256:\($0.digest)")) }
        members.append(JSON.Member("inputs", .object(inputs)))
        if let output {
            try writeJSON(.object(members), to: output)
        } else {
            print(lines.joined(separator: "\n"))
        }
    }

    private func change(
        _ argument: String, _ known: PlacementInstance
    ) throws -> PlacementChange? {
        try located(instance) { () throws(PlacementFault) in
            try PlacementChange(argument, in: known)
        }
    }

    private func scenarios(
        _ known: PlacementInstance, _ files: inout PlacementFiles
    ) throws -> [PlacementScenario] {
        var scenarios: [PlacementScenario] = []
        var changes: [PlacementChange] = []
        var names: [String] = []
        for argument in whatIf {
            if FileManager.default.fileExists(atPath: argument) {
                scenarios += try files.read("what-if", argument) { (json) throws(PlacementFault) in
                    try PlacementScenario.list(json)
                }
            } else if let change = try change(argument, known) {
                changes.append(change)
                names.append(argument)
            } else {
                throw ValidationError(
                    "\"\(argument)\" is no file, and no change; see --help for the forms")
            }
        }
        if !changes.isEmpty {
            scenarios.append(
                PlacementScenario(name: names.joined(separator: " + "), changes: changes))
        }
        return scenarios
    }
}
