/// How one version of a programme differs from another: a pure value in the order of the plan.
///
/// Nothing that differs is left out. The changes name what differs; the two versions, which the
/// difference keeps, say what it was and what it is.
public struct ProgrammeDifference: Hashable, Sendable {
    public let from: Programme
    public let to: Programme
    public let changes: [ProgrammeChange]
    /// What the steps are called in the old version whose id is another in the new one.
    public let renamed: [StepID: StepID]
    private let former: [PlanPart: PlanPart]

    public init(from: Programme, to: Programme) {
        self.from = from
        self.to = to
        let steps = StepComparison(from, to)
        renamed = steps.renamed
        former = steps.former
        let references = steps.references
        changes =
            Self.ofProgramme(from, to) + Self.ofRoles(from, to, references)
            + Self.ofAnchors(from, to, references) + Self.ofFacts(from, to)
            + Self.ofStages(from, to) + steps.changes + Self.ofMilestones(from, to, references)
    }

    /// Whether the two versions say the same.
    public var isEmpty: Bool { changes.isEmpty }

    /// What a step or series of the new version is in the old one, or nil where it is new.
    public func former(_ part: PlanPart) -> PlanPart? {
        former[part] ?? (from.steps(of: part).isEmpty ? nil : part)
    }

    public static func == (one: ProgrammeDifference, other: ProgrammeDifference) -> Bool {
        one.from == other.from && one.to == other.to
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(changes)
    }
}

/// One thing that differs between two versions of a programme.
public enum ProgrammeChange: Hashable, Sendable {
    case programme(ProgrammeField)
    case role(RoleID, PartChange<RoleField>)
    case anchor(AnchorID, PartChange<AnchorField>)
    case fact(FactID, PartChange<FactField>)
    case stage(String, PartChange<StageField>)
    /// Under its new name, where it has one.
    case step(PlanPart, PartChange<StepField>)
    /// The old step's history goes on in a step that another step's history goes on in too.
    case merged(PlanPart, into: PlanPart)
    case milestone(String, PartChange<MilestoneField>)
}

/// A step, or all occurrences of a repeated one.
public enum PlanPart: Hashable, Sendable {
    case step(StepID)
    case series(String)
}

/// What has become of a part of a programme.
public enum PartChange<Field: Hashable & Sendable>: Hashable, Sendable {
    case added, dropped
    /// It stands in another place among its like.
    case moved
    case changed(Field)
}

/// What a programme says of itself as a whole.
public enum ProgrammeField: String, CaseIterable, Sendable {
    case id, kind, title, summary, sources, owner
    case appliesWhen = "applies-when"
    case calendar
    case noticeTime = "notice-time"
    case workingDaysOnly = "working-days-only"
    case quietHours = "quiet-hours"
}

/// What a programme says of a role.
public enum RoleField: String, CaseIterable, Sendable {
    case title, filling, need, cover, vouching
}

/// What a programme says of a date that it counts from.
public enum AnchorField: String, CaseIterable, Sendable {
    case title
    case isRequired = "required"
    case fallback
}

/// What a programme says of a fact.
public enum FactField: String, CaseIterable, Sendable {
    case title, type
    case isRequired = "required"
}

/// What a programme says of a stage.
public enum StageField: String, CaseIterable, Sendable {
    case title
}

/// What a programme says of a milestone.
public enum MilestoneField: String, CaseIterable, Sendable {
    case title, steps
}

/// What a programme says of a step.
public enum StepField: String, CaseIterable, Sendable {
    case id, stage, kind, title, text, actors, accountable, confirmers, opens, due, window
    case windowFrom = "window-from"
    case waitsFor = "waits-for"
    case condition, records, learning, takes, reminders, escalation, agenda, questions
    case measurement, attachments
    case skippableBy = "skippable-by"
    case meeting
    /// Which series it belongs to and where in it; for a series, how many occurrences it has.
    case occurrence
    case module, fulfils
    case formerIDs = "former-ids"
}

extension Programme {
    /// The step, or the occurrences of the series in their order.
    public func steps(of part: PlanPart) -> [Step] {
        switch part {
        case .step(let id): step(id).map { [$0] } ?? []
        case .series(let series): steps.filter { $0.occurrence?.series == series }
        }
    }
}

// What is not about steps.
extension ProgrammeDifference {
    private static func ofProgramme(_ old: Programme, _ new: Programme) -> [ProgrammeChange] {
        ProgrammeField.allCases.filter { field in
            switch field {
            case .id: old.id != new.id
            case .kind: old.kind != new.kind
            case .title: old.title != new.title
            case .summary: old.summary != new.summary
            case .sources: old.sources != new.sources
            case .owner: old.owner != new.owner
            case .appliesWhen: old.appliesWhen != new.appliesWhen
            case .calendar: old.calendar != new.calendar
            case .noticeTime: old.sendingRules.noticeTime != new.sendingRules.noticeTime
            case .workingDaysOnly:
                old.sendingRules.workingDaysOnly != new.sendingRules.workingDaysOnly
            case .quietHours:
                old.sendingRules.quietFrom != new.sendingRules.quietFrom
                    || old.sendingRules.quietUntil != new.sendingRules.quietUntil
            }
        }.map { .programme($0) }
    }

