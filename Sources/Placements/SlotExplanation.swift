/// What has become of a ward's places of one profession and study year in one period, and why those
/// who wished for the ward are elsewhere.
///
/// It names rules and nobody.
public struct SlotExplanation: Hashable, Sendable {
    /// Students who wished for the ward more than for where they are, for the same reason.
    public struct Refused: Hashable, Sendable {
        /// The first rule against them; nil where there is room and others' places weighed more.
        public var rule: RuleCode?
        public var students: Int
    }

    public var ward: String
    public var profession: String
    public var year: Int
    public var period: String
    /// How many places the ward offers, and how many of them are taken.
    public var places: Int
    public var taken: Int
    /// The most frequent reason first.
    public var refused: [Refused]
}

extension Allocator {
    /// What has become of a ward's places in an allocation, by period, profession and study year.
    ///
    /// - Parameter method: By which it was made, as for a student.
    /// - Throws: `PlacementFault.unknown` for a ward that is not there.
    public func explain(
        ward id: String, in allocation: PlacementAllocation, method: AllocationMethod? = nil
    ) throws(PlacementFault) -> [SlotExplanation] {
        guard let ward = instance.wards.first(where: { $0.id == id }) else {
            throw .unknown(place: "The question", kind: .ward, id: id)
        }
        struct Key: Hashable {
            let profession: String
            let year: Int
            let period: String
        }
        let students = Dictionary(
            instance.students.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var taken: [Key: Int] = [:]
        for each in allocation.assignments where each.ward == id {
            guard let student = students[each.student] else { continue }
            let key = Key(
                profession: student.profession, year: student.year, period: each.period)
            taken[key, default: 0] += 1
        }
        let wishing = instance.students.filter {
            $0.preferences.contains(.ward(id))
                || $0.preferences.contains(.institution(ward.institution))
        }
        var refused: [Key: [RuleCode?: Int]] = [:]
        let reasons = try explain(wishing.map(\.id), in: allocation, method: method)
        for (student, why) in zip(wishing, reasons) {
            let hindrance = why.unmet.flatMap(\.hindrances).first { $0.ward == id }
            guard let hindrance, let period = student.periods.first else { continue }
            let key = Key(profession: student.profession, year: student.year, period: period)
            refused[key, default: [:]][hindrance.rules.first, default: 0] += 1
        }
        let order = Dictionary(
            instance.periods.enumerated().map { ($0.element, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var places: [Key: Int] = [:]
        for cell in instance.cells where cell.ward == id && cell.capacity > 0 {
            let key = Key(profession: cell.profession, year: cell.year, period: cell.period)
            places[key] = cell.capacity
        }
        // Also where nothing is offered, and some had wished for it.
        return Set(places.keys).union(taken.keys).union(refused.keys).map { key in
            SlotExplanation(
                ward: id, profession: key.profession, year: key.year, period: key.period,
                places: places[key] ?? 0, taken: taken[key] ?? 0,
                refused: (refused[key] ?? [:]).map {
                    SlotExplanation.Refused(rule: $0.key, students: $0.value)
                }.sorted {
                    ($1.students, $0.rule?.rawValue ?? "") < ($0.students, $1.rule?.rawValue ?? "")
                })
        }.sorted {
            (order[$0.period] ?? 0, $0.profession, $0.year)
                < (order[$1.period] ?? 0, $1.profession, $1.year)
        }
    }
}
