import ArgumentParser
import CivilCalendar
import Delivery
import Engine
import Foundation
import JSONText
import Operations
import Storage

/// `ombord outbox`.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "Shows what was sent, what was not and why, and sends again.",
        subcommands: [List.self, Show.self, Retry.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists messages, newest first.")
        @OptionGroup var installation: InstallationOptions
        @OptionGroup var format: FormatOption
        @Option(help: "queued, sending, sent, bundled, withdrawn or dead.") var status: String?
        @Option(help: "Only those to this person or endpoint.") var to: String?
        @Option(help: "How many at most.") var limit = 50

        private static let statuses = [
            "queued", "sending", "sent", "bundled", "withdrawn", "dead",
        ]

        func validate() throws {
            if let status, !Self.statuses.contains(status) {
                throw ValidationError("--status is one of \(Self.statuses.joined(separator: ", "))")
            }
        }

        func run() async throws {
            let composition = try await installation.compose()
            let messages = try composition.installation.messages(
                status: status, recipient: to, limit: limit)
            if format.format == .json {
                return print(JSON.array(messages.map(\.json)).prettyText)
            }
            for message in messages {
                let at = composition.installation.time.civil(message.availableAt)
                print(
                    "\(message.id)  \(at)  \(message.status)  \(message.kind)  "
                        + "\(message.recipient)  \(message.detail ?? "")")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a message, its tries and its mail.")
        @OptionGroup var installation: InstallationOptions
        @OptionGroup var format: FormatOption
        @Argument(help: "The message.") var id: String

        func run() async throws {
            let composition = try await installation.compose()
            let service = composition.installation
            let (message, attempts) = try await told { try service.message(id) }
            if format.format == .json {
                let tries = attempts.map { attempt in
                    JSON.object([
                        "number": .integer(attempt.number),
                        "at": .string(service.time.civil(attempt.at).description),
                        "outcome": .string(attempt.outcome), "detail": .string(attempt.detail),
                    ])
                }
                return print(
                    JSON.object(["message": message.json, "attempts": .array(tries)]).prettyText)
            }
            print("identity   \(message.identity)")
            print("status     \(message.status) \(message.detail ?? "")")
            for attempt in attempts {
                print(
                    "try \(attempt.number)      \(service.time.civil(attempt.at))  "
                        + "\(attempt.outcome)  \(attempt.detail)")
            }
            guard message.channel != "webhook" else { return print(message.body) }
            let mail = try await told { try composition.courier().preview(id, opens: true) }
            print(String(decoding: mail.bytes(), as: UTF8.self))
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Queues a dead message again, under the same identity.")
        @OptionGroup var installation: InstallationOptions
        @Argument(help: "The messages.") var ids: [String]

        func run() async throws {
            let composition = try await installation.compose()
            for id in ids {
                try await told { try await composition.installation.retry(id) }
                print("\(id) queued")
            }
        }
    }
}

extension MessageRow {
    var json: JSON {
        .object([
            "id": .string(id), "identity": .string(identity), "channel": .string(channel),
            "kind": .string(kind), "enrolment": enrolment.map { .string($0.rawValue) },
            "recipient": .string(recipient), "status": .string(status),
            "attempts": .integer(attempts), "detail": detail.map { .string($0) },
        ])
    }
}

/// `ombord webhook`.
struct Webhook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manages the endpoints that are told about events.",
        subcommands: [Add.self, List.self, Rotate.self, On.self, Off.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds an endpoint and prints its secret, this once.")
        @OptionGroup var installation: InstallationOptions
        @Argument(help: "The address, https://...") var url: String
        @Option(help: "The person who is told when it is switched off.") var owner: String
        @Option(help: "An event kind, such as step-completed; all where none. May be repeated.")
        var kind: [String] = []

        func run() async throws {
            let composition = try await installation.compose()
            let (id, secret) = try await told {
                try await composition.installation.addEndpoint(
                    url: url, kinds: kind, owner: PersonID(owner))
            }
            print("\(id)\n\(secret)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the endpoints.")
        @OptionGroup var installation: InstallationOptions

        func run() async throws {
            let composition = try await installation.compose()
            for endpoint in try composition.installation.endpoints() {
                let kinds = endpoint.kinds.isEmpty ? "all" : endpoint.kinds.joined(separator: ",")
                print(
                    "\(endpoint.id)  \(endpoint.isOn ? "on" : "off")  \(endpoint.url)  \(kinds)  "
                        + (endpoint.detail ?? ""))
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives an endpoint a new secret; the last one is used beside it.")
        @OptionGroup var installation: InstallationOptions
        @Argument(help: "The endpoint.") var id: String

        func run() async throws {
            let composition = try await installation.compose()
            print(try await told { try await composition.installation.rotateSecret(of: id) })
        }
    }

    struct On: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Switches an endpoint on again.")
        @OptionGroup var installation: InstallationOptions
        @Argument(help: "The endpoint.") var id: String

        func run() async throws {
            let composition = try await installation.compose()
            try await told {
                try await composition.installation.switchEndpoint(id, on: true)
            }
        }
    }

    struct Off: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Switches an endpoint off.")
        @OptionGroup var installation: InstallationOptions
        @Argument(help: "The endpoint.") var id: String

        func run() async throws {
            let composition = try await installation.compose()
            try await told {
                try await composition.installation.switchEndpoint(id, on: false)
            }
        }
    }
}
