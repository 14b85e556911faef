public import CivilCalendar
public import Engine

/// What a list of many people says of one enrolment. It follows from the enrolment's history alone
/// and not from the day on which it is read, so that it is computed once after each act.
public final class EnrolmentOutline: Sendable {
    public let id: EnrolmentID
    public let participant: PersonID
    public let status: EnrolmentStatus
    /// The version that it follows, with what is different for the person.
    public let plan: Programme
    /// How many of the steps that apply are settled, of how many.
    public let settled: Int
    public let all: Int
    /// What is still to be done and somebody who leads has to know, in the order of its days.
    public let items: [Item]
    /// The talks that the agreement asks for, held or not.
    public let talks: [Talk]
    /// The dates that had to be given.
    public let anchors: [(id: AnchorID, day: CivilDay)]
    /// Who leads, also while another acts for them.
    public let leader: PersonID?
    /// Who acts as the leader.
    public let actingLeader: PersonID?
    /// Who may change the plan.
    public let changers: [PersonID]
    /// Everybody who may see it.
    public let involved: [PersonID]

    /// A step of the plan.
    public struct Item: Sendable {
        /// Its place in the plan.
        public let position: Int
        public let status: ShownStatus
        public let opens: CivilDay?
        public let due: CivilDay?
        /// Whether its date rests on something that has not been done yet.
        public let isExpected: Bool
        public let window: ClosedRange<CivilDay>?
        /// The time for which people were invited.
        public let startsAt: CivilMoment?
        /// Whether somebody chose that time.
        public let isBooked: Bool
        public let settledOn: CivilDay?
        /// The day on which somebody has said that it was done.
        public let saidOn: CivilDay?
        /// Whom it waits for; where the parties disagree, whoever can decide.
        public let awaited: [PersonID]
        public let awaitedRoles: [RoleID]
        /// Who takes part in it.
        public let parties: [PersonID]

        /// The day in whose order it is met.
        public var day: CivilDay? { (isBooked ? startsAt?.day : nil) ?? due ?? opens }

        /// Whether it should have been done. A talk counts as held in time until its window closes.
        public func isLate(_ today: CivilDay) -> Bool {
            switch status {
            case .planned, .open, .waiting, .disputed: break
            case .done, .skipped, .cancelled, .notApplicable: return false
            }
            guard let due, !isExpected, due < today else { return false }
            return window.map { $0.upperBound < today } ?? true
        }
    }

    /// One of the agreement's talks.
    public struct Talk: Sendable {
        public let talk: AgreementTalk
        public let item: Item
    }

    /// Where a talk stands against its window.
    public enum TalkState: Hashable, Sendable {
        case heldInTime, heldLate
        /// Left out with a reason.
        case leftOut
        /// Its window is over and it has not been held.
        case missed
        /// Its window is open now.
        case now
        case coming
    }

    init(_ loaded: LoadedEnrolment, _ version: Programme) {
        let enrolment = loaded.enrolment
        plan = version.plan(for: enrolment)
        id = enrolment.id
        status = enrolment.status
        participant = enrolment.roles[.participant] ?? ""
        leader = enrolment.roles[.lineManager]
        actingLeader = plan.role(.lineManager) == nil
            ? nil : enrolment.holder(of: .lineManager, in: plan)
        anchors = plan.anchors.filter(\.isRequired).compactMap { anchor in
            enrolment.anchors[anchor.id].map { (anchor.id, $0) }
        }
        let changing: [RoleID] = [.lineManager, .managersManager, .hr]
        changers = plan.roles.map(\.id).filter(changing.contains)
            .compactMap { [plan] in enrolment.holder(of: $0, in: plan) }
        involved = plan.roles.flatMap { role in
            [enrolment.roles[role.id], enrolment.standIn(for: role.id)].compactMap { $0 }
        }
        let reader = ItemReader(plan, enrolment)
        var settled = 0
        var all = 0
        var items: [Item] = []
        var talks: [Talk] = []
        for index in plan.steps.indices where plan.steps[index].kind != .message {
            let item = reader.item(index)
            if item.status == .notApplicable { continue }
            all += 1
            let isSettled = enrolment.steps[plan.steps[index].id]?.status.isSettled ?? false
            if isSettled { settled += 1 } else if item.status != .cancelled { items.append(item) }
            if let talk = plan.agreementTalk(index) {
                // What was replaced for one person is followed by what stands in its place.
                talks.removeAll { $0.talk == talk && $0.item.status == .skipped }
                if !talks.contains(where: { $0.talk == talk }) {
                    talks.append(Talk(talk: talk, item: item))
                }
            }
        }
        self.settled = settled
        self.all = all
        self.talks = talks
        self.items = Self.needed(items, plan)
    }

