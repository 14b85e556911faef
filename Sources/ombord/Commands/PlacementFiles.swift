import Cryptography
import Foundation
import JSONText
import Placements

/// The files of a placement command: read with located faults, and remembered by their digests.
struct PlacementFiles {
    /// What was read, by its role.
    private(set) var inputs: [(role: String, digest: String)] = []

    /// Reads a JSON file.
    mutating func read<T>(
        _ role: String, _ file: String, _ make: (JSON) throws(PlacementFault) -> T
    ) throws -> T {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw Complaint("\(file): cannot be read")
        }
        inputs.append((role, Cryptography.hex(Cryptography.sha256(data))))
        return try located(file) { () throws(PlacementFault) in
            guard let json = JSON(String(decoding: data, as: UTF8.self)) else { throw .notJSON }
            return try make(json)
        }
    }
}

extension PlacementFiles {
    /// Reads an allocation of the instance that was read before it, with its certificate.
    mutating func allocation(
        _ file: String, of instance: PlacementInstance
    ) throws -> (allocation: PlacementAllocation, certificate: JSON?) {
        let given = inputs.first { $0.role == "instance" }.map { "sha256:\($0.digest)" }
        var certificate: JSON?
        let found = try read("allocation", file) { (json) throws(PlacementFault) in
            certificate = json["certificate"]
            let found = try PlacementAllocation(json)
            // One of ours names what it was made from by its hash; of others there is the name.
            if let made = certificate?["inputs"]?["instance"]?.string {
                if let given, made != given { throw .otherInstance(made: made, given: given) }
            } else if !found.instance.isEmpty, found.instance != instance.name {
                throw .otherInstance(made: found.instance, given: instance.name)
            }
            return found
        }
        return (found, certificate)
    }
}

/// What is wrong with a file of placements: a sentence that begins with the file.
struct LocatedFault: Error, CustomStringConvertible {
    let file: String
    let fault: PlacementFault

    /// A line for each thing that is wrong.
    var description: String { fault.each.map { "\(file): \($0)" }.joined(separator: "\n") }
}

/// Says which file a fault is in.
func located<T>(_ file: String, _ body: () throws(PlacementFault) -> T) throws -> T {
    do throws(PlacementFault) {
        return try body()
    } catch {
        throw LocatedFault(file: file, fault: error)
    }
}

/// Writes JSON to a file, or to standard output where that is "-".
func writeJSON(_ json: JSON, to output: String) throws {
    let data = Data((json.prettyText + "\n").utf8)
    if output == "-" {
        FileHandle.standardOutput.write(data)
        return
    }
    do {
        try data.write(to: URL(filePath: output), options: .atomic)
    } catch {
        throw Complaint("\(output): cannot be written")
    }
}

/// Keeps a solver's library from speaking where only the answer belongs.
func withoutStandardOutput<T>(_ body: () throws -> T) rethrows -> T {
    fflush(nil)
    let standardOutput = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    defer {
        fflush(nil)
        dup2(standardOutput, STDOUT_FILENO)
        close(standardOutput)
    }
    return try body()
}
