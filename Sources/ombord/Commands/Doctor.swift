import ArgumentParser
import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import ProgrammeFiles
import Storage
import Wording

/// `ombord doctor`.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at settings, database, mail, clock and disk, and says what to do.")

    @OptionGroup var installation: InstallationOptions
    @Flag(help: "Print every setting with its meaning.") var settings = false

    func run() async throws {
        if settings {
            for setting in SettingDescription.all {
                print("\(setting.key)  (\(setting.variable))\n    \(setting.meaning)")
                print("    otherwise: \(setting.fallback.isEmpty ? "(empty)" : setting.fallback)")
            }
            return
        }
        let composition = try await installation.compose()
        var examination = Examination()
        try examination.database(composition)
        examination.files(composition)
        await examination.mail(composition)
        examination.clock(composition)
        examination.disk(composition)
        try examination.outbox(composition)
        print(examination.findings.joined(separator: "\n"))
        if examination.hasTrouble { throw ExitCode(1) }
    }
}

/// What the doctor found, a line each.
private struct Examination {
    private(set) var findings: [String] = []
    private(set) var hasTrouble = false

    private mutating func fine(_ part: String, _ text: String) {
        findings.append("ok      \(part): \(text)")
    }

    private mutating func trouble(_ part: String, _ text: String) {
        findings.append("MEND    \(part): \(text)")
        hasTrouble = true
    }

    mutating func database(_ composition: Composition) throws {
        let facts = try composition.installation.database.description()
        for (name, value) in facts where name != "integrity" {
            fine("database", "\(name) \(value)")
        }
        // A server looks after that itself.
        guard let integrity = facts.first(where: { $0.name == "integrity" })?.value else { return }
        if integrity == "ok" {
            fine("database", "integrity ok")
        } else {
            trouble("database", "damaged (\(integrity)); restore the latest backup")
        }
    }

    mutating func files(_ composition: Composition) {
        do {
            _ = try composition.templates()
            fine("mail templates", "complete")
        } catch {
            trouble("mail templates", "\(error)")
        }
        do {
            let wording = Wording(language: .english)
            let folder = try composition.workflows()
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }.sorted()
            for file in files {
                let path = folder.appendingPathComponent(file).path
                let diagnostics = ProgrammeCompiler.compile(path: path).diagnostics
                for diagnostic in diagnostics { trouble("programmes", wording.line(diagnostic)) }
            }
            fine("programmes", "\(files.count) files in \(folder.path)")
        } catch {
            trouble("programmes", "\(error)")
        }
    }

    mutating func mail(_ composition: Composition) async {
        let settings = composition.settings
        switch settings["mail.transport"] {
        case "mailbox": fine("mail", "kept in \(composition.mailboxFolder.path); nothing is sent")
        case "provider":
            if settings["provider.url"].hasPrefix("https://") {
                fine("mail", "by \(settings["provider.url"])")
            } else {
                trouble("mail", "provider.url is not an https address")
            }
        default:
            let name = "\(settings["smtp.host"]):\(settings["smtp.port"])"
            if Self.canConnect(settings["smtp.host"], settings["smtp.port"]) {
                fine("mail", "\(name) answers")
            } else {
                trouble(
                    "mail", "\(name) does not answer; check smtp.host, smtp.port and the network")
            }
        }
    }

    private static func canConnect(_ host: String, _ port: String) -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0 else { return false }
        defer { freeaddrinfo(found) }
        var next = found
        while let address = next {
            let descriptor = socket(
                address.pointee.ai_family, address.pointee.ai_socktype,
                address.pointee.ai_protocol)
            if descriptor >= 0 {
                defer { close(descriptor) }
                var patience = timeval(tv_sec: 5, tv_usec: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience,
                    socklen_t(MemoryLayout<timeval>.size))
                if connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 {
                    return true
                }
            }
            next = address.pointee.ai_next
        }
        return false
    }

    mutating func clock(_ composition: Composition) {
        let now = composition.installation.clock.now()
        // 2025-01-01: a clock before this program was written is wrong.
        if now.seconds < 1_735_689_600 {
            trouble("clock", "the machine's clock is wrong; set it, and run a time service")
        } else {
            fine("clock", "\(composition.installation.nowCivil) in \(composition.settings["zone"])")
        }
    }

    mutating func disk(_ composition: Composition) {
        let attributes = try? FileManager.default.attributesOfFileSystem(
            forPath: composition.dataFolder.path)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return trouble("disk", "the free space of \(composition.dataFolder.path) is not known")
        }
        let megabytes = free / 1_000_000
        if megabytes < 500 {
            trouble("disk", "only \(megabytes) MB free; make room before the database stops")
        } else {
            fine("disk", "\(megabytes) MB free")
        }
    }

    mutating func outbox(_ composition: Composition) throws {
        for (status, count) in try composition.installation.outboxCounts() {
            if status == "dead" {
                trouble(
                    "outbox",
                    "\(count) messages were given up; see `ombord outbox list --status dead`")
            } else {
                fine("outbox", "\(count) \(status)")
            }
        }
        for endpoint in try composition.installation.endpoints() where !endpoint.isOn {
            trouble("webhooks", "\(endpoint.url) is switched off: \(endpoint.detail ?? "by hand")")
        }
    }
}
