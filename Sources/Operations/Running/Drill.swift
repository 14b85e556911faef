public import CivilCalendar
public import Delivery
import Storage

/// Proves on a copy of an installation that it goes on: the days to come pass on it, with every
/// wake-up and every mail of theirs, and nothing leaves the machine.
public struct Drill: Sendable {
    /// What the days brought.
    public struct Report: Hashable, Sendable {
        public let until: CivilDay
        public let woken: Int
        /// Mails that were made and would have been sent.
        public let mails: Int
        /// What `Installation.verify` found afterwards.
        public let enrolments: Int
        public let events: Int
        public let faults: Int
    }

    private let installation: Installation
    private let demonstration: Demonstration

    /// - Parameters:
    ///   - installation: On a copy that is thrown away afterwards.
    ///   - clock: The clock of that installation.
    public init(
        _ installation: Installation, clock: MovableClock, templates: MailTemplates,
        identity: MailIdentity, webhooks: WebhookDelivery
    ) {
        self.installation = installation
        let courier = Courier(
            installation: installation, templates: templates, identity: identity,
            mail: NoMail(), webhooks: webhooks)
        demonstration = Demonstration(
            .small, installation: installation, courier: courier, clock: clock, peopleAct: false)
    }

    /// Lets days pass, from one to a year.
    public func run(days: Int) async throws -> Report {
        for endpoint in try installation.endpoints() where endpoint.isOn {
            try await installation.switchEndpoint(endpoint.id, on: false)
        }
        let now = installation.nowCivil
        let end = CivilMoment(now.day.adding(days: days), now.time)
        let move = try await demonstration.move(to: end)
        let verification = try installation.verify()
        return Report(
            until: end.day, woken: move?.woken ?? 0, mails: move?.sent ?? 0,
            enrolments: verification.enrolments, events: verification.events,
            faults: verification.faults.count)
    }
}

/// Takes every mail and sends none.
private struct NoMail: MailTransport {
    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        .accepted(reply: "not sent: a drill")
    }

    func shutdown() async {}
}
