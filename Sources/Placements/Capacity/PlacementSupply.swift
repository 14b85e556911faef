/// Who can supervise students where and when, and what the wards say that they offer.
///
/// `Docs/Placements.md` has the format. A capacity is computed from it.
public struct PlacementSupply: Hashable, Sendable {
    public var name: String
    public var rules: Rules
    public var periods: [Period]
    public var wards: [Ward]
    public var supervisors: [Supervisor]
    public var absences: [Absence]
    public var offers: [PlacementInstance.Cell]

    /// The figures that decide whether a supervisor counts.
    public struct Rules: Hashable, Sendable {
        /// Whether third-year students need a supervisor with supervision training.
        public var thirdYearNeedsTrained: Bool
        /// How many weeks of a period a supervisor may be away and still have students in it.
        public var weeksAway: Int
        /// The smallest position, in per cent, that takes one student.
        public var percentageForOne: Int
        /// The smallest position, in per cent, that takes more than one.
        public var percentageForPair: Int
    }

    /// A part of the year in which students are in practice.
    public struct Period: Hashable, Sendable {
        public var id: String
        public var weeks: ClosedRange<PlacementWeek>
    }

    /// A ward, and how it works with students.
    public struct Ward: Hashable, Sendable {
        public var id: String
        /// The most students at once, by period; no entry means no limit.
        public var maximumPerPeriod: [String: Int]
        /// In a student-dense ward: how many students a supervisor takes; nil elsewhere.
        public var studentsPerSupervisor: Int?
        /// Whether a third-year student takes a first-year student along.
        public var thirdYearsCoSupervise: Bool
    }

    /// Somebody at a ward who supervises students of one profession.
    public struct Supervisor: Hashable, Sendable {
        public var id: String
        public var ward: String
        public var profession: String
        /// Whether the person may supervise at all, by profession and authorisation.
        public var isQualified: Bool
        /// Whether the person has supervision training.
        public var isTrained: Bool
        public var years: [Int]
        public var percentage: Int
        /// Whether the person takes two students of one year at once (tospann).
        public var takesPair: Bool
        /// When the person works; always where empty.
        public var available: [ClosedRange<PlacementWeek>]
        /// The most weeks with students in the year; nil means no limit.
        public var maximumWeeks: Int?
        /// The most students in the year; nil means no limit.
        public var maximumStudents: Int?
    }

    /// Weeks in which a supervisor is away, whatever the plan was.
    public struct Absence: Hashable, Sendable {
        public var supervisor: String
        public var weeks: ClosedRange<PlacementWeek>

        public init(supervisor: String, weeks: ClosedRange<PlacementWeek>) {
            self.supervisor = supervisor
            self.weeks = weeks
        }
    }
}

extension PlacementSupply {
    /// The supply of an instance, whose supervisors are there in whole periods.
    ///
    /// - Parameter weeks: When the periods are; where one is not known each counts as one week, in
    ///   their order.
    public init(
        _ instance: PlacementInstance, weeks known: [String: ClosedRange<PlacementWeek>] = [:]
    ) {
        name = instance.name
        rules = Rules(
            thirdYearNeedsTrained: instance.rules.thirdYearNeedsTrained, weeksAway: 0,
            percentageForOne: 0, percentageForPair: 0)
        var weeks: [String: ClosedRange<PlacementWeek>] = [:]
        var next = PlacementWeek.start
        let areKnown = instance.periods.allSatisfy { known[$0] != nil }
        periods = instance.periods.map { id in
            let period = Period(id: id, weeks: areKnown ? known[id] ?? next...next : next...next)
            next = next.following
            weeks[id] = period.weeks
            return period
        }
        wards = instance.wards.map {
            Ward(
                id: $0.id, maximumPerPeriod: $0.maximumPerPeriod, studentsPerSupervisor: nil,
                thirdYearsCoSupervise: false)
        }
        supervisors = instance.supervisors.map { supervisor in
            Supervisor(
                id: supervisor.id, ward: supervisor.ward, profession: supervisor.profession,
                isQualified: supervisor.maximumStudents > 0 && !supervisor.periods.isEmpty,
                isTrained: supervisor.isTrained, years: supervisor.years, percentage: 100,
                takesPair: supervisor.maximumStudents == 2,
                available: supervisor.periods.compactMap { weeks[$0] }, maximumWeeks: nil,
                maximumStudents: nil)
        }
        absences = []
        offers = instance.cells
    }

    /// The supplies of the wards, one each: nothing of one ward changes what another can take.
    public var byWard: [PlacementSupply] {
        let supervisors = Dictionary(grouping: supervisors, by: \.ward)
        let absences = Dictionary(grouping: absences, by: \.supervisor)
        let offers = Dictionary(grouping: offers, by: \.ward)
        return wards.map { ward in
            var part = self
            part.wards = [ward]
            part.supervisors = supervisors[ward.id] ?? []
            part.absences = part.supervisors.flatMap { absences[$0.id] ?? [] }
            part.offers = offers[ward.id] ?? []
            return part
        }
    }

    /// The supply when a supervisor is away for some weeks, or for good.
    public func without(
        _ supervisor: String, _ weeks: ClosedRange<PlacementWeek>? = nil
    ) throws(PlacementFault) -> Self {
        guard supervisors.contains(where: { $0.id == supervisor }) else {
            throw .unknown(place: "The question", kind: .supervisor, id: supervisor)
        }
        var result = self
        guard let first = periods.map(\.weeks.lowerBound).min(),
            let last = periods.map(\.weeks.upperBound).max()
        else { return self }
        result.absences.append(Absence(supervisor: supervisor, weeks: weeks ?? first...last))
        return result
    }
}