    private static func ofRoles(
        _ old: Programme, _ new: Programme, _ renamed: [StepID: StepID]
    ) -> [ProgrammeChange] {
        parts(old.roles, new.roles, id: \.id) { old, new in
            RoleField.allCases.filter { field in
                switch field {
                case .title: old.title != new.title
                case .filling: old.filledBy != new.filledBy
                case .need: old.need.renamed(renamed) != new.need
                case .cover: old.coveredBy != new.coveredBy
                case .vouching: old.vouchesAs != new.vouchesAs
                }
            }
        }.map { .role($0, $1) }
    }

    private static func ofAnchors(
        _ old: Programme, _ new: Programme, _ renamed: [StepID: StepID]
    ) -> [ProgrammeChange] {
        parts(old.anchors, new.anchors, id: \.id) { old, new in
            AnchorField.allCases.filter { field in
                switch field {
                case .title: old.title != new.title
                case .isRequired: old.isRequired != new.isRequired
                case .fallback: old.fallback?.renamed(renamed) != new.fallback
                }
            }
        }.map { .anchor($0, $1) }
    }

    private static func ofFacts(_ old: Programme, _ new: Programme) -> [ProgrammeChange] {
        parts(old.facts, new.facts, id: \.id) { old, new in
            FactField.allCases.filter { field in
                switch field {
                case .title: old.title != new.title
                case .type: old.type != new.type
                case .isRequired: old.isRequired != new.isRequired
                }
            }
        }.map { .fact($0, $1) }
    }

    private static func ofStages(_ old: Programme, _ new: Programme) -> [ProgrammeChange] {
        parts(old.stages, new.stages, id: \.id) { old, new in
            StageField.allCases.filter { field in
                switch field {
                case .title: old.title != new.title
                }
            }
        }.map { .stage($0, $1) }
    }

    private static func ofMilestones(
        _ old: Programme, _ new: Programme, _ renamed: [StepID: StepID]
    ) -> [ProgrammeChange] {
        parts(old.milestones, new.milestones, id: \.id) { old, new in
            MilestoneField.allCases.filter { field in
                switch field {
                case .title: old.title != new.title
                case .steps: old.steps.renamed(renamed) != new.steps
                }
            }
        }.map { .milestone($0, $1) }
    }

    /// What has become of each of several parts: those that are dropped stand where they stood.
    private static func parts<Part, ID: Hashable, Field>(
        _ old: [Part], _ new: [Part], id: (Part) -> ID, _ fields: (Part, Part) -> [Field]
    ) -> [(ID, PartChange<Field>)] {
        let places = Dictionary(
            old.enumerated().map { (id($1), $0) }, uniquingKeysWith: { first, _ in first })
        let present = Set(new.map(id))
        let common = new.compactMap { places[id($0)] }
        let inOrder = common.longestRising
        var result: [(ID, PartChange<Field>)] = []
        var next = 0
        func drop(before place: Int) {
            while next < place {
                if !present.contains(id(old[next])) { result.append((id(old[next]), .dropped)) }
                next += 1
            }
        }
        for part in new {
            guard let place = places[id(part)] else {
                result.append((id(part), .added))
                continue
            }
            drop(before: place)
            if !inOrder.contains(place) { result.append((id(part), .moved)) }
            result += fields(old[place], part).map { (id(part), .changed($0)) }
        }
        drop(before: old.count)
        return result
    }
}

extension [Int] {
    /// The longest of its rising subsequences, as a set: what has kept its order.
    ///
    /// Patience sorting with links back (Fredman, "On computing the length of longest increasing
    /// subsequences", 1975).
    var longestRising: Set<Int> {
        var ends: [Int] = []  // The index of the smallest end of a subsequence of each length.
        var before: [Int?] = []
        for index in indices {
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if self[ends[middle]] < self[index] { low = middle + 1 } else { high = middle }
            }
            before.append(low > 0 ? ends[low - 1] : nil)
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var result: Set<Int> = []
        var index = ends.last
        while let current = index {
            result.insert(self[current])
            index = before[current]
        }
        return result
    }
}

extension [StepID] {
    /// The steps under their new ids, each once.
    func renamed(_ ids: [StepID: StepID]) -> [StepID] {
        if ids.isEmpty { return self }
        var seen: Set<StepID> = []
        return map { ids[$0] ?? $0 }.filter { seen.insert($0).inserted }
    }
}

extension DateRule {
    /// The rule with the step that it counts from under its new id.
    func renamed(_ ids: [StepID: StepID]) -> DateRule {
        guard case .completion(let id) = from, let new = ids[id] else { return self }
        return DateRule(offset, from: .completion(of: new), shift: shift)
    }
}

extension RoleNeed {
    fileprivate func renamed(_ ids: [StepID: StepID]) -> RoleNeed {
        if case .requiredBy(let rule) = self { return .requiredBy(rule.renamed(ids)) }
        return self
    }
}
