// Works on an installation without end, until it is killed: people act, time passes, mails go out.
//
// Usage: crash-worker DATABASE SMTP-PORT SEED MAIL-FOLDER START-MOMENT [stand]
//
// With "stand" the clock stands, so that several can be nodes on one database.
//
// For every command that was acknowledged it prints "ack KEY" afterwards, so that whoever killed it
// knows what must not be lost.
import CivilCalendar
import Delivery
import Engine
import Glibc
import Operations
import Storage

struct StandingClock: WallClock {
    let instant: Instant

    func now() -> Instant { instant }
}

struct Usage: Error {}

func say(_ line: String) {
    var text = line + "\n"
    // One write for one line, past every buffer: what was said was said before the next thing.
    text.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}

let arguments = CommandLine.arguments
guard arguments.count >= 6, let port = Int(arguments[2]), let seed = UInt64(arguments[3]),
    let time = ZonedTime(), let start = CivilMoment(arguments[5])
else { throw Usage() }
let begin = time.instant(start)
let place = DatabaseAddress(arguments[1]) ?? .file(path: arguments[1])
let database = try place.open(now: begin.milliseconds)
let random = SeededRandom(seed: seed)
let clock = MovableClock(
    StandingClock(instant: begin),
    aheadMilliseconds: try Installation.demonstrationLead(database))
let installation = Installation(
    database: database, clock: clock, random: random, time: time,
    settings: InstallationSettings(
        mailDomain: "ombord.example", baseURL: "https://ombord.example",
        secret: Array(repeating: 7, count: 32)))
let courier = Courier(
    installation: installation, templates: try MailTemplates(folder: arguments[4]),
    identity: MailIdentity(
        from: Mailbox(address: try MailAddress("ombord@ombord.example")),
        organisation: "Ombord", contact: "hjelp@ombord.example"),
    mail: SMTPTransport(SMTPServer(host: "127.0.0.1", port: port, security: .never)),
    webhooks: WebhookDelivery(http: HTTPTransport()))
let demonstration = Demonstration(
    .small, installation: installation, courier: courier, clock: clock, peopleAct: false)
let enrolments = try installation.enrolments().map(\.id)

/// Somebody says that an open step was done, at random.
func act(_ number: Int) async throws {
    let id = enrolments[Int(random.fraction() * Double(enrolments.count))]
    let view = try installation.enrolment(id)
    let open = view.steps.filter { $0.status == .open || $0.status == .waiting }
    guard !open.isEmpty else { return }
    let step = open[Int(random.fraction() * Double(open.count))]
    guard let person = view.awaited(step).compactMap(\.person).first else { return }
    let key = "act-\(seed)-\(number)"
    do {
        _ = try await installation.act(
            .sign(step.step.id, by: person, affirms: true, on: installation.nowCivil.day), on: id,
            by: .person(person), key: key)
        say("ack \(key)")
    } catch is OperationError {
        // Refused: nothing was done, and nothing may be missed.
    }
}

/// A few acts, of which the first has a number, and then time passes.
func work(from number: Int) async throws {
    for next in number..<(number + 4) { try await act(next) }
    if arguments.last == "stand" {
        _ = try await installation.wakeDue()
        _ = try await courier.deliverRound()
        return say("round \(number)")
    }
    // A few hours on, with everything that falls due in them.
    let next = clock.now().adding(seconds: 3600 * (4 + 30 * random.fraction()))
    try await demonstration.move(to: time.civil(next))
    say("moved \(installation.nowCivil)")
}

say("begins")
var number = 1
while true {
    defer { number += 4 }
    do {
        try await work(from: number)
    } catch StorageError.outcomeUnknown {
        // The server went away while it committed: nothing was acknowledged, so nothing is missed.
    } catch StorageError.lost {
        // It went away before.
    } catch StorageError.cannotOpen {
        // It is not back yet.
    }
}
