public import CivilCalendar
import Engine
public import Storage
import Synchronization

/// How far a move of the demonstration's clock has come.
public struct DemonstrationMove: Hashable, Sendable {
    public let from: CivilDay
    public let to: CivilDay
    public var at: CivilDay
    public var woken = 0
    public var acts = 0
    public var sent = 0
}

/// Moves the demonstration's clock through time: every wake-up in its turn, every mail on its day,
/// as the weeks would have passed.
public final class Demonstration: Sendable {
    private let installation: Installation
    private let courier: Courier
    private let clock: MovableClock
    /// Whether the made-up people do what is asked of them.
    private let peopleAct: Bool
    private let scale: DemonstrationScale
    private let state = Mutex<(move: DemonstrationMove?, isInterrupted: Bool)>((nil, false))

    /// The setting under which the clock's lead is kept over a restart.
    static let clockSetting = "demonstration-clock-ahead"

    /// - Parameter peopleAct: Whether the made-up people do what is asked of them while the clock
    ///   moves; otherwise that is left to whoever tries Ombord.
    public init(
        _ scale: DemonstrationScale, installation: Installation, courier: Courier,
        clock: MovableClock, peopleAct: Bool
    ) {
        self.scale = scale
        self.installation = installation
        self.courier = courier
        self.clock = clock
        self.peopleAct = peopleAct
    }

    /// The move under way, or nil.
    public var progress: DemonstrationMove? { state.withLock { $0.move } }

    /// Ends the move under way after the moment it is at.
    public func interrupt() { state.withLock { $0.isInterrupted = true } }

    /// Loads the made-up organisation where nobody is there yet.
    ///
    /// The small one is given five months of history: it begins in the past, its people do their
    /// part on time until a week ago, and what has come up since waits for whoever looks.
    public func load() async throws {
        if try installation.personCount() > 0 {
            // People are there: only if this is the demonstration that was loaded before.
            if try Self.isDemonstration(installation.database) { return }
            throw OperationError.invalid(
                field: "data", problem: .holdsRealData)
        }
        try await mark()
        let today = installation.nowCivil
        let history = scale == .small ? Self.historyDays : 0
        let begin = today.day.adding(days: -history)
        if history > 0 {
            clock.begin(
                at: installation.time.instant(CivilMoment(begin, SendingRules().noticeTime)))
        }
        let made = DemonstrationTables(scale, today: begin, shown: today.day)
        // What is on record means nothing where no framework says what it is.
        let hasFramework = try !installation.frameworkShelf().versions.isEmpty
        let report = try await installation.importTables(
            made.tables + (hasFramework ? [made.competences] : []), dryRun: false)
        guard report.isApplied else {
            let reason = report.errors.first.map { "\($0.key): \($0.message)" } ?? ""
            throw OperationError.invalid(field: "demonstration", problem: .demonstration(reason))
        }
        guard history > 0 else { return try await installation.loadPlacements(scale) }
        let weekAgo = CivilMoment(today.day.adding(days: -7), SendingRules().noticeTime)
        try await move(to: weekAgo, peopleAct: true)
        try await move(to: today, peopleAct: false)
        try await installation.loadPlacements(scale)
    }

    private static let historyDays = 150
    private static let markSetting = "demonstration"

    /// Whether the database was made by a demonstration.
    public static func isDemonstration(_ database: any Database) throws -> Bool {
        try database.read { connection in
            try connection.count(
                "SELECT count(*) FROM setting WHERE name = ?", [.text(markSetting)]) > 0
        }
    }

    private func mark() async throws {
        let scale = scale.rawValue
        try await installation.transact { transaction in
            _ = try transaction.connection.run(
                "INSERT INTO setting (name, value) VALUES (?, ?)",
                [.text(Self.markSetting), .text(scale)])
        }
    }

    /// Moves the clock to a moment, through everything that falls due on the way.
    ///
    /// - Returns: what was done; nil where a move is under way already.
    @discardableResult
    public func move(to moment: CivilMoment) async throws -> DemonstrationMove? {
        try await move(to: moment, peopleAct: peopleAct)
    }

    /// Begins a move and returns at once, with its progress to be seen already.
    ///
    /// - Parameter failed: Told where the move could not be ended.
    public func startMove(
        to moment: CivilMoment, failed: @escaping @Sendable (any Error) -> Void
    ) {
        guard begin(moment) else { return }
        Task {
            do {
                try await run(to: moment, peopleAct)
            } catch {
                failed(error)
            }
        }
    }

    @discardableResult
    private func move(
        to moment: CivilMoment, peopleAct: Bool
    ) async throws -> DemonstrationMove? {
        guard begin(moment) else { return nil }
        return try await run(to: moment, peopleAct)
    }

