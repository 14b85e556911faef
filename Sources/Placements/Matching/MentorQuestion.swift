public import JSONText

/// Newcomers and mentors, and what is known of both.
///
/// `Docs/Placements.md` has the format.
public struct MentorQuestion: Hashable, Sendable {
    public var name: String
    public var rules: Rules
    public var mentors: [Mentor]
    public var newcomers: [Newcomer]
    /// Pairs that somebody has decided already.
    public var fixed: [Pair]
    public var bans: [Pair]

    /// What a pair costs; the sum over all pairs is to be small.
    public struct Rules: Hashable, Sendable {
        /// How many shifts a pair must share.
        public var leastOverlap: Int
        /// For a mentor whom the newcomer did not wish for, where there were wishes; the wish with
        /// number k, from 0, costs k.
        public var noWishCost: Int
        /// For a mentor of another unit.
        public var otherUnitCost: Int
        /// For each of the newcomer's shifts that the mentor does not share.
        public var missingShiftCost: Int
        /// For the second newcomer of a mentor once, for the third twice, and so on.
        public var nextNewcomerCost: Int
    }

    /// Somebody who can be a mentor.
    public struct Mentor: Hashable, Sendable {
        public var id: String
        public var profession: String
        public var unit: String
        /// How many newcomers at once.
        public var capacity: Int
        public var shifts: [String]
    }

    /// Somebody who needs a mentor.
    public struct Newcomer: Hashable, Sendable {
        public var id: String
        public var profession: String
        public var unit: String
        /// The line manager, who is never the mentor.
        public var leader: String?
        public var shifts: [String]
        /// Mentors, the most wished for first.
        public var preferences: [String]
        public var hasPriority: Bool
    }

    /// A newcomer and a mentor.
    public struct Pair: Hashable, Sendable {
        public var newcomer: String
        public var mentor: String

        public init(newcomer: String, mentor: String) {
            self.newcomer = newcomer
            self.mentor = mentor
        }
    }

    /// Why two cannot be a pair.
    public enum Rule: String, Sendable, CaseIterable {
        case otherProfession = "other-profession"
        case ownLeader = "own-leader"
        case ownMentor = "own-mentor"
        case noOverlap = "no-overlap"
        case banned
        /// The mentor has as many as there can be.
        case full
    }
}

extension MentorQuestion {
    /// Reads a question and checks that what it names is there.
    public init(_ json: JSON) throws(PlacementFault) {
        try requireFormat(json, "mentor-question/1")
        let top = Located(json: json, place: "")
        name = top.json["name"]?.string ?? ""
        rules = try Rules(try top.need("rules"))
        mentors = []
        for each in try top.list("mentors") {
            mentors.append(
                Mentor(
                    id: try each.string("id"), profession: try each.string("profession"),
                    unit: try each.string("unit"), capacity: try each.quantity("capacity", 0...100),
                    shifts: try each.strings("shifts")))
        }
        newcomers = []
        for each in try top.list("newcomers") {
            newcomers.append(
                Newcomer(
                    id: try each.string("id"), profession: try each.string("profession"),
                    unit: try each.string("unit"), leader: each.json["leader"]?.string,
                    shifts: try each.strings("shifts"),
                    preferences: each.json["preferences"] == nil
                        ? [] : try each.strings("preferences"),
                    hasPriority: try each.optionalBool("priority", false)))
        }
        fixed = try Self.pairs(top, "pairs")
        bans = try Self.pairs(top, "bans")
        try check()
    }

    private static func pairs(_ top: Located, _ name: String) throws(PlacementFault) -> [Pair] {
        if top.json[name] == nil { return [] }
        var pairs: [Pair] = []
        for each in try top.list(name) {
            pairs.append(
                Pair(newcomer: try each.string("newcomer"), mentor: try each.string("mentor")))
        }
        return pairs
    }

    private func check() throws(PlacementFault) {
        try checkUnique("mentors", mentors.map(\.id))
        try checkUnique("newcomers", newcomers.map(\.id))
        try checkUnique("pairs", fixed.map(\.newcomer))
        let knownMentors = Set(mentors.map(\.id))
        let knownNewcomers = Set(newcomers.map(\.id))
        for (list, pairs) in [("pairs", fixed), ("bans", bans)] {
            for (index, pair) in pairs.enumerated() {
                guard knownNewcomers.contains(pair.newcomer) else {
                    throw .unknown(
                        place: "\(list)[\(index)].newcomer", kind: .newcomer, id: pair.newcomer)
                }
                guard knownMentors.contains(pair.mentor) else {
                    throw .unknown(
                        place: "\(list)[\(index)].mentor", kind: .mentor, id: pair.mentor)
                }
            }
        }
        for (index, newcomer) in newcomers.enumerated() {
            for mentor in newcomer.preferences where !knownMentors.contains(mentor) {
                throw .unknown(
                    place: "newcomers[\(index)].preferences", kind: .mentor, id: mentor)
            }
        }
        var taken: [String: Int] = [:]
        for (index, pair) in fixed.enumerated() {
            guard let newcomer = newcomers.first(where: { $0.id == pair.newcomer }),
                let mentor = mentors.first(where: { $0.id == pair.mentor })
            else { continue }
            let broken = broken(newcomer, mentor)
            guard broken.isEmpty else {
                throw .pairNotAllowed(place: "pairs[\(index)]", pair: pair, rules: broken)
            }
            taken[mentor.id, default: 0] += 1
            if taken[mentor.id, default: 0] > mentor.capacity {
                throw .pairNotAllowed(place: "pairs[\(index)]", pair: pair, rules: [.full])
            }
        }
    }

    /// The rules, but for the mentor's capacity, that speak against a pair.
    func broken(_ newcomer: Newcomer, _ mentor: Mentor) -> [Rule] {
        var rules: [Rule] = []
        if newcomer.profession != mentor.profession { rules.append(.otherProfession) }
        if newcomer.leader == mentor.id { rules.append(.ownLeader) }
        if newcomer.id == mentor.id { rules.append(.ownMentor) }
        if shared(newcomer, mentor) < self.rules.leastOverlap { rules.append(.noOverlap) }
        if bans.contains(Pair(newcomer: newcomer.id, mentor: mentor.id)) { rules.append(.banned) }
        return rules
    }

    private func shared(_ newcomer: Newcomer, _ mentor: Mentor) -> Int {
        Set(newcomer.shifts).intersection(mentor.shifts).count
    }

    /// What a pair costs, before the mentor's other newcomers are counted.
    func cost(_ newcomer: Newcomer, _ mentor: Mentor) -> Int {
        var cost = 0
        if !newcomer.preferences.isEmpty {
            cost += newcomer.preferences.firstIndex(of: mentor.id) ?? rules.noWishCost
        }
        if newcomer.unit != mentor.unit { cost += rules.otherUnitCost }
        let missing = Set(newcomer.shifts).count - shared(newcomer, mentor)
        return cost + missing * rules.missingShiftCost
    }
}

extension MentorQuestion.Rules {
    fileprivate init(_ from: Located) throws(PlacementFault) {
        let points = 0...1000
        leastOverlap = try from.optionalQuantity("least_overlap", 0...100) ?? 1
        noWishCost = try from.optionalQuantity("no_wish_cost", points) ?? 10
        otherUnitCost = try from.optionalQuantity("other_unit_cost", points) ?? 5
        missingShiftCost = try from.optionalQuantity("missing_shift_cost", points) ?? 2
        nextNewcomerCost = try from.optionalQuantity("next_newcomer_cost", points) ?? 3
    }
}
