import CivilCalendar
import Engine
import Storage

@testable import Operations

/// What happens in a world: people, owners of programmes, outages. All that is left to chance is
/// drawn from the kernel, and all happens at moments of its time.
extension SimulatedWorld {
    private static let minute: Int64 = 60_000

    var people: [PersonID] { (1...weather.people).map { PersonID("person-\($0)") } }
    private var staff: [PersonID] { ["leader", "mentor-1", "mentor-2", "director"] }

    /// Lives through the days of the world, then brings everything that was begun to its end.
    ///
    /// - Returns: what is wrong with what was left.
    func live() throws -> [String] {
        try furnish()
        for number in 1...weather.nodes { boot(number) }
        begin()
        let end = Int64(weather.days) * Self.day
        run(to: end)
        calmDown()
        // Who was killed last comes back, and what was sent just then is sent again when its lease
        // has run out; what was queued by a clock that was ahead waits for its day.
        let last = end + 200 * Self.day
        var looked = -1
        var isDone = false
        let left = try unfinished(before: end)
        run(to: last) { [self] in
            if looked != ended {
                looked = ended
                isDone = (try? isSettled(left)) ?? false
            }
            return isDone || kernel.vainLooks > 1_000
        }
        let faults = try Checkers(self).faults()
        shutDown()
        return kernel.vainLooks > 1_000 ? faults + ["what is due is not done"] : faults
    }

    /// Programmes, units and people, before anything goes wrong.
    private func furnish() throws {
        for name in ["first", "second"] { programmes.append(RandomProgramme(name, kernel)) }
        let units = """
            id,name,kind,parent,manager,hr
            home,Solbakken,agency,,director,hr
            ward,Bjørk,ward,home,leader,
            """
        let digests = ["", "daily", "never"]
        let languages = ["nb", "nn", "en"]
        let lines = (staff + ["hr"] + people).map { person in
            "\(person),Name \(person),\(person)@example.org,,\(kernel.pick(languages) ?? "nb"),"
                + "ward,\(kernel.pick(digests) ?? "")"
        }
        let table = (["id,name,email,private-email,language,unit,digest"] + lines)
            .joined(separator: "\n")
        let tables = [
            ImportTable(kind: .units, file: "units.csv", bytes: Array(units.utf8)),
            ImportTable(kind: .people, file: "people.csv", bytes: Array(table.utf8)),
        ]
        let lane = Lane("outside", kernel)
        let sources = programmes.map(\.source)
        Task(executorPreference: lane, priority: .medium) { [observer, ledger] in
            do {
                for source in sources {
                    let (version, diagnostics) = try await observer.publish(source)
                    if version == nil { ledger.count("not published: \(diagnostics)") }
                }
                let report = try await observer.importTables(tables, dryRun: false)
                if !report.isApplied { ledger.count("not imported: \(report)") }
                _ = try await observer.addEndpoint(
                    url: "https://receiver.example/hook", kinds: [], owner: "director")
            } catch {
                ledger.count("not furnished: \(error)")
            }
        }
        run()
    }

    private func begin() {
        for person in people {
            kernel.after(Int64(kernel.number(0...(30 * 1_440))) * Self.minute) { [unowned self] in
                start(person)
            }
        }
        often(everyMinutes: 1_440 * 2 / weather.people) { $0.somebodyActs() }
        often(everyMinutes: 1_440 * 60 / weather.people) { world in
            if let person = world.kernel.pick(world.people) { world.start(person) }
        }
        often(everyMinutes: 1_440 * 3) { $0.switchOn() }
        if weather.changes {
            often(everyMinutes: 1_440 * 30) { $0.ownerRevises() }
            often(everyMinutes: 1_440 * 15) { $0.manyChange() }
        }
        if weather.freezes { often(everyMinutes: 1_440 * 3) { $0.freeze() } }
        if weather.clockJumps { often(everyMinutes: 1_440 * 12) { $0.setClock() } }
        if weather.outages { often(everyMinutes: 1_440 * 15) { $0.outage() } }
        countDays()
    }

