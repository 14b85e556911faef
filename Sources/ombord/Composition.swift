import Cryptography
import Delivery
import Engine
import Foundation
import Logging
import Operations
import Storage
import Wording

/// Puts an installation together from its settings. The one place that names concrete parts.
struct Composition {
    let settings: Settings
    let installation: Installation
    let clock: MovableClock
    let dataFolder: URL

    /// Opens the database of the settings, making it where it is missing.
    ///
    /// - Parameter file: The database that is opened instead, a SQLite file.
    init(_ settings: Settings, logger: Logger, file: String? = nil) throws {
        self.settings = settings
        // Whatever is made from here on is its owner's alone.
        umask(0o077)
        dataFolder = URL(fileURLWithPath: settings["data"])
        try FileManager.default.createDirectory(
            at: dataFolder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        guard let time = ZonedTime(zone: settings["zone"]) else {
            throw SettingsFault(
                description: "zone: \"\(settings["zone"])\" is not known here; install tzdata or "
                    + "write a name such as Europe/Oslo")
        }
        try Self.learnLanguages(settings, logger: logger)
        let machine = SystemClock()
        let database = try file.map {
            try SQLiteDatabase(path: $0, now: machine.now().milliseconds)
        } ?? Self.database(settings, now: machine.now())
        clock = MovableClock(
            machine, aheadMilliseconds: try Installation.demonstrationLead(database))
        var told = InstallationSettings(
            mailDomain: Self.mailDomain(settings), baseURL: Self.baseURL(settings),
            secret: try Self.secret("secret", settings, dataFolder),
            notesSecret: try Self.secret("notes-secret", settings, dataFolder))
        told.sendsStatements = !settings["lrs.url"].isEmpty
        installation = Installation(
            database: database, clock: clock, random: SystemRandom(), time: time, settings: told,
            logger: logger)
    }

    /// Where the database of the settings is.
    static func databaseAddress(_ settings: Settings) throws -> DatabaseAddress {
        let address = settings["database"]
        let file = URL(fileURLWithPath: settings["data"]).appendingPathComponent("ombord.sqlite")
        guard let place = address.isEmpty ? .file(path: file.path) : DatabaseAddress(address) else {
            throw SettingsFault(
                description: "database: write postgres://user@host/name, or leave it out for a "
                    + "SQLite file in the data folder")
        }
        return place
    }

    private static func database(_ settings: Settings, now: Instant) throws -> any Database {
        let place = try databaseAddress(settings)
        do {
            return try place.open(now: now.milliseconds)
        } catch StorageError.cannotOpen(let place, let reason) {
            throw SettingsFault(description: "\(place) cannot be opened: \(reason)")
        } catch StorageError.notTrustworthy(let setting, let value) {
            throw SettingsFault(
                description: "database: the server has \(setting) = \(value), with which what was "
                    + "acknowledged could be lost or changed; see Docs/Operations.md")
        }
    }

    /// Learns the languages that lie in a folder; a fault in one of their files stops the start.
    private static func learnLanguages(_ settings: Settings, logger: Logger) throws {
        guard let folder = try? folder("Languages", setting: "languages", settings) else { return }
        let files = FileManager.default
        func contents(_ folder: URL) throws -> [URL] {
            try files.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.path < $1.path }
        }
        do {
            for language in try contents(folder) where language.hasDirectoryPath {
                let name = language.lastPathComponent
                let texts = try contents(language).filter { $0.pathExtension == "yaml" }.map {
                    (
                        name: "\(name)/\($0.lastPathComponent)",
                        text: String(decoding: try Data(contentsOf: $0), as: UTF8.self)
                    )
                }
                let missing = try Wording.learn(Language(name), files: texts)
                if !missing.isEmpty {
                    logger.warning(
                        "a language lacks texts; English stands in",
                        metadata: [
                            "language": "\(name)", "count": "\(missing.count)",
                            "first": "\(missing[0])",
                        ])
                }
            }
        } catch let fault as WordingFault {
            throw SettingsFault(description: "languages: \(fault)")
        } catch {
            throw SettingsFault(
                description: "languages: the folder \(folder.path) cannot be read")
        }
    }

    var mailboxFolder: URL { dataFolder.appendingPathComponent("mailbox") }

    func templates() throws -> MailTemplates {
        let folder = try Self.folder("Mail", setting: "mail.templates", settings)
        do throws(MailTemplateProblems) {
            return try MailTemplates(folder: folder.path)
        } catch {
            let wording = Wording(language: .english)
            throw SettingsFault(
                description: error.problems.map { $0.line(wording) }.joined(separator: "\n"))
        }
    }

    func workflows() throws -> URL {
        try Self.folder("Workflows", setting: "workflows", settings)
    }

    func courier() throws -> Courier {
        let identity = try mailIdentity()
        return Courier(
            installation: installation, templates: try templates(), identity: identity,
            mail: try transport(), webhooks: WebhookDelivery(http: HTTPTransport(webhookLimits)),
            records: try learningRecordStore())
    }

