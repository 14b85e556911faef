public import CivilCalendar
public import Logging
public import Operations

/// What the pages are made from and act on.
public struct WebContext: Sendable {
    public var installation: Installation
    /// Writes mails for showing; without one there is no mailbox.
    public var courier: Courier?
    /// Moves the clock; nil in an installation that people work in.
    public var demonstration: (any DemonstrationControl)?
    public var logger: Logger
    /// Whether `/metrics` answers.
    public var showsMetrics: Bool
    /// What acts on many would bring about, gone through beside the requests.
    let previews = BulkPreviews()
    /// Questions about rounds of placements that take seconds.
    let roundRuns: RoundRuns
    /// What the boards said of each person.
    let boardRows = BoardRows()
    /// The pages that were shown last, without what is each request's own.
    let keptPages: KeptPages

    public init(
        installation: Installation, courier: Courier? = nil,
        demonstration: (any DemonstrationControl)? = nil, logger: Logger,
        showsMetrics: Bool = true
    ) {
        self.installation = installation
        self.courier = courier
        self.demonstration = demonstration
        self.logger = logger
        self.showsMetrics = showsMetrics
        roundRuns = RoundRuns(installation, logger: logger)
        keptPages = KeptPages(installation.settings.secret)
    }
}

/// Moves the demonstration's clock. It never goes back.
public protocol DemonstrationControl: Sendable {
    /// Starts moving the clock through every wake-up until a moment, and returns at once. Does
    /// nothing while it is moving already.
    func forward(to moment: CivilMoment) async
    /// How far it has come, or nil while the clock stands still.
    var progress: DemonstrationProgress? { get }
    /// Stops moving after the wake-up that is under way.
    func interrupt()
}

/// How far the demonstration's clock has come on its way.
public struct DemonstrationProgress: Hashable, Sendable {
    public var from: CivilDay
    public var to: CivilDay
    public var at: CivilDay
    /// How many enrolments have been woken on the way.
    public var wakes: Int

    public init(from: CivilDay, to: CivilDay, at: CivilDay, wakes: Int) {
        self.from = from
        self.to = to
        self.at = at
        self.wakes = wakes
    }
}
