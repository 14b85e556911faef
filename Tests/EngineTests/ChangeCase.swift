import CivilCalendar
import Engine
import Support

/// Something that the next version of a programme has otherwise.
enum ProgrammeEdit {
    case drop(StepID)
    case add(Step, at: Int)
    case rename(StepID, to: StepID)
    /// The one goes, and its history goes on under the other.
    case merge(StepID, into: StepID)
    case alter(StepID, Alteration)
    case move(StepID, to: Int)

    enum Alteration {
        case due(DateRule?), opens(DateRule?), window(Window?), actors(Party)
        case condition(Condition), reminders([Reminder]), escalation([EscalationRung])
        case title(LocalizedText)
    }
}

/// A programme, its later versions and a history of commands and moves that a seed decides.
struct ChangeCase {
    struct Act {
        enum Kind {
            case command(Command)
            /// To the version so many further on.
            case migrate(by: Int)
            case undo
        }
        var now: CivilMoment
        var kind: Kind
    }

    let start: Start
    let begin: CivilMoment
    private let first: Programme
    /// The steps of the first version that the case does without.
    var dropped: [StepID] = []
    /// What each version has otherwise than the one before.
    var edits: [(version: Int, edit: ProgrammeEdit)] = []
    var acts: [Act] = []
    private static let versionCount = 4

    init(seed: UInt64, length: Int) {
        var random = SeededRandom(seed: seed ^ 0xC4A_06E5)
        let base = RandomCase(seed: seed, length: 0)
        (first, start, begin) = (base.programme, base.start, base.begin)
        var versions = [first]
        for version in 1..<Self.versionCount {
            var programme = versions[version - 1]
            for number in 0..<random.number(1...4) {
                let name = "\(version)\(number)"
                guard let edit = Self.edit(of: programme.steps, name: name, &random) else {
                    continue
                }
                edits.append((version, edit))
                programme = programme.applying(edit)
            }
            versions.append(programme)
        }
        var now = begin
        var version = 0
        for _ in 0..<length {
            now = random.later(than: now)
            acts.append(Act(now: now, kind: Self.act(now, versions, &version, &random)))
        }
    }

    /// The versions, in their order.
    var versions: [Programme] {
        var versions: [Programme] = []
        var programme = dropped.reduce(first) { $0.applying(.drop($1)) }
        for version in 0..<Self.versionCount {
            for edit in edits where edit.version == version {
                programme = programme.applying(edit.edit)
            }
            versions.append(programme)
        }
        return versions
    }

    /// Whether two steps become one anywhere.
    var merges: Bool {
        edits.contains { if case .merge = $0.edit { true } else { false } }
    }

    // MARK: - Edits of the programme

    private static func edit(
        of steps: [Step], name: String, _ random: inout SeededRandom
    ) -> ProgrammeEdit? {
        guard let step = random.pick(steps) else { return nil }
        switch random.number(0...11) {
        case 0...1: return steps.count > 1 ? .drop(step.id) : nil
        case 2:
            let new = RandomCase.randomStep(StepID("n\(name)"), after: steps.map(\.id), &random)
            return .add(new, at: random.number(0...steps.count))
        case 3...5: return .rename(step.id, to: StepID("\(step.id)r\(name)"))
        case 6:
            guard let other = random.pick(steps), other.id != step.id, other.kind == step.kind
            else { return nil }
            return .merge(step.id, into: other.id)
        case 7: return .move(step.id, to: random.number(0...(steps.count - 1)))
        default: return .alter(step.id, alteration(of: steps, &random))
        }
    }

    private static func alteration(
        of steps: [Step], _ random: inout SeededRandom
    ) -> ProgrammeEdit.Alteration {
        let sample = RandomCase.randomStep("sample", after: steps.map(\.id), &random)
        switch random.number(0...10) {
        case 0...3: return .due(RandomCase.rule(steps.map(\.id), &random))
        case 4: return .opens(sample.opens)
        case 5: return .window(sample.window)
        case 6: return .actors(sample.actors)
        case 7: return .condition(sample.condition)
        case 8: return .reminders(sample.reminders)
        case 9: return .escalation(sample.escalation)
        default: return .title(LocalizedText([.english: "\(random.number(0...999))"]))
        }
    }

