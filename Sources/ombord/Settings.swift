import Configuration
import Foundation
import Yams

/// A setting that an operator may write, in the environment or in the file.
struct SettingDescription: Sendable {
    enum Kind: Sendable { case text, number(ClosedRange<Int>), flag, choice([String]) }

    /// The key as the file writes it: `http.port`.
    let key: String
    let kind: Kind
    let fallback: String
    let meaning: String
    var isSecret = false

    /// The name in the environment: `OMBORD_HTTP_PORT`.
    var variable: String {
        "OMBORD_" + key.uppercased().replacing(".", with: "_").replacing("-", with: "_")
    }

    /// Every setting there is. `Docs/Operations.md` is checked against this table.
    static let all: [SettingDescription] = [
        .init(
            key: "data", kind: .text, fallback: "var/ombord",
            meaning: "the folder of the database and the mailbox"),
        .init(
            key: "database", kind: .text, fallback: "",
            meaning: """
                postgres://… is a PostgreSQL that several nodes share; empty is a SQLite file in \
                the data folder
                """,
            isSecret: true),
        .init(
            key: "workflows", kind: .text, fallback: "",
            meaning: "the folder of the programmes; empty is Workflows beside the program or here"),
        .init(
            key: "mail.templates", kind: .text, fallback: "",
            meaning: "the folder of the mail templates; empty is Mail beside the program or here"),
        .init(
            key: "languages", kind: .text, fallback: "",
            meaning: """
                a folder of languages besides nb, nn and en, each a folder of its files; empty is \
                Languages beside the program or here, where there is one
                """),
        .init(
            key: "zone", kind: .text, fallback: "Europe/Oslo",
            meaning: "the time zone that dates and times are in"),
        .init(
            key: "base-url", kind: .text, fallback: "",
            meaning: "where people reach the pages; empty is http://host:port"),
        .init(
            key: "secret", kind: .text, fallback: "",
            meaning: """
                what links and sessions are signed with, 32 characters or more; empty makes one \
                in the data folder
                """,
            isSecret: true),
        .init(
            key: "notes-secret", kind: .text, fallback: "",
            meaning: """
                what private notes are sealed with, 32 characters or more; empty makes one in the \
                data folder; changed, the notes can no longer be read
                """,
            isSecret: true),
        .init(
            key: "http.host", kind: .text, fallback: "127.0.0.1",
            meaning: "the address to listen on"),
        .init(
            key: "http.port", kind: .number(0...65_535), fallback: "8080",
            meaning: "the port to listen on"),
        .init(
            key: "http.metrics", kind: .flag, fallback: "true",
            meaning: "whether /metrics answers; keep it from the outside at the proxy"),
        .init(
            key: "mail.transport", kind: .choice(["mailbox", "smtp", "provider"]),
            fallback: "mailbox",
            meaning: """
                mailbox keeps mails in the data folder, smtp sends them, provider posts them \
                to a mail provider
                """),
        .init(
            key: "mail.from", kind: .text, fallback: "ombord@localhost.localdomain",
            meaning: "the address that mails come from"),
        .init(
            key: "mail.from-name", kind: .text, fallback: "Ombord",
            meaning: "the name that mails come from"),
        .init(
            key: "mail.domain", kind: .text, fallback: "",
            meaning: "the host part of Message-IDs; empty is that of mail.from"),
        .init(
            key: "mail.bounces", kind: .text, fallback: "",
            meaning: "where failures are reported; empty is mail.from"),
        .init(
            key: "mail.organisation", kind: .text, fallback: "Ombord",
            meaning: "who mails are from, in their footer"),
        .init(
            key: "mail.contact", kind: .text, fallback: "",
            meaning: "whom readers can ask; empty is mail.from"),
        .init(key: "smtp.host", kind: .text, fallback: "localhost", meaning: "the mail server"),
        .init(key: "smtp.port", kind: .number(1...65_535), fallback: "587", meaning: "its port"),
        .init(
            key: "smtp.security", kind: .choice(["required", "implicit", "never"]),
            fallback: "required",
            meaning: """
                required is STARTTLS or nothing, implicit is TLS from the start, never is for a \
                server on this machine
                """),
        .init(
            key: "smtp.user", kind: .text, fallback: "",
            meaning: "the user to sign in as; empty is without signing in"),
        .init(
            key: "smtp.password", kind: .text, fallback: "", meaning: "the user's password",
            isSecret: true),
        .init(
            key: "provider.url", kind: .text, fallback: "",
            meaning: "the mail provider's address for sending"),
        .init(
            key: "provider.token", kind: .text, fallback: "",
            meaning: "the mail provider's bearer token", isSecret: true),
        .init(
            key: "webhooks.allow-private-addresses", kind: .flag, fallback: "false",
            meaning: """
                whether webhooks and statements may go to this machine and private networks
                """),
        .init(
            key: "webhooks.allow-plain-http", kind: .flag, fallback: "false",
            meaning: "whether webhooks and statements may go without TLS"),
        .init(
            key: "lrs.url", kind: .text, fallback: "",
            meaning: """
                the learning record store that is told what comes on record, without /statements; \
                empty is none
                """),
        .init(
            key: "lrs.user", kind: .text, fallback: "",
            meaning: "the user (or key) to sign in to the store as"),
        .init(
            key: "lrs.password", kind: .text, fallback: "", meaning: "that user's password",
            isSecret: true),
        .init(
            key: "lrs.version", kind: .choice(["1.0.3", "2.0.0"]), fallback: "1.0.3",
            meaning: "the version of xAPI that the store speaks; 2.0.0 is IEEE 9274.1.1"),
        .init(
            key: "log.level",
            kind: .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            fallback: "info", meaning: "how much is logged"),
    ]