    /// Leaves out what lies ahead and is somebody else's, but for what comes next.
    private static func needed(_ items: [Item], _ plan: Programme) -> [Item] {
        let leading: [RoleID] = [.lineManager, .managersManager, .hr]
        var ahead = 0
        return items.sorted {
            ($0.day?.number ?? .max, $0.position) < ($1.day?.number ?? .max, $1.position)
        }.filter { item in
            if item.status != .planned { return true }
            ahead += 1
            return ahead <= 3
                || plan.steps[item.position].participants.contains { leading.contains($0) }
        }
    }
}

extension EnrolmentOutline.Talk {
    /// Where it stands on a day.
    public func state(_ today: CivilDay) -> EnrolmentOutline.TalkState {
        switch item.status {
        case .done:
            guard let held = item.settledOn, let window = item.window else { return .heldInTime }
            return held <= window.upperBound ? .heldInTime : .heldLate
        case .skipped, .cancelled, .notApplicable: return .leftOut
        case .planned, .open, .waiting, .disputed:
            guard let window = item.window else {
                return item.isLate(today) ? .missed : .coming
            }
            if window.upperBound < today { return .missed }
            return window.lowerBound <= today ? .now : .coming
        }
    }
}

/// Reads single steps of an enrolment.
private struct ItemReader {
    private let plan: Programme
    private let enrolment: Enrolment
    private let dates: Timetable

    init(_ plan: Programme, _ enrolment: Enrolment) {
        self.plan = plan
        self.enrolment = enrolment
        dates = Timetable(plan, enrolment)
    }

    func item(_ index: Int) -> EnrolmentOutline.Item {
        let step = plan.steps[index]
        let record = enrolment.steps[step.id]
        let status = enrolment.shownStatus(step)
        let due = dates.due(index)
        var awaitedRoles: [RoleID] = []
        var awaited: [PersonID] = []
        switch status {
        case .open, .waiting:
            awaitedRoles = Decision.missingSigners(step, enrolment, plan)
            awaited = people(awaitedRoles)
        case .disputed:
            let entitled = step.accountable.roles + [.lineManager, .managersManager, .hr]
            awaited = entitled.compactMap { enrolment.roles[$0] }
        case .planned, .done, .skipped, .cancelled, .notApplicable: break
        }
        return EnrolmentOutline.Item(
            position: index, status: status, opens: dates.opens(index)?.day, due: due?.day,
            isExpected: due?.isProjected ?? false,
            window: step.window == nil ? nil : dates.window(index),
            startsAt: record?.invitation?.startsAt, isBooked: record?.invitation?.isAgreed ?? false,
            settledOn: record?.settledOn,
            saidOn: record?.signatures.last { $0.affirms }?.on, awaited: awaited,
            awaitedRoles: awaitedRoles, parties: people(step.participants))
    }

    private func people(_ roles: [RoleID]) -> [PersonID] {
        var people: [PersonID] = []
        for role in roles {
            if let person = enrolment.holder(of: role, in: plan), !people.contains(person) {
                people.append(person)
            }
        }
        return people
    }
}

/// The outlines that were read last. One is right as long as its enrolment has as many events.
final class EnrolmentOutlines: Sendable {
    private struct Entry {
        let eventCount: Int
        let outline: EnrolmentOutline
    }

    private let entries = RecentlyUsed<EnrolmentID, Entry>(generation: 4096)

    func outline(_ id: EnrolmentID, eventCount: Int) -> EnrolmentOutline? {
        entries[id].flatMap { $0.eventCount == eventCount ? $0.outline : nil }
    }

    func keep(_ outline: EnrolmentOutline, eventCount: Int) {
        entries[outline.id] = Entry(eventCount: eventCount, outline: outline)
    }
}

extension Transaction {
    /// The outline of an enrolment that is known to have so many events.
    func outline(_ id: EnrolmentID, eventCount: Int) throws -> EnrolmentOutline {
        if let known = installation.outlines.outline(id, eventCount: eventCount) { return known }
        let loaded = try store.load(id)
        let outline = EnrolmentOutline(loaded, try version(loaded.version).programme)
        installation.outlines.keep(outline, eventCount: loaded.enrolment.eventCount)
        return outline
    }
}
