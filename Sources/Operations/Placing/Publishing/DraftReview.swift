import CivilCalendar
import Cryptography
import Engine
import JSONText
public import Placements
import Storage

/// What a draft is worth in its round as it is now. What was changed since the draft was made may
/// have broken it, and another draft may be better; nobody is to find out when it is published.
public struct DraftReview: Sendable {
    /// A finished draft that is better, level by level.
    public struct Better: Sendable {
        public let draft: PlacementDraft
        /// In their order, of the draft that is looked at and of the better one.
        public let levels: [(level: ObjectiveLevel, own: Int, best: Int)]
    }

    /// The rules that publishing would break.
    public let broken: [AllocationCheck.Violation]
    /// Whether the round is as it was when the draft was made.
    public let isOfToday: Bool
    /// Those placed by the draft who have withdrawn since, and get no place by it.
    public let withdrawn: Int
    /// Those who have come since, and get no place by it either.
    public let added: Int
    /// Nil where no finished draft is better, or where rules would be broken.
    public let better: Better?
}

extension Installation {
    /// What a draft is worth in its round as it is now; nil until the draft is done, and where
    /// publishing it changes nobody's place.
    public func review(_ draft: PlacementDraft, of round: PlacementRound) throws -> DraftReview? {
        // Each of the page's parts asks; the round is held to the draft once.
        try unlessChanged(AnswerName("review \(draft.id)", for: "", on: nowCivil.day)) {
            try query { transaction in
                try transaction.difference(draft, round.id).flatMap {
                    try transaction.review(draft, round.id, $0)
                }
            }
        }
    }

    /// The broken rules of a review in words of their own, with the names of the round.
    public func brokenRules(
        _ violations: some Sequence<AllocationCheck.Violation>, of round: PlacementRound
    ) throws -> [BrokenRule] {
        try query { try $0.brokenRules(violations, round.id) }
    }
}

extension PlaceDifference {
    /// Whether anybody gets another place, or loses it. Whoever stands published at the same place
    /// already, and only begins, breaks no rule by that.
    var changesPlaces: Bool {
        changes.contains { $0.new != $0.old }
    }
}

extension Transaction {
    /// - Throws: `OperationError.invalid` where the draft breaks a rule, or is worse than one that
    ///   was not confirmed.
    func requirePublishable(
        _ draft: PlacementDraft, _ round: String, _ difference: PlaceDifference,
        confirming: String?
    ) throws -> DraftReview? {
        guard let review = try review(draft, round, difference) else { return nil }
        if !review.broken.isEmpty {
            throw OperationError.invalid(
                field: "draft",
                problem: .brokenRules(
                    try brokenRules(review.broken.prefix(BrokenRule.mostTold), round),
                    count: review.broken.count))
        }
        if let better = review.better, better.draft.id != confirming {
            throw OperationError.invalid(
                field: "draft",
                problem: .worse(thanNumber: better.draft.number, id: better.draft.id))
        }
        return review
    }

    func review(
        _ draft: PlacementDraft, _ round: String, _ difference: PlaceDifference
    ) throws -> DraftReview? {
        guard difference.changesPlaces, let result = try keptResult(draft) else { return nil }
        let whole = try RoundContents(placementRound(round), self)
        var now = whole.ahead
        now.loads = try installation.loads(of: now)
        let hash = Cryptography.hex(Cryptography.sha256(of: now.instanceDocument.text))
        let past = whole.past.students
        let published = try assignments(ofRound: round).filter { !past.contains($0.student) }
        let today = RoundToday(
            contents: now, withdrawn: try withdrawnStudents(round), past: past,
            base: published.isEmpty ? nil : Self.allocation(round, published))
        let check = try today.check(result.allocation)
        // Of a place in a period that is over nothing else needs to be said.
        let broken = check.violations.filter {
            !whole.past.periods.contains($0.subject.period ?? "") || $0.code == .noCell
        }
        let known = Set(result.instance.students.map(\.id))
        return DraftReview(
            broken: broken, isOfToday: hash == draft.input,
            withdrawn: result.allocation.assignments.count {
                today.withdrawn.contains($0.student) && !past.contains($0.student)
            },
            added: now.students.count { $0.withdrawnAt == nil && !known.contains($0.id) },
            better: check.violations.isEmpty
                ? try better(than: draft, check.objective, [hash, draft.input], today) : nil)
    }

    private static func allocation(
        _ round: String, _ assignments: [RoundAssignment]
    ) -> PlacementAllocation {
        PlacementAllocation(
            instance: round,
            assignments: assignments.map(\.place))
    }

