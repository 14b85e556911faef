public import JSONText

/// What the schools need, and what they have agreed on, beside an instance's places.
public struct SplitQuestion: Hashable, Sendable {
    /// Places that a school needs.
    public struct Need: Hashable, Sendable {
        public var school: String
        public var profession: String
        public var year: Int
        /// Any one of these periods will do.
        public var periods: [String]
        public var count: Int

        public init(
            school: String, profession: String, year: Int, periods: [String], count: Int
        ) {
            self.school = school
            self.profession = profession
            self.year = year
            self.periods = periods
            self.count = count
        }
    }

    /// A school's agreed weight within a profession.
    public struct Share: Hashable, Sendable {
        public var school: String
        public var profession: String
        public var weight: Int

        public init(school: String, profession: String, weight: Int) {
            self.school = school
            self.profession = profession
            self.weight = weight
        }
    }

    public var needs: [Need]
    public var shares: [Share]

    public init(needs: [Need], shares: [Share] = []) {
        self.needs = needs
        self.shares = shares
    }

    /// The needs of an instance's students, whatever they wish for; no shares are agreed.
    public init(_ instance: PlacementInstance) {
        var counts: [Need: Int] = [:]
        var order: [Need] = []
        for student in instance.students {
            let key = Need(
                school: student.school, profession: student.profession, year: student.year,
                periods: student.periods, count: 0)
            if counts[key] == nil { order.append(key) }
            counts[key, default: 0] += 1
        }
        needs = order.map { key in
            var need = key
            need.count = counts[key] ?? 0
            return need
        }
        shares = []
    }

    /// Reads needs and shares; where no needs are written they are those of the students.
    public init(_ json: JSON, of instance: PlacementInstance) throws(PlacementFault) {
        try requireFormat(json, "placement-needs/1")
        let top = Located(json: json, place: "")
        self.init(instance)
        let known = Set(instance.periods)
        if json["needs"] != nil {
            needs = []
            for each in try top.list("needs") {
                let need = Need(
                    school: try each.string("school"), profession: try each.string("profession"),
                    year: try each.quantity("year", 1...10), periods: try each.strings("periods"),
                    count: try each.quantity("count"))
                for period in need.periods where !known.contains(period) {
                    throw .unknown(place: "\(each.place).periods", kind: .period, id: period)
                }
                needs.append(need)
            }
        }
        if json["shares"] != nil {
            for each in try top.list("shares") {
                shares.append(
                    Share(
                        school: try each.string("school"),
                        profession: try each.string("profession"),
                        weight: try each.quantity("weight")))
            }
            try checkUnique("shares", shares.map { "\($0.school) \($0.profession)" })
        }
    }
}

/// Divides a whole by weights, by the method of the largest remainder.
enum LargestRemainder {
    /// Nobody gets more than needed; what is left over then is divided anew among the others.
    /// Of equal remainders the first comes first.
    static func divide(_ total: Int, weights: [Int], needs: [Int]) -> [Int] {
        var result = weights.map { _ in 0 }
        var open = weights.indices.filter { weights[$0] > 0 && needs[$0] > 0 }
        var left = total
        while left > 0, !open.isEmpty {
            let sum = open.reduce(0) { $0 + weights[$1] }
            var seats: [Int: Int] = [:]
            for index in open { seats[index] = left * weights[index] / sum }
            let rest = left - seats.values.reduce(0, +)
            let byRemainder = open.sorted {
                (left * weights[$1] % sum, $0) < (left * weights[$0] % sum, $1)
            }
            for index in byRemainder.prefix(rest) { seats[index, default: 0] += 1 }
            let full = open.filter { seats[$0, default: 0] >= needs[$0] }
            if full.isEmpty {
                for index in open { result[index] = seats[index] ?? 0 }
                return result
            }
            for index in full {
                result[index] = needs[index]
                left -= needs[index]
            }
            open.removeAll(where: full.contains)
        }
        return result
    }
}