    /// - Returns: false where a move is under way already.
    private func begin(_ moment: CivilMoment) -> Bool {
        let from = installation.nowCivil.day
        return state.withLock { state in
            if state.move != nil { return false }
            state = (DemonstrationMove(from: from, to: moment.day, at: from), false)
            return true
        }
    }

    @discardableResult
    private func run(to moment: CivilMoment, _ peopleAct: Bool) async throws -> DemonstrationMove? {
        defer { state.withLock { $0.move = nil } }
        let end = installation.time.instant(moment)
        try await work(peopleAct)
        while !state.withLock({ $0.isInterrupted }) {
            guard let next = try nextMoment(peopleAct), next < end else {
                try await reach(end, peopleAct)
                break
            }
            try await reach(next, peopleAct)
        }
        return progress
    }

    /// The day of the next thing that falls due.
    public func nextDay() throws -> CivilDay? {
        try installation.nextWakeUp().map { installation.time.civil($0).day }
    }

    private func nextMoment(_ peopleAct: Bool) throws -> Instant? {
        let now = clock.now()
        var moments = [try installation.nextWakeUp(), try installation.nextDelivery()]
            .compactMap { $0 }
        if peopleAct {
            // The made-up people do their work at noon.
            let civil = installation.nowCivil
            let day = civil.time < .noon ? civil.day : civil.day.adding(days: 1)
            moments.append(installation.time.instant(CivilMoment(day, .noon)))
        }
        return moments.filter { $0 > now }.min()
    }

    private func reach(_ instant: Instant, _ peopleAct: Bool) async throws {
        let ahead = clock.move(to: instant)
        try await installation.transact { transaction in
            _ = try transaction.connection.run(
                """
                INSERT INTO setting (name, value) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """, [.text(Self.clockSetting), .text(String(ahead))])
        }
        try await work(peopleAct)
    }

    /// Does all that is due at this moment.
    private func work(_ peopleAct: Bool) async throws {
        var round = WakeRound()
        repeat {
            round = try await installation.wakeDue()
            let woken = round.woken
            state.withLock { $0.move?.woken += woken }
        } while round.woken > 0
        if peopleAct, installation.nowCivil.time >= .noon { try await act() }
        let delivered = try await courier.deliverAll()
        let day = installation.nowCivil.day
        state.withLock { state in
            state.move?.sent += delivered.sent
            state.move?.at = day
        }
    }

    // MARK: - The made-up people

    /// Everybody does what is due today, and what has no deadline.
    private func act() async throws {
        let today = installation.nowCivil.day
        let due = try installation.query { transaction in
            try transaction.connection.all(
                """
                SELECT enrolment, step FROM step
                WHERE status IN ('open', 'waiting') AND (due_on <= ? OR due_on IS NULL)
                ORDER BY due_on, enrolment, step
                """, [.text(today.description)]
            ) { (EnrolmentID($0.text(0)), StepID($0.text(1))) }
        }
        // Many at a time, so that they share their commits; one at a time for each enrolment.
        let grouped = Dictionary(grouping: due, by: \.0).sorted { $0.key < $1.key }
        let installation = installation
        var index = 0
        while index < grouped.count {
            let slice = grouped[index..<min(index + 64, grouped.count)]
            index += 64
            let acts = await withTaskGroup(of: Int.self) { group in
                for (id, steps) in slice {
                    group.addTask { await Self.act(installation, id, steps.map(\.1), today) }
                }
                return await group.reduce(0, +)
            }
            state.withLock { $0.move?.acts += acts }
        }
    }

    private static func act(
        _ installation: Installation, _ id: EnrolmentID, _ steps: [StepID], _ today: CivilDay
    ) async -> Int {
        var acts = 0
        for step in steps {
            let signers =
                (try? installation.query { transaction -> [PersonID] in
                    let loaded = try transaction.store.load(id)
                    let programme = try transaction.version(loaded.version).programme
                    guard let described = programme.step(step) else { return [] }
                    return Decision.missingSigners(described, loaded.enrolment, programme)
                        .compactMap { loaded.enrolment.holder(of: $0, in: programme) }
                }) ?? []
            for person in signers {
                // A refusal means that somebody was quicker; the people of a demonstration let it
                // be.
                let result = try? await installation.act(
                    .sign(step, by: person, affirms: true, on: today), on: id,
                    by: .person(person))
                if result != nil { acts += 1 }
            }
        }
        return acts
    }
}

extension Installation {
    /// How far the demonstration's clock was ahead when the service last ran, in milliseconds.
    public static func demonstrationLead(_ database: any Database) throws -> Int64 {
        try database.read { connection in
            try connection.first(
                "SELECT value FROM setting WHERE name = ?", [.text(Demonstration.clockSetting)]
            ) { Int64($0.text(0)) ?? 0 } ?? 0
        }
    }
}

extension CivilTime {
    static let noon = CivilTime("12:00") ?? .midnight
}