    private func learningRecordStore() throws -> LearningRecordStore? {
        let url = settings["lrs.url"]
        if url.isEmpty { return nil }
        guard url.hasPrefix("https://") || settings.flag("webhooks.allow-plain-http") else {
            throw SettingsFault(description: "lrs.url: write an address with https://")
        }
        return LearningRecordStore(
            url: url, user: settings["lrs.user"], password: settings["lrs.password"],
            version: settings["lrs.version"], http: HTTPTransport(webhookLimits))
    }

    var webhookLimits: HTTPTransport.Limits {
        var limits = HTTPTransport.Limits()
        limits.allowsPlainHTTP = settings.flag("webhooks.allow-plain-http")
        limits.allowsPrivateAddresses = settings.flag("webhooks.allow-private-addresses")
        return limits
    }

    func mailIdentity() throws -> MailIdentity {
        let from = try address("mail.from", settings["mail.from"])
        let bounces = settings["mail.bounces"]
        let contact = settings["mail.contact"]
        return MailIdentity(
            from: Mailbox(name: DisplayName(cleaning: settings["mail.from-name"]), address: from),
            envelopeSender: bounces.isEmpty ? from : try address("mail.bounces", bounces),
            organisation: settings["mail.organisation"],
            contact: contact.isEmpty ? from.description : contact)
    }

    private func address(_ key: String, _ text: String) throws -> MailAddress {
        do throws(MailAddressError) {
            return try MailAddress(text)
        } catch {
            let sentence = error.sentence(Wording(language: .english))
            throw SettingsFault(description: "\(key): \(sentence)")
        }
    }

    private func transport() throws -> any MailTransport {
        switch settings["mail.transport"] {
        case "smtp":
            var server = SMTPServer(
                host: settings["smtp.host"], port: settings.number("smtp.port"),
                security: SMTPServer.Security(rawValue: settings["smtp.security"]) ?? .required)
            if !settings["smtp.user"].isEmpty {
                server.credentials = SMTPCredentials(
                    user: settings["smtp.user"], password: settings["smtp.password"])
            }
            return SMTPPool(server, connections: Courier.lanes)
        case "provider":
            return ProviderMailTransport(
                url: settings["provider.url"], token: settings["provider.token"],
                http: HTTPTransport(HTTPTransport.Limits()))
        default:
            return try MailboxTransport(folder: mailboxFolder)
        }
    }

    // MARK: - What the settings leave open

    private static func mailDomain(_ settings: Settings) -> String {
        if !settings["mail.domain"].isEmpty { return settings["mail.domain"] }
        return settings["mail.from"].split(separator: "@").last.map(String.init) ?? "localhost"
    }

    private static func baseURL(_ settings: Settings) -> String {
        if settings["base-url"].isEmpty {
            return "http://\(settings["http.host"]):\(settings["http.port"])"
        }
        var url = settings["base-url"]
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// A secret of the settings, or one that is made once and kept in the data folder.
    private static func secret(
        _ name: String, _ settings: Settings, _ folder: URL
    ) throws -> [UInt8] {
        let given = settings[name]
        if !given.isEmpty {
            if given.utf8.count < 32 {
                throw SettingsFault(description: "\(name): write 32 characters or more")
            }
            return Array(given.utf8)
        }
        let file = folder.appendingPathComponent(name)
        if let kept = FileManager.default.contents(atPath: file.path), kept.count >= 32 {
            return [UInt8](kept)
        }
        let secret = Cryptography.hex(SystemRandom().bytes(32))
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(secret.utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw SettingsFault(description: "\(file.path): the secret cannot be written") }
        return Array(secret.utf8)
    }

    /// A folder of files that come with Ombord: the setting's, or the one in the current folder, or
    /// the one beside the program or above it (a checkout's build folder).
    static func folder(_ name: String, setting: String, _ settings: Settings) throws -> URL {
        let given = settings[setting]
        if !given.isEmpty { return URL(fileURLWithPath: given) }
        var candidates = [URL(fileURLWithPath: name)]
        var above = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        for _ in 0..<5 {
            above.deleteLastPathComponent()
            candidates.append(above.appendingPathComponent(name))
        }
        let files = FileManager.default
        if let found = candidates.first(where: { files.fileExists(atPath: $0.path) }) {
            return found
        }
        throw SettingsFault(
            description: "\(setting): the folder \(name) is not here; write where it is")
    }
}

/// Keeps mails as files in a folder instead of sending them.
struct MailboxTransport: MailTransport {
    private let folder: URL

    init(folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        let name = message.messageID.text.split(separator: "@").first ?? "mail"
        let file = folder.appendingPathComponent(
            name.replacing("<", with: "").replacing("/", with: "_") + ".eml")
        do {
            try Data(message.bytes()).write(to: file, options: .atomic)
            return .accepted(reply: "kept in the mailbox")
        } catch {
            return .unreachable(text: "the mailbox folder cannot be written")
        }
    }

    func shutdown() async {}
}