    /// A finished draft does not change, so that it is read once.
    func keptResult(_ draft: PlacementDraft) throws -> DraftResult? {
        try installation.rounds.result(draft.id) { try draftResult(draft) }
    }

    /// How many other drafts are held against one: the newest.
    private static let mostCompared = 6

    /// The best of the drafts that were made of the round as it is now, or as it was for the one
    /// that is looked at, if it keeps every rule now and is better.
    private func better(
        than draft: PlacementDraft, _ own: ObjectiveValue, _ inputs: [String], _ today: RoundToday
    ) throws -> DraftReview.Better? {
        let others = try connection.all(
            """
            SELECT \(PlacementDraft.columns) FROM placement_draft d
            WHERE d.round = ? AND d.id <> ? AND d.status = 'done' AND d.method <> 'stable'
                AND d.input IN (?, ?)
            ORDER BY d.number DESC LIMIT ?
            """,
            [
                .text(draft.round), .text(draft.id), .text(inputs[0]), .text(inputs[1]),
                SQLValue(Self.mostCompared),
            ], PlacementDraft.init)
        var best: (draft: PlacementDraft, objective: ObjectiveValue)?
        let isRepair = today.base != nil
        for other in others {
            guard let result = try keptResult(other) else { continue }
            let check = try today.check(result.allocation)
            // What was weighed is looked at in the order in which the draft weighed it.
            let profile = draft.method == .optimal ? draft.profile : other.profile
            let levels = profile.levels(isRepair: isRepair)
            let least = best?.objective ?? own
            if check.violations.isEmpty,
                levels.map({ check.objective[$0] })
                    .lexicographicallyPrecedes(levels.map { least[$0] })
            {
                best = (other, check.objective)
            }
        }
        return best.map { best in
            let profile = draft.method == .optimal ? draft.profile : best.draft.profile
            return DraftReview.Better(
                draft: best.draft,
                levels: profile.levels(isRepair: isRepair).map {
                    ($0, own[$0], best.objective[$0])
                })
        }
    }

    func brokenRules(
        _ violations: some Sequence<AllocationCheck.Violation>, _ round: String
    ) throws -> [BrokenRule] {
        let violations = Array(violations)
        let labels = try RoundLabels(
            round, students: violations.compactMap(\.subject.student), connection)
        let over = try overPeriods(round)
        return violations.map {
            BrokenRule($0, labels, isOver: over.contains($0.subject.period ?? ""))
        }
    }
}

/// A round as it is now, to hold allocations to that were made of it before.
private struct RoundToday {
    /// What is still ahead.
    let contents: RoundContents
    let withdrawn: Set<String>
    /// Those whose published period is over: no draft changes anything for them.
    let past: Set<String>
    /// What stands published; nil where nothing does.
    let base: PlacementAllocation?

    func check(_ allocation: PlacementAllocation) throws -> AllocationCheck {
        var present = allocation
        present.assignments.removeAll {
            withdrawn.contains($0.student) || past.contains($0.student)
        }
        do throws(PlacementFault) {
            let instance = try contents.following(present).instance()
            return AllocationCheck(
                Self.named(present, as: instance), of: instance, base: base)
        } catch {
            throw OperationError.invalid(field: "round", problem: .placement(error))
        }
    }

    /// The allocation with the supervisors' ids of an instance, in which one who takes several
    /// students stands several times.
    private static func named(
        _ allocation: PlacementAllocation, as instance: PlacementInstance
    ) -> PlacementAllocation {
        var rows: [String: [PlacementInstance.Supervisor]] = [:]
        for row in instance.supervisors {
            rows[RoundContents.supervisor(ofInstance: row.id), default: []].append(row)
        }
        let years = Dictionary(
            instance.students.map { ($0.id, $0.year) }, uniquingKeysWith: { first, _ in first })
        var taken: [String: Int] = [:]
        var named = allocation
        for index in named.assignments.indices {
            let each = named.assignments[index]
            guard let id = each.supervisor.map(RoundContents.supervisor(ofInstance:)),
                let copies = rows[id], copies.count > 1
            else {
                named.assignments[index].supervisor = each.supervisor.map {
                    rows[$0] == nil ? RoundContents.supervisor(ofInstance: $0) : $0
                }
                continue
            }
            let free = copies.first { copy in
                copy.periods.contains(each.period)
                    && copy.years.contains(years[each.student] ?? 0)
                    && taken["\(copy.id) \(each.period)", default: 0] < copy.maximumStudents
            }
            named.assignments[index].supervisor = (free ?? copies[0]).id
            taken["\((free ?? copies[0]).id) \(each.period)", default: 0] += 1
        }
        return named
    }
}