    static func named(_ key: String) -> SettingDescription? { all.first { $0.key == key } }
}

/// A setting, or a settings file, that cannot be used: where, and what to do.
struct SettingsFault: Error, CustomStringConvertible {
    let description: String
}

/// The settings in force.
struct Settings: Sendable {
    private let values: [String: String]

    subscript(_ key: String) -> String { values[key] ?? "" }

    func number(_ key: String) -> Int { Int(self[key]) ?? 0 }
    func flag(_ key: String) -> Bool { self[key] == "true" }

    /// Every setting with its value, secrets hidden.
    var listing: [(key: String, value: String)] {
        SettingDescription.all.map { setting in
            let value = self[setting.key]
            return (setting.key, setting.isSecret && !value.isEmpty ? "(hidden)" : value)
        }
    }

    /// Reads the environment over the file over the defaults, and says everything that is wrong.
    ///
    /// - Parameters:
    ///   - file: The settings file; the one that OMBORD_CONFIG names where nil; none is fine.
    ///   - overrides: Values from the command line.
    static func load(file: String?, overrides: [String: String] = [:]) async throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let path = file ?? environment["OMBORD_CONFIG"]
        var faults = unknownVariables(environment)
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                values: Dictionary(
                    uniqueKeysWithValues: overrides.map {
                        (
                            AbsoluteConfigKey(ConfigKey($0.key)),
                            ConfigValue(.string($0.value), isSecret: false)
                        )
                    })),
            EnvironmentVariablesProvider().prefixKeys(with: "ombord"),
        ]
        if let path {
            let checked = try flatten(path)
            faults += checked.faults
            providers.append(
                InMemoryProvider(
                    values: Dictionary(
                        checked.values.map {
                            (
                                AbsoluteConfigKey(ConfigKey($0.key)),
                                ConfigValue(.string($0.value), isSecret: false)
                            )
                        }, uniquingKeysWith: { _, last in last })))
        }
        let reader = ConfigReader(providers: providers)
        var values: [String: String] = [:]
        for setting in SettingDescription.all {
            let value = reader.string(
                forKey: ConfigKey(setting.key), isSecret: setting.isSecret,
                default: setting.fallback)
            if let fault = setting.fault(in: value) { faults.append(fault) }
            values[setting.key] = value
        }
        if !faults.isEmpty { throw SettingsFault(description: faults.joined(separator: "\n")) }
        return Settings(values: values)
    }

    private static func unknownVariables(_ environment: [String: String]) -> [String] {
        let known = Set(SettingDescription.all.map(\.variable) + ["OMBORD_CONFIG"])
        return environment.keys.sorted().filter {
            $0.hasPrefix("OMBORD_") && !known.contains($0) && !$0.hasPrefix("OMBORD_TEST_")
                && $0 != "OMBORD_CHROMIUM" && $0 != "OMBORD_RECORD"
        }.map { "\($0): there is no such setting; `ombord doctor --settings` lists them" }
    }

    /// The file's settings by key, with everything that is wrong in it by line.
    private static func flatten(
        _ path: String
    ) throws -> (values: [(key: String, value: String)], faults: [String]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsFault(description: "\(path): the file cannot be read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw SettingsFault(description: "\(path): the file is not UTF-8")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic)
        } catch {
            throw SettingsFault(description: "\(path): \(error)")
        }
        var values: [(String, String)] = []
        var faults: [String] = []
        func walk(_ node: Node, _ prefix: String) {
            let line = node.mark.map { "\(path):\($0.line):\($0.column)" } ?? path
            if case .mapping(let mapping) = node {
                for (key, value) in mapping {
                    let name = key.string ?? ""
                    walk(value, prefix.isEmpty ? name : "\(prefix).\(name)")
                }
            } else if let value = node.scalar?.string {
                if SettingDescription.named(prefix) == nil {
                    faults.append("\(line): there is no setting \(prefix)")
                }
                values.append((prefix, value))
            } else {
                faults.append("\(line): \(prefix) is a list; it takes one value")
            }
        }
        if let root { walk(root, "") }
        return (values, faults)
    }
}

extension SettingDescription {
    /// What is wrong with a value, in a sentence.
    fileprivate func fault(in value: String) -> String? {
        switch kind {
        case .text: return nil
        case .number(let range):
            if let number = Int(value), range.contains(number) { return nil }
            return "\(key) (\(variable)): \"\(value)\" is not a number from "
                + "\(range.lowerBound) to \(range.upperBound)"
        case .flag:
            return value == "true" || value == "false"
                ? nil : "\(key) (\(variable)): \"\(value)\" is neither true nor false"
        case .choice(let choices):
            return choices.contains(value)
                ? nil
                : "\(key) (\(variable)): \"\(value)\" is not one of "
                    + choices.joined(separator: ", ")
        }
    }
}
