import Engine

/// The enrolments that were acted on last, as they were left, so that the next act on one need not
/// parse its state and compute its dates again.
///
/// The database stays the truth: what was decided from an entry is written only where the row's
/// event count and last hash are the entry's own. The hash covers the whole history and the state
/// follows from the history, so an entry whose transaction was rolled back can never pass for the
/// row.
final class RecentEnrolments: Sendable {
    /// A reference, because it is handed around more often than made.
    final class Entry: Sendable {
        let loaded: LoadedEnrolment
        let dates: Timetable
        let board: AgendaBoard?

        init(loaded: LoadedEnrolment, dates: Timetable, board: AgendaBoard?) {
            self.loaded = loaded
            self.dates = dates
            self.board = board
        }
    }

    private let entries = RecentlyUsed<EnrolmentID, Entry>(generation: 2048)

    func entry(_ id: EnrolmentID) -> Entry? { entries[id] }

    func forget(_ id: EnrolmentID) { entries[id] = nil }

    func keep(_ entry: Entry) { entries[entry.loaded.enrolment.id] = entry }
}
