public import Engine
public import Storage
public import CivilCalendar
public import Logging
import Synchronization

/// One installation of Ombord: a database, a clock and the programmes, and everything that can be
/// done to them. Each act is one transaction.
public final class Installation: Sendable {
    public let database: any Database
    public let clock: any WallClock
    public let random: any RandomSource
    public let time: ZonedTime
    public let settings: InstallationSettings
    public let logger: Logger
    let library: ProgrammeLibrary
    let frameworks = FrameworkLibrary()
    let renewals = RenewalsSeen()
    let claimsSeen = ClaimsSeen()
    let wakeUps: WakeUps
    let recent = RecentEnrolments()
    let imports = ParsedImports()
    let outlines = EnrolmentOutlines()
    let explainers = PlacementExplainers()
    let rounds = RoundShelf()
    let views = KeptViews()
    private let answers = RecentlyUsed<AnswerName, Answer>(generation: 256)
    public let metrics: Metrics

    public init(
        database: any Database, clock: any WallClock, random: any RandomSource, time: ZonedTime,
        settings: InstallationSettings,
        logger: Logger = Logger(label: "ombord") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.logger = logger
        self.database = database
        self.clock = clock
        self.random = random
        self.time = time
        self.settings = settings
        library = ProgrammeLibrary()
        let wakeUps = WakeUps()
        self.wakeUps = wakeUps
        metrics = Metrics()
        // What this node's workers hear, those of other nodes are told; and the other way round.
        wakeUps.register(WakeUps.otherNodes) { database.ring() }
        database.onRing { [weak wakeUps] in wakeUps?.ring(except: WakeUps.otherNodes) }
    }

    /// The wall-clock time now.
    public var nowCivil: CivilMoment { time.civil(clock.now()) }

    /// Runs an act as one transaction that is on disk when this returns.
    func transact<R: Sendable>(
        _ turn: Turn = .alone, _ body: @escaping @Sendable (Transaction) throws -> R
    ) async throws -> R {
        try await database.write(turn) { [self] connection in
            try body(Transaction(self, connection))
        }
    }

    /// The same for a caller that has a thread of its own.
    func transactBlocking<R: Sendable>(
        _ turn: Turn = .alone, _ body: @escaping @Sendable (Transaction) throws -> R
    ) throws -> R {
        try database.writeBlocking(turn) { [self] connection in
            try body(Transaction(self, connection))
        }
    }

    /// What was read of the database last, while nobody has written since; otherwise read anew.
    ///
    /// - Parameter name: Names all that the answer follows from beside the database.
    public func unlessChanged<R: Sendable>(
        _ name: AnswerName, _ read: () throws -> R
    ) throws -> R {
        // Asked first: what is written meanwhile makes the answer too new and not too old.
        let version = try database.version()
        if let known = answers[name], known.version == version, let value = known.value as? R {
            return value
        }
        let value = try read()
        answers[name] = Answer(version: version, value: value)
        return value
    }

    private struct Answer {
        let version: Int64
        let value: any Sendable
    }

    /// Runs queries on a snapshot.
    func query<R>(_ body: (Transaction) throws -> R) throws -> R {
        try database.read { try body(Transaction(self, $0)) }
    }
}

/// What an answer is about, for whom, and on which day.
public struct AnswerName: Hashable, Sendable {
    let subject: String
    let person: PersonID
    let day: CivilDay

    public init(_ subject: String, for person: PersonID, on day: CivilDay) {
        self.subject = subject
        self.person = person
        self.day = day
    }
}

/// What an installation is told about the world.
public struct InstallationSettings: Sendable {
    /// The host part of Message-IDs and of calendar UIDs.
    public var mailDomain: String
    /// Where the pages are, without a slash at the end.
    public var baseURL: String
    /// What links and sessions are signed with, at least 32 bytes.
    public var secret: [UInt8]
    /// What private notes are sealed with, at least 32 bytes. It is another than `secret`, because
    /// that is changed when a link has come into wrong hands, and notes must outlive that.
    public var notesSecret: [UInt8]
    /// Whether there is a learning record store that is told what comes on record.
    public var sendsStatements = false

    /// - Parameter notesSecret: the signing secret where nil, for installations of tests.
    public init(
        mailDomain: String, baseURL: String, secret: [UInt8], notesSecret: [UInt8]? = nil
    ) {
        self.mailDomain = mailDomain
        self.baseURL = baseURL
        self.secret = secret
        self.notesSecret = notesSecret ?? secret
    }
}

/// Lets acts wake the workers that wait for something to do.
final class WakeUps: Sendable {
    /// The number of the other nodes on the database; the workers have those from 1.
    static let otherNodes = 0

    private let waiting = Mutex<[Int: @Sendable () -> Void]>([:])

    /// Calls back when something may have fallen due, until cancelled by the same number.
    func register(_ number: Int, _ call: @escaping @Sendable () -> Void) {
        waiting.withLock { $0[number] = call }
    }

    /// - Parameter number: One that knows already.
    func ring(except number: Int? = nil) {
        let calls = waiting.withLock { $0.sorted { $0.key < $1.key } }
        for (other, call) in calls where other != number { call() }
    }
}

/// The programmes that have been compiled since the service started, by version.
final class ProgrammeLibrary: Sendable {
    private let compiled = Mutex<[String: CompiledVersion]>([:])

    func version(_ hash: String) -> CompiledVersion? { compiled.withLock { $0[hash] } }

    func add(_ version: CompiledVersion) { compiled.withLock { $0[version.hash] = version } }
}

/// An immutable version of a programme, named by its content.
public struct CompiledVersion: Sendable {
    /// SHA-256 of the files, 64 hexadecimal digits.
    public let hash: String
    /// Counted from one for each programme.
    public let number: Int
    public let programme: Programme
}
