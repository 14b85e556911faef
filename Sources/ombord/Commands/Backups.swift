import ArgumentParser
import CivilCalendar
import Cryptography
import Delivery
import Engine
import Foundation
import Operations
import Storage

/// `ombord backup`.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a complete copy of the database while the service runs.",
        discussion: """
            Beside the copy it writes FILE.sha256, which `sha256sum -c` and `ombord restore` hold
            the copy against. Try now and then with `ombord restore --drill` that it is good.
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The new file.") var file: String

    func run() async throws {
        let files = FileManager.default
        for path in [file, file + ".sha256"] where files.fileExists(atPath: path) {
            throw ValidationError("\(path) is there already; name a new file")
        }
        let composition = try await installation.compose()
        // What has the name is whole: a copy that was interrupted has another.
        let part = file + ".part"
        try? files.removeItem(atPath: part)
        do {
            try composition.installation.database.backUp(to: part)
            _ = try SQLiteFile.check(part)
            let sum = try FileSum.of(part)
            try FileSum.keep(part)
            try "\(sum)  \(URL(fileURLWithPath: file).lastPathComponent)\n".write(
                toFile: file + ".sha256", atomically: true, encoding: .utf8)
            try files.moveItem(atPath: part, toPath: file)
            try FileSum.keep(URL(fileURLWithPath: file).deletingLastPathComponent().path)
            print("\(file) written, SHA-256 \(sum)")
        } catch let fault as SQLiteFile.Fault {
            throw Complaint("\(part): \(fault.sentence); nothing was kept")
        } catch let error as CocoaError {
            throw Complaint("\(file) cannot be written: \(error.localizedDescription)")
        } catch StorageError.cannotOpen(let path, let reason) {
            throw Complaint("\(path) cannot be written: \(reason)")
        } catch StorageError.full {
            try? files.removeItem(atPath: part)
            throw Complaint("\(file): the disk is full; nothing was kept")
        }
    }
}

/// `ombord restore`.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a backup back, or proves with --drill that it could be.",
        discussion: """
            The copy is checked before anything is replaced: its sum, every page of the file, every
            history, every competence record. An older schema is brought up to date. Stop the
            service first; what was there before is kept beside it. Into PostgreSQL a backup goes
            only where the database is empty.

            With --drill nothing is replaced and the service may run: days pass on a copy, with
            every wake-up and every mail, of which none is sent, and all is checked once more.

              ombord restore /var/backups/ombord-2026-11-21.sqlite --drill
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The file that `ombord backup` wrote.") var backup: String
    @Flag(help: "Try it on a copy that is thrown away afterwards.") var drill = false
    @Option(help: "How many days pass in the drill, from 1 to 366.") var days = 31
    @Flag(
        help: """
            The secrets are lost: do not ask whether the seal over the records fits. Afterwards \
            `ombord competence seal` seals them as they are.
            """) var withoutSeal = false

    func validate() throws {
        if !(1...366).contains(days) { throw ValidationError("--days: write 1 to 366") }
    }

    func run() async throws {
        guard FileManager.default.fileExists(atPath: backup) else {
            throw Complaint("there is no file \(backup)")
        }
        let settings = try await installation.settings()
        let target = try await told { try Composition.databaseAddress(settings) }
        if !drill, case .file(let path) = target, SQLiteFile.isInUse(path) {
            throw Complaint("\(path) is in use; stop the service first. Nothing was changed")
        }
        let preparation = Preparation(in: settings["data"], isDrill: drill)
        do {
            let step = try preparation.fetch(backup)
            let composition = try await installation.compose(settings, file: preparation.file)
            try report(composition, from: step)
            if drill {
                try await rehearse(composition)
            } else {
                try await put(composition, at: target, preparation)
            }
            preparation.clear()
        } catch let fault as SQLiteFile.Fault {
            preparation.clear()
            throw Complaint("\(backup): \(fault.sentence). Nothing was changed")
        } catch {
            preparation.clear()
            throw error
        }
    }

    /// Says what the copy holds; ends where it is not what was written.
    private func report(_ composition: Composition, from step: Int) throws {
        let installation = composition.installation
        let histories = try installation.verify { complain("\($0) enrolments") }
        let records = try installation.verifyRecords(checksSeal: !withoutSeal)
        let faults =
            histories.faults.map { "\($0.enrolment): \($0.message)" }
            + records.faults.map { "competence \($0.person?.rawValue ?? ""): \($0.message)" }
        for fault in faults { complain(fault) }
        guard faults.isEmpty else {
            throw Complaint(
                "\(faults.count) faults: take an older backup, or bring the secrets along that "
                    + "belong to this one. Nothing was changed")
        }
        let newest = try installation.database.read { connection in
            try connection.first("SELECT max(recorded_at) FROM event") { $0.optionalInteger(0) }
        }
        let last = (newest ?? nil).map {
            ", the newest of \(installation.time.civil(Instant(milliseconds: $0)))"
        }
        print(
            "every page of the file is whole (schema step \(step)); "
                + "\(histories.enrolments) enrolments, \(histories.events) events\(last ?? ""), "
                + "\(records.entries) competence records, 0 faults")
    }

    private func rehearse(_ composition: Composition) async throws {
        let drill = Drill(
            composition.installation, clock: composition.clock,
            templates: try composition.templates(), identity: try composition.mailIdentity(),
            webhooks: WebhookDelivery(http: HTTPTransport(composition.webhookLimits)))
        let report = try await drill.run(days: days)
        print(
            "\(days) days on, on \(report.until): \(report.woken) wake-ups, \(report.mails) mails "
                + "(none was sent), \(report.enrolments) enrolments, \(report.events) events, "
                + "\(report.faults) faults")
        print(report.faults == 0 ? "the backup is good" : "the backup does not go on as it should")
        if report.faults > 0 { throw ExitCode(1) }
    }

    private func put(
        _ composition: Composition, at target: DatabaseAddress, _ preparation: Preparation
    ) async throws {
        switch target {
        case .file(let path):
            guard let file = composition.installation.database as? SQLiteDatabase else { return }
            try file.foldLog()
            let moment = composition.installation.nowCivil.description
                .replacingOccurrences(of: ":", with: "")
            if let aside = try preparation.replace(path, at: moment) {
                print("what was there before is kept as \(aside)")
            }
            print("restored to \(path); start the service")
        case .server(let address):
            guard let file = composition.installation.database as? SQLiteDatabase else { return }
            let now = composition.installation.clock.now().milliseconds
            let server = try PostgresDatabase(address: address, now: now)
            do {
                let tables = try DatabaseCopy.copy(
                    from: file, to: server, layouts: try file.layouts())
                let rows = tables.reduce(0) { $0 + $1.rows }
                print("\(rows) rows restored and compared; start the service")
            } catch DatabaseCopy.Refusal.targetHasRows(let table) {
                throw Complaint(
                    "database: it is not empty (\(table)); make a new one and name it in the "
                        + "settings. Nothing was changed")
            }
        }
    }
}

