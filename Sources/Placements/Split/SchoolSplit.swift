public import JSONText

/// The upper tier: how the places of institutions are divided between schools.
///
/// First as many places as can be are given out. Then each school comes as near as can be to its
/// fair part of its profession's places: by the agreed weights, or by need where none are agreed,
/// with the largest remainder. Then preferred partners come first. No wishes are looked at.
public struct SchoolSplit: Sendable {
    /// Places of an institution for one school.
    public struct Allotment: Hashable, Sendable {
        public var school: String
        public var institution: String
        public var profession: String
        public var year: Int
        public var period: String
        public var count: Int

        public init(
            school: String, institution: String, profession: String, year: Int, period: String,
            count: Int
        ) {
            self.school = school
            self.institution = institution
            self.profession = profession
            self.year = year
            self.period = period
            self.count = count
        }
    }

    /// What a school gets in a profession.
    public struct Line: Hashable, Sendable {
        public var school: String
        public var profession: String
        public var need: Int
        /// Its part by weight and largest remainder.
        public var fair: Int
        public var allotted: Int

        public init(school: String, profession: String, need: Int, fair: Int, allotted: Int) {
            self.school = school
            self.profession = profession
            self.need = need
            self.fair = fair
            self.allotted = allotted
        }
    }

    public private(set) var allotments: [Allotment] = []
    public private(set) var lines: [Line] = []
    /// Whether the three aims are proven to be met as well as can be.
    public private(set) var isProven = true

    /// Divides the places of an instance.
    public init(
        _ question: SplitQuestion, of instance: PlacementInstance
    ) throws(PlacementFault) {
        // The locks must be able to stand before places are kept for them.
        _ = try Problem(instance)
        var program = SplitProgram(question, instance)
        guard var best = program.solve([.total], [], &isProven) else { throw .notSolved }
        let pairs = program.pairs
        let reached = program.counts(best)
        for profession in Set(pairs.map(\.profession)).sorted() {
            let members = pairs.indices.filter { pairs[$0].profession == profession }
            let total = members.reduce(0) { $0 + reached[$1] }
            let agreed = members.map { member in
                question.shares.first {
                    $0.school == pairs[member].school && $0.profession == profession
                }?.weight ?? 0
            }
            let weights = agreed.contains { $0 > 0 } ? agreed : members.map { pairs[$0].need }
            let fair = LargestRemainder.divide(
                total, weights: weights, needs: members.map { pairs[$0].need })
            for (member, part) in zip(members, fair) { program.aim(member, part) }
            program.hold(profession, total)
        }
        var values = [program.value(.total, best)]
        let levels: [SplitProgram.Level] = [.total, .unfairness, .tier, .order]
        for level in levels.dropFirst() {
            guard let next = program.solve(levels, values, &isProven) else { break }
            best = next
            values.append(program.value(level, next))
        }
        let counts = program.counts(best)
        lines = pairs.indices.map {
            Line(
                school: pairs[$0].school, profession: pairs[$0].profession, need: pairs[$0].need,
                fair: program.fair(pairs[$0]), allotted: counts[$0])
        }
        allotments = program.allotments(best)
    }

    /// A division from its JSON; nil where it is none.
    public init?(_ json: JSON) {
        guard let isProven = json["proven"]?.bool, let schools = json["schools"]?.array,
            let places = json["allotments"]?.array
        else { return nil }
        self.isProven = isProven
        lines = schools.map(Line.init)
        allotments = places.map(Allotment.init)
    }

    /// The instance of the lower tier: each agreement's quotas are what the school was given.
    public func quotas(for instance: PlacementInstance) -> PlacementInstance {
        var result = instance
        for index in result.agreements.indices {
            let agreement = result.agreements[index]
            let own = allotments.filter {
                $0.school == agreement.school && $0.institution == agreement.institution
                    && $0.profession == agreement.profession
            }
            var byPeriod: [String: Int] = [:]
            for each in own { byPeriod[each.period, default: 0] += each.count }
            result.agreements[index].maximumPerPeriod = byPeriod.values.max() ?? 0
            result.agreements[index].maximumTotal = byPeriod.values.reduce(0, +)
        }
        return result
    }

    /// The same for an instance's JSON, of which all else stays as it is.
    public func quotas(in instance: JSON) -> JSON {
        guard let known = try? PlacementInstance(instance) else { return instance }
        let now = quotas(for: known).agreements
        return .object(
            instance.members.map { top in
                guard top.name == "agreements" else { return top }
                let changed = zip(top.value.array, now).map { json, agreement in
                    JSON.object(
                        json.members.filter { !$0.name.hasPrefix("max_") } + [
                            .init("max_per_period", .integer(agreement.maximumPerPeriod)),
                            .init(
                                "max_total", agreement.maximumTotal.map { .integer($0) } ?? .null),
                        ])
                }
                return JSON.Member(top.name, .array(changed))
            })
    }

    /// The split as JSON.
    public var json: JSON {
        .object([
            "format": "placement-split/1", "proven": .bool(isProven),
            "schools": .array(
                lines.map {
                    .object([
                        "school": .string($0.school), "profession": .string($0.profession),
                        "need": .integer($0.need), "fair": .integer($0.fair),
                        "allotted": .integer($0.allotted),
                    ])
                }),
            "allotments": .array(
                allotments.map {
                    .object([
                        "school": .string($0.school), "institution": .string($0.institution),
                        "profession": .string($0.profession), "year": .integer($0.year),
                        "period": .string($0.period), "count": .integer($0.count),
                    ])
                }),
        ])
    }
}

extension SchoolSplit.Line {
    /// As it is written in a division's JSON.
    public init(_ json: JSON) {
        self.init(
            school: json["school"]?.string ?? "", profession: json["profession"]?.string ?? "",
            need: json["need"]?.integer ?? 0, fair: json["fair"]?.integer ?? 0,
            allotted: json["allotted"]?.integer ?? 0)
    }
}

extension SchoolSplit.Allotment {
    /// As it is written in a division's JSON.
    public init(_ json: JSON) {
        self.init(
            school: json["school"]?.string ?? "",
            institution: json["institution"]?.string ?? "",
            profession: json["profession"]?.string ?? "", year: json["year"]?.integer ?? 0,
            period: json["period"]?.string ?? "", count: json["count"]?.integer ?? 0)
    }
}
