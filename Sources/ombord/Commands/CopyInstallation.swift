import ArgumentParser
import Foundation
import Operations
import Storage

/// `ombord copy`.
struct CopyInstallation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Moves an installation from one database to another, and verifies it.",
        discussion: """
            One of the two is a SQLite file, the other PostgreSQL, in either direction. Stop the
            service first: what is written after the copy began is not in it. The other database
            must be empty. Every row is compared afterwards, and every history verified.

              ombord copy --from sqlite:/var/lib/ombord/ombord.sqlite --to postgres://db/ombord
            """)

    @Option(help: "sqlite:FILE or postgres://…, where the installation is.") var from: String
    @Option(help: "sqlite:FILE or postgres://…, empty.") var to: String
    @OptionGroup var output: FormatOption

    func run() async throws {
        guard let source = DatabaseAddress(from) else { throw Self.unknown(from, "--from") }
        guard let target = DatabaseAddress(to) else { throw Self.unknown(to, "--to") }
        let clock = SystemClock()
        let now = clock.now().milliseconds
        if case .file(let path) = source, !FileManager.default.fileExists(atPath: path) {
            throw Complaint("--from: there is no file \(path)")
        }
        do {
            let (old, new) = (try source.open(now: now), try target.open(now: now))
            guard let layouts = try (old as? SQLiteDatabase ?? new as? SQLiteDatabase)?.layouts()
            else { throw ValidationError("one of the two is a SQLite file: sqlite:FILE") }
            let tables = try DatabaseCopy.copy(from: old, to: new, layouts: layouts)
            try report(tables, try verify(new, clock))
        } catch let refusal as DatabaseCopy.Refusal {
            switch refusal {
            case .targetHasRows(let table):
                throw Complaint("--to: the database is not empty (\(table)); nothing was copied")
            case .differs(let table):
                throw Complaint("--to: \(table) is not what was copied; do not use the database")
            }
        } catch StorageError.cannotOpen(let place, let reason) {
            throw Complaint("\(place) cannot be opened: \(reason)")
        }
    }

    private static func unknown(_ text: String, _ option: String) -> ValidationError {
        ValidationError("\(option): write sqlite:FILE or postgres://user@host/name")
    }

    /// What `ombord verify` does, on the copy.
    private func verify(_ database: any Database, _ clock: SystemClock) throws -> Verified {
        guard let time = ZonedTime() else {
            throw Complaint("the time zone Europe/Oslo is not known here; install tzdata")
        }
        let installation = Installation(
            database: database, clock: clock, random: SystemRandom(), time: time,
            settings: InstallationSettings(mailDomain: "", baseURL: "", secret: []))
        let histories = try installation.verify()
        // The seal takes the secret, which stays in the data folder; its row has been compared.
        let records = try installation.verifyRecords(checksSeal: false)
        return Verified(
            enrolments: histories.enrolments, events: histories.events, records: records.entries,
            faults: histories.faults.count + records.faults.count)
    }

    private struct Verified: Encodable {
        let enrolments: Int
        let events: Int
        let records: Int
        let faults: Int
    }

    private struct Report: Encodable {
        struct Table: Encodable {
            let name: String
            let rows: Int
            let sha256: String
        }

        let tables: [Table]
        let verified: Verified
    }

    private func report(_ tables: [DatabaseCopy.Table], _ verified: Verified) throws {
        switch output.format {
        case .json:
            let report = Report(
                tables: tables.map { .init(name: $0.name, rows: $0.rows, sha256: $0.digest) },
                verified: verified)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        case .text:
            for table in tables where table.rows > 0 { print("\(table.rows)\t\(table.name)") }
            print(
                "\(tables.reduce(0) { $0 + $1.rows }) rows in \(tables.count) tables are the same "
                    + "on both sides; \(verified.enrolments) enrolments, \(verified.events) "
                    + "events, \(verified.records) competence records, \(verified.faults) faults")
        }
        if verified.faults > 0 { throw ExitCode(1) }
    }
}