/// The copy of a backup on which all is tried, in the data folder: on the same disk, so that it
/// takes its place in one step.
private struct Preparation {
    let file: String
    private let folder: String
    private let files = FileManager.default

    init(in folder: String, isDrill: Bool) {
        self.folder = folder
        file = folder + (isDrill ? "/ombord-drill.sqlite" : "/ombord-restoring.sqlite")
    }

    /// Copies the backup, with its log where it has one, and holds it against its sum.
    ///
    /// - Returns: the schema step that it was written with.
    func fetch(_ backup: String) throws -> Int {
        clear()
        umask(0o077)
        let sum = try? String(contentsOfFile: backup + ".sha256", encoding: .utf8)
        if let sum, try !sum.hasPrefix(FileSum.of(backup)) {
            throw SQLiteFile.Fault.damaged("it is not what \(backup).sha256 says")
        }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try files.copyItem(atPath: backup, toPath: file)
            if files.fileExists(atPath: backup + "-wal") {
                try files.copyItem(atPath: backup + "-wal", toPath: file + "-wal")
            }
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        } catch {
            throw Complaint("\(file) cannot be written: \(error.localizedDescription)")
        }
        return try SQLiteFile.check(file)
    }

    /// Puts the copy in place of a database that nobody uses.
    ///
    /// - Returns: where that one is now.
    func replace(_ path: String, at moment: String) throws -> String? {
        var aside: String?
        if files.fileExists(atPath: path) {
            // What its log holds is taken into it, where it still can be.
            try? SQLiteDatabase(path: path, now: 0).foldLog()
            let kept = URL(fileURLWithPath: path).deletingPathExtension().path
                + "-before-\(moment).sqlite"
            try files.linkItem(atPath: path, toPath: kept)
            // A log that belongs to another file must not lie beside the new one.
            if files.fileExists(atPath: path + "-wal") {
                try files.moveItem(atPath: path + "-wal", toPath: kept + "-wal")
            }
            try? files.removeItem(atPath: path + "-shm")
            aside = kept
        }
        try FileSum.keep(file)
        guard rename(file, path) == 0 else {
            throw Complaint("\(path) cannot be replaced: \(String(cString: strerror(errno)))")
        }
        try FileSum.keep(folder)
        return aside
    }

    func clear() {
        for end in ["", "-wal", "-shm"] { try? files.removeItem(atPath: file + end) }
    }
}

private enum FileSum {
    /// The SHA-256 of a file, in hexadecimal.
    static func of(_ path: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        return Cryptography.hex(data.withUnsafeBytes { Cryptography.digest(of: $0) })
    }

    /// Sees that a file, or what a folder lists, is on the disk.
    static func keep(_ path: String) throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw Complaint("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
    }
}

extension SQLiteFile.Fault {
    fileprivate var sentence: String {
        switch self {
        case .damaged(let reason): "the file is damaged (\(reason)); take another backup"
        case .foreign: "the file is no backup of Ombord's"
        case .newerSchema(let found, let known):
            "a newer Ombord wrote it (schema step \(found), this one knows \(known)); use that one"
        }
    }
}