    /// Again and again, at uneven times, until the world is at its end.
    private func often(
        everyMinutes mean: Int, _ happening: @escaping @Sendable (SimulatedWorld) -> Void
    ) {
        let wait = Int64(kernel.number(1...max(2, 2 * mean))) * Self.minute
        kernel.after(wait) { [unowned self] in
            if isCalm { return }
            happening(self)
            often(everyMinutes: mean, happening)
        }
    }

    private func countDays() {
        kernel.after(Self.day) { [unowned self] in
            if isCalm { return }
            let count = try? observer.query { transaction in
                try transaction.connection.count(
                    "SELECT count(*) FROM enrolment WHERE status IN ('running', 'paused')")
            }
            ledger.count("person-days", count ?? 0)
            countDays()
        }
    }

    // MARK: - People

    private func start(_ person: PersonID) {
        guard let programme = kernel.pick(programmes) else { return }
        let first = observer.nowCivil.day.adding(days: kernel.number(-10...40))
        let mentor: [RoleID: PersonID] =
            kernel.oneIn(3) ? [:] : [.mentor: kernel.oneIn(2) ? "mentor-1" : "mentor-2"]
        let request = EnrolRequest(
            participant: person, programme: ProgrammeID(programme.id),
            anchors: ["first-day": first], chosen: mentor)
        attempt { node, key in
            let id = try await node.installation.enrol(request, by: .operatorCommand, key: key)
            return Ledger.Acknowledged(key: key, enrolment: id.rawValue, events: 1, mark: nil)
        }
    }

    private func somebodyActs() {
        guard let node = kernel.pick(nodes) else { return }
        do {
            let running = try observer.query { transaction in
                try transaction.connection.all(
                    "SELECT id FROM enrolment WHERE status IN ('running', 'paused') ORDER BY id"
                ) { EnrolmentID($0.text(0)) }
            }
            guard let id = kernel.pick(running) else { return }
            let today = node.installation.nowCivil.day
            let view = try observer.enrolment(id)
            acts += 1
            guard
                let deed = Deed.chosen(
                    view, today, people: people + staff, number: acts, kernel)
            else { return }
            attempt { node, key in
                let result = try await node.installation.act(
                    deed.command, on: id, by: deed.actor, key: key)
                return Ledger.Acknowledged(
                    key: key, enrolment: id.rawValue, events: result.events,
                    mark: deed.mark.map { $0 + [deed.actor.stored] })
            }
        } catch {
            ledger.count("what could not be looked at: \(error)")
        }
    }

    /// Asks a node to do something; where no answer comes, asks again under the same key, perhaps
    /// another node. Impatient people ask twice at once.
    private func attempt(
        _ deed: @escaping @Sendable (Node, String) async throws -> Ledger.Acknowledged
    ) {
        acts += 1
        let key = "key-\(acts)"
        attempt(key, triesLeft: 6, deed)
        if kernel.oneIn(15) { attempt(key, triesLeft: 1, deed) }
    }

    private func attempt(
        _ key: String, triesLeft: Int,
        _ deed: @escaping @Sendable (Node, String) async throws -> Ledger.Acknowledged
    ) {
        let again: @Sendable () -> Void = { [unowned self] in
            if triesLeft <= 1 || isCalm { return }
            kernel.after(Int64(kernel.number(1...90)) * 1000) {
                self.attempt(key, triesLeft: triesLeft - 1, deed)
            }
        }
        guard let node = kernel.pick(nodes) else { return again() }
        node.run { [ledger] in
            do {
                let done = try await deed(node, key)
                // The answer of a process that has ended reaches nobody.
                if node.life.isOver { return again() }
                ledger.acknowledge(done)
                ledger.count("acts")
            } catch is OperationError {
                ledger.count("refusals")
            } catch {
                again()
            }
        }
    }

