import Engine
import JSONText
import Storage

@testable import Operations

/// What must hold of a store when all that was begun has come to its end, whatever has happened.
/// Each gives a sentence for each thing that does not.
struct Checkers {
    let installation: Installation
    let ledger: Ledger
    let mayRepeat: Bool

    init(_ installation: Installation, _ ledger: Ledger, mayRepeat: Bool) {
        self.installation = installation
        self.ledger = ledger
        self.mayRepeat = mayRepeat
    }

    init(_ world: SimulatedWorld) {
        self.init(
            world.observer, world.ledger,
            mayRepeat: world.weather.mayRepeat || world.killing != nil)
    }

    func faults() throws -> [String] {
        try installation.query { transaction in
            let connection = transaction.connection
            return try DueTalks(transaction).faults() + acknowledged(connection)
                + identities(connection) + states(transaction) + messages(connection)
                + claims(connection)
        } + chains() + furnished
    }

    /// What could not be tried, because the world itself was not as it should be.
    private var furnished: [String] {
        ledger.counts.keys.filter { $0.hasPrefix("not ") || $0.hasPrefix("nodes that") }.sorted()
    }

    // MARK: - No acknowledged act is lost

    func acknowledged(_ connection: any Connection) throws -> [String] {
        var faults: [String] = []
        var marks: [[String]: Int] = [:]
        var seen: Set<String> = []
        // Whoever asked twice was answered twice, about one act.
        for act in ledger.acknowledged where seen.insert(act.key).inserted {
            let answer = try connection.first(
                "SELECT response FROM command_log WHERE key = ?", [.text(act.key)]
            ) { $0.text(0) }
            guard let answer else {
                faults.append("\(act.key) was acknowledged and is not there")
                continue
            }
            // An act on one answers with the number of its events, a start or an act on many with
            // its id.
            if answer != act.enrolment, !answer.hasPrefix("\(act.events) ") {
                faults.append("\(act.key) was answered otherwise than it is kept: \(answer)")
            }
            if act.events > 0, let mark = act.mark {
                marks[[act.enrolment] + mark, default: 0] += 1
            }
        }
        for (mark, count) in marks {
            let kept = try connection.count(
                """
                SELECT count(*) FROM event
                WHERE enrolment = ? AND type = ? AND body LIKE ? AND actor = ?
                """,
                [
                    .text(mark[0]), .text(mark[1]), .text("%\"step\":\"\(mark[2])\"%"),
                    .text(mark[3]),
                ])
            if kept < count {
                faults.append("\(mark) was acknowledged \(count) times, the history has \(kept)")
            }
        }
        return faults.sorted()
    }

    // MARK: - No notice has two identities

    func identities(_ connection: any Connection) throws -> [String] {
        var faults: [String] = []
        var known: [[String]: String] = [:]
        var identities: [String: String] = [:]
        try connection.forEach(
            "SELECT identity, body, kind, recipient, id FROM message ORDER BY identity", []
        ) { row in
            let identity = row.text(0)
            identities[row.text(4)] = identity
            identities["\(row.text(4))@ombord.example"] = identity
            guard let body = JSON(row.text(1)), Self.isToldOnce(identity) else { return }
            let about = [
                row.text(2), row.text(3), Self.subject(of: identity), body["step"]?.string ?? "",
                "\(body["rung"]?.integer ?? 0)", body["day"]?.string ?? "",
                "\(body["invitation"]?["sequence"]?.integer ?? -1)",
            ]
            if let other = known.updateValue(identity, forKey: about) {
                faults.append("\(identity) and \(other) are the same notice")
            }
        }
        return faults + takenIdentities(identities)
    }

