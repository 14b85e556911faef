public import JSONText

/// Who is whose mentor, by the allocator of placements, with what is proven about it.
///
/// A mentor is a ward with one institution for each newcomer that there is room for, so that the
/// next newcomer can cost more than the one before; what a pair costs is the journey.
public struct MentorMatch: Sendable {
    /// A newcomer and the mentor.
    public struct Pair: Hashable, Sendable {
        public var newcomer: String
        public var mentor: String
        /// Whether somebody had decided it.
        public var isFixed: Bool
        /// The number of the wish that it meets, from 1; nil where it meets none.
        public var wish: Int?
        /// The shifts that both work.
        public var sharedShifts: [String]
    }

    /// A newcomer without a mentor, and how many mentors each rule keeps away.
    public struct Unmatched: Hashable, Sendable {
        public var newcomer: String
        public var rules: [Reason]
    }

    /// A rule, and how many mentors it keeps away.
    public struct Reason: Hashable, Sendable {
        public var rule: MentorQuestion.Rule
        public var mentors: Int
    }

    /// In the order of the newcomers.
    public var pairs: [Pair]
    public var unmatched: [Unmatched]
    /// Newcomers without a mentor, those of them with priority, and what the pairs cost in all.
    public var objective: [Int]
    /// Whether nothing better exists.
    public var isProven: Bool
    public var solver: String

    /// Matches with as many pairs as can be, those with priority first, and then at the least cost.
    public init(
        _ question: MentorQuestion, patience: Patience = Patience()
    ) throws(PlacementFault) {
        let instance = Self.instance(question)
        let result = try Allocator(instance).run(.optimal, patience: patience)
        guard result.certificate.status != .invalid else { throw .notSolved }
        var mentorOf: [String: String] = [:]
        for assignment in result.allocation.assignments {
            mentorOf[assignment.student] = Self.mentor(assignment.ward, question)
        }
        let fixed = Set(question.fixed)
        var pairs: [Pair] = []
        var load: [String: Int] = [:]
        for newcomer in question.newcomers {
            guard let id = mentorOf[newcomer.id],
                let mentor = question.mentors.first(where: { $0.id == id })
            else { continue }
            load[id, default: 0] += 1
            let theirs = Set(mentor.shifts)
            pairs.append(
                Pair(
                    newcomer: newcomer.id, mentor: id,
                    isFixed: fixed.contains(.init(newcomer: newcomer.id, mentor: id)),
                    wish: newcomer.preferences.firstIndex(of: id).map { $0 + 1 },
                    sharedShifts: newcomer.shifts.filter(theirs.contains)))
        }
        self.pairs = pairs
        unmatched = question.newcomers.filter { mentorOf[$0.id] == nil }.map { newcomer in
            var counts: [MentorQuestion.Rule: Int] = [:]
            for mentor in question.mentors {
                var rules = question.broken(newcomer, mentor)
                if rules.isEmpty, load[mentor.id, default: 0] >= mentor.capacity {
                    rules = [.full]
                }
                for rule in rules { counts[rule, default: 0] += 1 }
            }
            return Unmatched(
                newcomer: newcomer.id,
                rules: MentorQuestion.Rule.allCases.compactMap { rule in
                    counts[rule].map { Reason(rule: rule, mentors: $0) }
                })
        }
        let found = result.certificate.objective
        objective = [found.unplaced, found.unplacedPriority, found.cost]
        isProven = result.certificate.status == .provenOptimal
        solver = result.certificate.solver ?? ""
    }

    // MARK: - As placements

    private static func place(_ mentor: Int, _ number: Int) -> String { "m\(mentor).\(number)" }

    private static func mentor(_ ward: String, _ question: MentorQuestion) -> String? {
        Int(ward.dropFirst().prefix { $0 != "." }).map { question.mentors[$0].id }
    }

    private static let far = 1_000_000