    // MARK: - Acts

    private static func act(
        _ now: CivilMoment, _ versions: [Programme], _ version: inout Int,
        _ random: inout SeededRandom
    ) -> Act.Kind {
        switch random.number(0...19) {
        case 0...2:
            let by = random.oneIn(4) ? 2 : 1
            version = min(version + by, versions.count - 1)
            return .migrate(by: by)
        case 3:
            version = max(version - 1, 0)
            return .undo
        case 4...9: return .command(change(now, versions[version], &random))
        default:
            // A step of the person's own now and then, whatever number it has.
            var command = RandomCase.command(now, versions[version], &random)
            if random.oneIn(4) { command = command.naming { _ in "own-0" } }
            return .command(command)
        }
    }

    private static func change(
        _ now: CivilMoment, _ version: Programme, _ random: inout SeededRandom
    ) -> Command {
        let person = random.pick(RandomCase.people) ?? "nora"
        let reason = random.oneIn(12) ? "" : "because"
        switch random.number(0...9) {
        case 0...4:
            return .tailor(
                planChange(now, version, &random), by: person,
                approvedBy: random.oneIn(3) ? person : "leif", reason: reason)
        case 5: return .withdrawEdit(random.number(0...3), by: "leif", reason: reason)
        case 6:
            let value: FactValue? = random.oneIn(4) ? nil : .flag(random.oneIn(2))
            return .changeFact("ward", to: value, reason: reason)
        case 7...8:
            if random.oneIn(4) { return .endCover(random.oneIn(2) ? .mentor : .lineManager) }
            let from = now.day.adding(days: random.number(-3...20))
            return .arrangeCover(
                random.pick(usualRoles)?.id ?? .mentor, by: random.oneIn(2) ? "kari" : person,
                from: from, until: from.adding(days: random.number(0...20)), reason: reason)
        default:
            return random.oneIn(4) ? .completeEarly(on: now.day, reason: reason) : .wake
        }
    }

    private static func planChange(
        _ now: CivilMoment, _ version: Programme, _ random: inout SeededRandom
    ) -> PlanChange {
        let step = random.oneIn(6) ? "own-0" : random.pick(version.steps)?.id ?? "none"
        let due = now.day.adding(days: random.number(-2...60))
        let own = OwnStep(
            kind: random.pick([.task, .talk, .meeting]) ?? .task,
            title: LocalizedText([.english: "own"]),
            actors: [random.pick([.participant, .lineManager, .mentor]) ?? .participant],
            opens: random.oneIn(3) ? now.day.adding(days: random.number(-5...20)) : nil,
            due: random.oneIn(3) ? nil : due)
        switch random.number(0...4) {
        case 0: return .skip(step)
        case 1: return .add(own, after: random.oneIn(2) ? step : nil)
        case 2: return .replace(step, with: own)
        default: return .move(step, due: due)
        }
    }
}

extension Command {
    /// The same with other steps.
    func naming(_ name: (StepID) -> StepID) -> Command {
        switch self {
        case .sign(let step, let person, let affirms, let day):
            return .sign(name(step), by: person, affirms: affirms, on: day)
        case .skip(let step, let person, let reason):
            return .skip(name(step), by: person, reason: reason)
        case .book(let step, let person, let moment, let minutes, let place):
            return .book(
                name(step), by: person, startsAt: moment, minutes: minutes, place: place)
        case .credit(let step, let day, let programme):
            return .credit(name(step), on: day, programme: programme)
        case .tailor(var change, let person, let approver, let reason):
            switch change {
            case .skip(let step): change = .skip(name(step))
            case .move(let step, let due): change = .move(name(step), due: due)
            case .replace(let step, let own): change = .replace(name(step), with: own)
            case .add(let own, let other): change = .add(own, after: other.map(name))
            }
            return .tailor(change, by: person, approvedBy: approver, reason: reason)
        default: return self
        }
    }

