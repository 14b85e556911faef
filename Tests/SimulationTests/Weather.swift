/// What goes wrong in a world, and how often. A rate of 40 is one in forty; 0 is never.
struct Weather: Sendable {
    var nodes = 1
    var people = 8
    var days = 200
    /// A node is killed before or after one commit in so many.
    var crashes = 0
    /// One commit in so many fails: the database is busy, or away, or it is not known what became
    /// of the commit.
    var databaseFaults = 0
    /// One work in so many is rolled back with others of its transaction and run again.
    var reruns = 0
    /// One sending in so many is answered 4xx, or 5xx, or hangs, or ends after the final dot.
    var mailFaults = 0
    /// The same without those after which nobody knows whether the mail was taken.
    var mailIsCertain = false
    var webhookFaults = 0
    /// Whether nodes stand still while they hold claims, and wake after their leases.
    var freezes = false
    /// Whether clocks are set forwards and backwards.
    var clockJumps = false
    /// Whether everything is away for hours or weeks now and then.
    var outages = false
    /// Whether programmes get new versions, people are moved to them, and roles change in many
    /// plans at once.
    var changes = false

    /// Nothing goes wrong.
    static let calm = Weather()

    /// Everything goes wrong.
    static let storm = Weather(
        nodes: 3, crashes: 60, databaseFaults: 40, reruns: 12, mailFaults: 4, webhookFaults: 4,
        freezes: true, clockJumps: true, outages: true, changes: true)

    /// Some of it, as the seed decides.
    static func drawn(_ kernel: Kernel) -> Weather {
        func rate(_ rates: [Int]) -> Int { kernel.pick(rates) ?? 0 }
        return Weather(
            nodes: kernel.number(1...5), people: kernel.number(4...14),
            days: kernel.number(120...400), crashes: rate([0, 30, 100, 400]),
            databaseFaults: rate([0, 20, 100]), reruns: rate([0, 5, 40]),
            mailFaults: rate([0, 2, 6, 30]), mailIsCertain: kernel.oneIn(3),
            webhookFaults: rate([0, 2, 10]), freezes: kernel.oneIn(2),
            clockJumps: kernel.oneIn(3), outages: kernel.oneIn(2), changes: !kernel.oneIn(3))
    }

    /// Whether a mail or a call may be made twice under its one identity: somebody did not live to
    /// write down that it was taken, or could not, or was thought dead.
    var mayRepeat: Bool {
        crashes > 0 || databaseFaults > 0 || freezes || clockJumps || outages
            || mailFaults > 0 && !mailIsCertain || webhookFaults > 0
    }
}