    private static func instance(_ question: MentorQuestion) -> PlacementInstance {
        var places: [(mentor: Int, number: Int, id: String)] = []
        for (index, mentor) in question.mentors.enumerated() {
            for number in 0..<mentor.capacity {
                places.append((index, number, place(index, number)))
            }
        }
        var transit: [String: [Int]] = [:]
        for (index, newcomer) in question.newcomers.enumerated() {
            transit["z\(index)"] = places.map { place in
                let mentor = question.mentors[place.mentor]
                if !question.broken(newcomer, mentor).isEmpty { return far }
                return question.cost(newcomer, mentor)
                    + place.number * question.rules.nextNewcomerCost
            }
        }
        var taken: [String: Int] = [:]
        let locks = question.fixed.compactMap { pair -> PlacementInstance.Lock? in
            guard let mentor = question.mentors.firstIndex(where: { $0.id == pair.mentor }) else {
                return nil
            }
            let number = taken[pair.mentor, default: 0]
            taken[pair.mentor] = number + 1
            return PlacementInstance.Lock(
                student: pair.newcomer, ward: place(mentor, number), period: "now")
        }
        return PlacementInstance(
            name: question.name, seed: 0, rules: rules, periods: ["now"],
            institutions: places.map { .init(id: $0.id, name: $0.id, maximumPerPeriod: [:]) },
            wards: places.map {
                .init(
                    id: $0.id, institution: $0.id, field: $0.id, needsCar: false, features: [],
                    maximumPerPeriod: [:])
            },
            cells: places.map {
                .init(
                    ward: $0.id, profession: question.mentors[$0.mentor].profession, year: 1,
                    period: "now", capacity: 1)
            },
            supervisors: places.map {
                .init(
                    id: $0.id, ward: $0.id, profession: question.mentors[$0.mentor].profession,
                    isTrained: true, years: [1], periods: ["now"], maximumStudents: 1)
            },
            agreements: places.map {
                .init(
                    school: "all", institution: $0.id,
                    profession: question.mentors[$0.mentor].profession, maximumPerPeriod: 1,
                    maximumTotal: nil, tier: 1)
            },
            travel: .init(institutions: places.map(\.id), transit: transit, car: [:]),
            students: question.newcomers.enumerated().map { index, newcomer in
                .init(
                    id: newcomer.id, school: "all", profession: newcomer.profession, year: 1,
                    periods: ["now"], zone: "z\(index)", hasCar: false, needs: [],
                    hasPriority: newcomer.hasPriority, fields: [], preferences: [], previous: [],
                    blockedInstitutions: [], lottery: index + 1)
            }, locks: locks, bans: [])
    }

    /// The journey is all that costs.
    private static let rules = PlacementInstance.Rules(
        maximumTravel: far - 1, pairSharesGroup: false, thirdYearNeedsTrained: false,
        rankCost: [0], unrankedCost: 0, travelBand: 1, priorityWeight: 1,
        repeatInstitutionCost: 0, repeatFieldCost: 0, fairLimit: far, fairLimitPriority: far,
        fairBand: 1)

    /// The answer as JSON.
    public var json: JSON {
        .object([
            "format": "mentor-match/1",
            "status": .string(isProven ? "proven-optimal" : "feasible"),
            "solver": .string(solver),
            "objective": .object([
                "unmatched": .integer(objective[0]), "unmatched_priority": .integer(objective[1]),
                "cost": .integer(objective[2]),
            ]),
            "pairs": .array(
                pairs.map {
                    .object([
                        "newcomer": .string($0.newcomer), "mentor": .string($0.mentor),
                        "fixed": .bool($0.isFixed), "wish": $0.wish.map { .integer($0) } ?? .null,
                        "shared_shifts": .array($0.sharedShifts.map { .string($0) }),
                    ])
                }),
            "unmatched": .array(
                unmatched.map {
                    .object([
                        "newcomer": .string($0.newcomer),
                        "rules": .object(
                            $0.rules.map { JSON.Member($0.rule.rawValue, .integer($0.mentors)) }),
                    ])
                }),
        ])
    }
}
