import CivilCalendar
import Engine

/// The views that were read last. One is right on its day, as long as its enrolment has as many
/// events and those who take part are called the same.
final class KeptViews: Sendable {
    /// What a view follows from, beside people's names.
    struct State: Hashable, Sendable {
        let eventCount: Int
        let day: CivilDay
    }

    private struct Entry {
        let state: State
        let view: EnrolmentView
    }

    private let entries = RecentlyUsed<EnrolmentID, Entry>(generation: 128)

    func view(_ id: EnrolmentID, _ state: State) -> EnrolmentView? {
        entries[id].flatMap { $0.state == state ? $0.view : nil }
    }

    func keep(_ view: EnrolmentView, _ state: State) {
        entries[view.id] = Entry(state: state, view: view)
    }
}