    /// The command with the names that only the state knows: the last of the person's own steps,
    /// and the number of a change.
    func resolved(_ enrolment: Enrolment) -> Command {
        if case .withdrawEdit(let place, let person, let reason) = self {
            guard enrolment.edits.indices.contains(place) else { return self }
            return .withdrawEdit(enrolment.edits[place].number, by: person, reason: reason)
        }
        let own = enrolment.edits.reversed().lazy.compactMap { $0.change.ownStep?.id }.first
        return naming { $0 == "own-0" ? own ?? $0 : $0 }
    }
}

// MARK: - The next version

extension Programme {
    /// The programme with an edit; one that is about a step that there is not changes nothing.
    func applying(_ edit: ProgrammeEdit) -> Programme {
        var steps = steps
        var milestones = milestones
        func position(_ id: StepID) -> Int? { steps.firstIndex { $0.id == id } }
        switch edit {
        case .drop(let id): steps.removeAll { $0.id == id }
        case .add(let step, let place): steps.insert(step, at: min(place, steps.count))
        case .rename(let id, let new):
            guard let index = position(id) else { return self }
            steps[index].formerIDs.append(id)
            steps[index].id = new
            for index in steps.indices { steps[index].follow(id, new) }
            for index in milestones.indices {
                milestones[index].steps = milestones[index].steps.map { $0 == id ? new : $0 }
            }
        case .merge(let id, let other):
            guard let index = position(id), position(other) != nil else { return self }
            let former = steps.remove(at: index)
            if let place = position(other) { steps[place].formerIDs += former.formerIDs + [id] }
        case .alter(let id, let alteration):
            guard let index = position(id) else { return self }
            steps[index].alter(alteration)
        case .move(let id, let place):
            guard let index = position(id) else { return self }
            let step = steps.remove(at: index)
            steps.insert(step, at: min(place, steps.count))
        }
        let ids = Set(steps.map(\.id))
        milestones = milestones.compactMap {
            let known = $0.steps.filter(ids.contains)
            return known.isEmpty ? nil : Milestone(id: $0.id, title: $0.title, steps: known)
        }
        return with(steps: Self.withoutLooseEnds(steps), milestones: milestones)
    }

    /// The steps without references to steps that there are not, or that would go in a circle: the
    /// compiler refuses both.
    private static func withoutLooseEnds(_ steps: [Step]) -> [Step] {
        let ids = Set(steps.map(\.id))
        var edges: [StepID: [StepID]] = [:]
        func reaches(_ from: StepID, _ to: StepID) -> Bool {
            from == to || (edges[from] ?? []).contains { reaches($0, to) }
        }
        func connect(_ from: StepID, _ to: StepID) -> Bool {
            if !ids.contains(to) || reaches(to, from) { return false }
            edges[from, default: []].append(to)
            return true
        }
        return steps.map { step in
            var step = step
            step.waitsFor = step.waitsFor.filter { connect(step.id, $0) }
            for path in [\Step.opens, \Step.due] {
                if case .completion(let other)? = step[keyPath: path]?.from,
                    !connect(step.id, other)
                {
                    step[keyPath: path]?.from = .anchor(.firstDay)
                }
            }
            if step.due == nil { step.window = nil }
            return step
        }
    }
}

extension Step {
    fileprivate mutating func follow(_ id: StepID, _ new: StepID) {
        waitsFor = waitsFor.map { $0 == id ? new : $0 }
        for path in [\Step.opens, \Step.due] where self[keyPath: path]?.from == .completion(of: id)
        {
            self[keyPath: path]?.from = .completion(of: new)
        }
    }

    fileprivate mutating func alter(_ alteration: ProgrammeEdit.Alteration) {
        switch alteration {
        case .due(let rule): due = rule
        case .opens(let rule): opens = rule
        case .window(let window): self.window = window
        case .actors(let party): actors = party
        case .condition(let condition): self.condition = condition
        case .reminders(let reminders): self.reminders = reminders
        case .escalation(let ladder): escalation = ladder
        case .title(let title): self.title = title
        }
    }
}