    /// Whether it is about what happens once only. What can happen again is told again, perhaps in
    /// the same words, under the number of its event.
    private static func isToldOnce(_ identity: String) -> Bool {
        let parts = identity.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return false }
        let rule = parts[2].split(separator: ":")
        let once = ["opened", "reminder", "escalation", "message", "welcome"]
        return once.contains(String(rule[0])) || rule[0] == "invitation" && rule.count == 2
    }

    /// The enrolment that a notice is about.
    private static func subject(of identity: String) -> String {
        String(identity.prefix { $0 != "/" })
    }

    /// The same as readers see it: a text comes under one identity, an identity with one text's
    /// recipient.
    private func takenIdentities(_ identities: [String: String]) -> [String] {
        var faults: [String] = []
        for taken in [ledger.mails, ledger.calls] {
            let once = Set(taken).filter { taken in
                identities[taken.id].map { Self.isToldOnce($0) && !$0.contains("/invitation:") }
                    ?? false
            }
            let byText = Dictionary(grouping: once) {
                [$0.to, $0.digest, Self.subject(of: identities[$0.id] ?? "")]
            }
            faults += byText.values.filter { $0.count > 1 }.map { same in
                "“\(same[0].subject)” came as \(same.map { identities[$0.id] ?? "" }.sorted())"
            }
            let byID = Dictionary(grouping: Set(taken), by: \.id)
            faults += byID.filter { Set($0.value.map(\.to)).count > 1 }.map {
                "\($0.key) went to several"
            }
            if !mayRepeat {
                let ids = Dictionary(grouping: taken, by: \.id)
                faults += ids.filter { $0.value.count > 1 }.map {
                    "\($0.key) was sent \($0.value.count) times, and nothing called for it"
                }
            }
        }
        return faults.sorted()
    }

    // MARK: - The state is the fold of the events, and the chains hold

    func chains() throws -> [String] {
        try installation.verify().faults.map {
            "\($0.enrolment) \($0.event.map(String.init) ?? ""): \($0.message)"
        }
    }

    /// What is to come is what the state says, and nothing that is due is left undone.
    func states(_ transaction: Transaction) throws -> [String] {
        let ids = try transaction.connection.all("SELECT id FROM enrolment ORDER BY id") {
            EnrolmentID($0.text(0))
        }
        return try ids.compactMap { id -> String? in
            let loaded = try transaction.store.load(id)
            let programme = try transaction.version(loaded.version).programme
            let agenda = Agenda(programme.plan(for: loaded.enrolment), loaded.enrolment)
            let next = agenda.first.map { installation.time.instant($0.moment) }
            if next != loaded.wakeAt {
                return "\(id) wakes at \(loaded.wakeAt as Any), and \(next as Any) is due"
            }
            let last = transaction.now.adding(seconds: -3600)
            return next.map { $0 < last } == true ? "\(id) was not woken" : nil
        }
    }

    // MARK: - Every message ends delivered, or dead and visible

    func messages(_ connection: any Connection) throws -> [String] {
        let mails = Set(ledger.mails.map(\.id)), calls = Set(ledger.calls.map(\.id))
        let past = installation.clock.now().adding(seconds: -3600).milliseconds
        var faults: [String] = []
        var ends: [String: String] = [:]
        var bundles: [String: String] = [:]
        try connection.forEach(
            """
            SELECT id, channel, status, available_at, detail, bundle, attempts,
                (SELECT count(*) FROM attempt WHERE message = message.id), finished_at
            FROM message ORDER BY id
            """, []
        ) { row in
            let (id, status) = (row.text(0), row.text(2))
            ends[id] = status
            if row.int(6) != row.int(7) { faults.append("\(id) has lost a try") }
            switch status {
            case "sent":
                let isThere =
                    row.text(1) == "webhook"
                    ? calls.contains(id) : mails.contains("\(id)@ombord.example")
                if !isThere { faults.append("\(id) is sent, and nobody took it") }
            case "dead", "withdrawn":
                if row.text(4).isEmpty || row.isNull(8) {
                    faults.append("\(id) is \(status), and nobody can see why")
                }
            case "bundled": bundles[id] = row.text(5)
            case "queued":
                if row.integer(3) < past { faults.append("\(id) was forgotten") }
            default: faults.append("\(id) is \(status)")
            }
        }
        for (id, bundle) in bundles where ends[bundle] == nil {
            faults.append("\(id) went into a mail that is not there")
        }
        for id in mails.union(calls) {
            let known = id.hasSuffix("@ombord.example") ? String(id.dropLast(15)) : id
            if ends[known] == nil { faults.append("\(id) was sent, and is not known") }
        }
        return faults.sorted()
    }

    // MARK: - Nothing is left claimed

    func claims(_ connection: any Connection) throws -> [String] {
        let questions = [
            ("messages that are leased", "message WHERE leased_until IS NOT NULL"),
            ("acts on many that have not ended", "bulk_act WHERE status = 'running'"),
            ("parts of acts that wait", "bulk_item WHERE status = 'waiting'"),
        ]
        return try questions.compactMap { name, rows in
            let count = try connection.count("SELECT count(*) FROM \(rows)")
            return count > 0 ? "\(count) \(name)" : nil
        }
    }
}