    /// An endpoint that was switched off, because it had failed for so long, is switched on again.
    private func switchOn() {
        guard let off = try? observer.endpoints().first(where: { !$0.isOn }),
            let node = kernel.pick(nodes)
        else { return }
        node.run { [ledger] in
            try? await node.installation.switchEndpoint(off.id, on: true)
            ledger.count("endpoints switched on")
        }
    }

    // MARK: - Programmes

    private func ownerRevises() {
        let place = kernel.number(0...(programmes.count - 1))
        programmes[place].revise(kernel)
        let source = programmes[place].source
        let id = ProgrammeID(programmes[place].id)
        attempt { [ledger] node, key in
            guard let version = try await node.installation.publish(source).version else {
                throw OperationError.noSuchProgramme(id)
            }
            ledger.count("versions published")
            let act = try await node.installation.startBulk(
                .migrate(id, to: version.hash), by: .operatorCommand, key: key)
            return Ledger.Acknowledged(key: key, enrolment: act, events: 0, mark: nil)
        }
    }

    private func manyChange() {
        let today = observer.nowCivil.day
        let reason = "because of \(acts)"
        let done = (try? observer.bulkActs(limit: 5)) ?? []
        let change: BulkChange
        switch kernel.number(0...3) {
        case 0:
            change = .handOver(
                from: "mentor-1", to: kernel.oneIn(2) ? "mentor-2" : nil, reason: reason)
        case 1:
            change = .cover(
                "leader", by: "director", from: today, until: today.adding(days: 9),
                reason: reason)
        case 2: change = .resolveRoles(reason: reason)
        default:
            guard let act = done.first(where: { $0.kind == "migrate" && $0.isFinished })?.act
            else { return }
            change = .undoMigration(act)
        }
        attempt { [ledger] node, key in
            let act = try await node.installation.startBulk(
                change, by: .operatorCommand, key: key)
            ledger.count("acts on many")
            return Ledger.Acknowledged(key: key, enrolment: act, events: 0, mark: nil)
        }
    }

    // MARK: - Bad luck

    /// A process stands still for longer than its leases hold, most often, and goes on.
    private func freeze() {
        guard let node = kernel.pick(nodes), !node.lane.isStopped else { return }
        ledger.injected("process stands still")
        node.lane.stop(true)
        kernel.after(Int64(kernel.number(1...400)) * 1000) { node.lane.stop(false) }
    }

    private func setClock() {
        guard let node = kernel.pick(nodes) else { return }
        let isBack = kernel.oneIn(2)
        ledger.injected(isBack ? "clock set back" : "clock set forward")
        let minutes = kernel.oneIn(3) ? kernel.number(1...(1_440 * 40)) : kernel.number(1...200)
        node.clock.set(ahead: Int64(isBack ? -minutes : minutes) * Self.minute)
        kernel.after(Int64(kernel.number(1...3_000)) * Self.minute) { node.clock.set(ahead: 0) }
    }

    private func outage() {
        let minutes = kernel.oneIn(5) ? kernel.number(1...(1_440 * 14)) : kernel.number(1...1_000)
        let length = Int64(minutes) * Self.minute
        switch kernel.number(0...3) {
        case 0:
            ledger.injected("everything is away")
            for node in nodes { kill(node.number, backAfter: length) }
        case 1:
            ledger.injected("database is away")
            setDatabase(isAway: true)
            // Nodes call it again every five seconds.
            kernel.after(min(length / 20, 10 * Self.minute)) { [unowned self] in
                setDatabase(isAway: false)
            }
        default:
            let server = kernel.oneIn(2) ? "mail server" : "webhook receiver"
            ledger.injected("\(server) is away for long")
            servers.set(server, isAway: true)
            kernel.after(length) { [unowned self] in servers.set(server, isAway: false) }
        }
    }
}
