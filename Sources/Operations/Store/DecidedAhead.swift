import CivilCalendar
import Engine

/// A command that its caller has decided while others were writing, from the enrolment as the last
/// act left it: one thread writes, and what it need not do itself makes everybody's turn come
/// sooner.
///
/// A decision follows from the command, the enrolment, its version, the minute and whether anything
/// was due, and from nothing else. Where all of them are the same when the writer comes to it, this
/// is the decision that it would make; where one is not, it makes its own.
struct DecidedAhead: Sendable {
    private let entry: RecentEnrolments.Entry
    private let now: CivilMoment
    private let isCaughtUp: Bool
    private let decision: Decision

    /// Decides, or gives nil where too little is known without the database or the command would be
    /// refused as things stand.
    init?(_ command: Command, on id: EnrolmentID, in installation: Installation) {
        guard let entry = installation.recent.entry(id),
            let version = installation.library.version(entry.loaded.version)
        else { return nil }
        let now = installation.clock.now()
        self.entry = entry
        self.now = installation.time.civil(now)
        isCaughtUp = entry.loaded.isCaughtUp(at: now)
        do throws(Refusal) {
            decision = try Decision.decide(
                command, on: entry.loaded.enrolment, in: version.programme, now: self.now,
                dates: entry.dates, board: entry.board, isCaughtUp: isCaughtUp)
        } catch {
            return nil
        }
    }

    /// The decision, where the writer would make the same.
    ///
    /// - Parameter known: what the writer has found to be the enrolment as it is.
    func decision(
        from known: RecentEnrolments.Entry, now: CivilMoment, isCaughtUp: Bool
    ) -> Decision? {
        known === entry && now == self.now && isCaughtUp == self.isCaughtUp ? decision : nil
    }
}
