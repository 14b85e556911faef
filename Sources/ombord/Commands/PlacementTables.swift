import ArgumentParser
import Foundation
import JSONText
import Operations
import Placements

/// `ombord placements`.
struct PlacementTables: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "placements",
        abstract: "Turns tables of a spreadsheet into an instance or a round, and back.",
        subcommands: [
            ImportTables.self, ExportTables.self, BeginRound.self, LoadRound.self,
            SetDeadlines.self, PublishPlacements.self,
        ])

    /// `ombord placements import`.
    struct ImportTables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Makes an instance from a folder of CSV files.",
            discussion: """
                Reads students.csv, wishes.csv, wards.csv, cells.csv, supervisors.csv,
                agreements.csv and the others that Docs/Placements.md names. Every fault is told as
                file:line: message, all at once; then nothing is written, and it exits with 1.
                """)

        @Argument(help: "The folder.", completion: .directory)
        var folder: String

        @Option(name: .shortAndLong, help: "The instance to write; - is standard output.")
        var output: String

        @Option(help: "The name of the instance; otherwise that of the folder.")
        var name: String?

        func run() async throws {
            let url = URL(filePath: folder)
            let tables = try PlacementTables.read(folder)
            let found = PlacementImport(name: self.name ?? url.lastPathComponent, tables)
            for count in found.counts {
                let rows = count.rows == 1 ? "row" : "rows"
                complain("\(count.table).csv: \(count.rows) \(rows)")
            }
            guard let instance = found.instance else {
                let lines = found.faults.map { fault in
                    let line = fault.line.map { ":\($0)" } ?? ""
                    return "\(folder)/\(fault.table).csv\(line): \(fault.message)"
                }
                throw Complaint(lines.joined(separator: "\n"))
            }
            try writeJSON(instance, to: output)
        }
    }

    /// The CSV files of a folder.
    static func read(_ folder: String) throws -> [PlacementTable] {
        let url = URL(filePath: folder)
        guard
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: url.path(percentEncoded: false))
        else { throw Complaint("\(folder): there is no such folder") }
        var tables: [PlacementTable] = []
        var complaints: [String] = []
        for name in names.sorted() where name.hasSuffix(".csv") {
            // Written by `export --allocation` into the same folder.
            if name == "allocation.csv" {
                complain("allocation.csv is left out: who is where comes from an allocation")
                continue
            }
            do {
                tables.append(try table(url.appending(path: name), name))
            } catch let complaint as Complaint {
                complaints.append(complaint.description)
            }
        }
        if !complaints.isEmpty { throw Complaint(complaints.joined(separator: "\n")) }
        return tables
    }

    private static func table(_ url: URL, _ name: String) throws -> PlacementTable {
        guard let data = try? Data(contentsOf: url) else {
            throw Complaint("\(name): cannot be read")
        }
        do throws(CSVTable.Fault) {
            let table = try CSVTable(Array(data))
            return PlacementTable(
                name: String(name.dropLast(4)), header: table.header,
                rows: table.rows.map { .init(line: $0.number, fields: $0.fields) })
        } catch {
            throw Complaint("\(name):\(error.line): \(error.message)")
        }
    }

    /// `ombord placements export`.
    struct ExportTables: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Writes an instance, and an allocation, as CSV files.")

        @Argument(help: "The instance.", completion: .file(extensions: ["json"]))
        var instance: String

        @Argument(help: "The folder to write to.", completion: .directory)
        var folder: String

        @Option(help: "Write this allocation too.", completion: .file(extensions: ["json"]))
        var allocation: String?

        func run() async throws {
            var files = PlacementFiles()
            var tables = try files.read("instance", instance) { (json) throws(PlacementFault) in
                _ = try PlacementInstance(json)
                return PlacementExport.tables(json)
            }
            if let allocation {
                let placed = try files.read("allocation", allocation) {
                    (json) throws(PlacementFault) in
                    try PlacementAllocation(json)
                }
                tables.append(PlacementExport.table(placed))
            }
            let url = URL(filePath: folder)
            do {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
                for table in tables {
                    try Data(table.csv.utf8).write(
                        to: url.appending(path: "\(table.name).csv"), options: .atomic)
                }
            } catch {
                throw Complaint("\(folder): cannot be written")
            }
        }
    }
}
