/// Finds out which steps of two versions are the same, and what differs between them.
struct StepComparison {
    private let old: Programme
    private let new: Programme
    /// The old ids of steps that have another one now.
    private(set) var renamed: [StepID: StepID] = [:]
    /// What renamed steps and series were called.
    private(set) var former: [PlanPart: PlanPart] = [:]
    private(set) var changes: [ProgrammeChange] = []
    /// The old step of each new one that is not new.
    private var origin: [StepID: Step] = [:]
    private var merged: [StepID: StepID] = [:]
    /// What a reference to an old step is in the new version.
    private(set) var references: [StepID: StepID] = [:]
    /// The old series that each new one goes on from.
    private var seriesOrigin: [String: String] = [:]
    private var reported: Set<ProgrammeChange> = []

    init(_ old: Programme, _ new: Programme) {
        self.old = old
        self.new = new
        match()
        references = renamed.merging(merged) { first, _ in first }
        compare()
    }

    // MARK: - Which are the same

    private mutating func match() {
        for step in new.steps {
            if let same = old.step(step.id) { origin[step.id] = same }
        }
        for step in new.steps {
            for id in step.formerIDs where new.position(id) == nil && renamed[id] == nil {
                guard let was = old.step(id), merged[id] == nil else { continue }
                if origin[step.id] == nil {
                    origin[step.id] = was
                    renamed[id] = step.id
                    former[.step(step.id)] = .step(id)
                } else {
                    merged[id] = step.id
                }
            }
        }
        for step in new.steps {
            guard let series = step.occurrence?.series, seriesOrigin[series] == nil,
                let was = origin[step.id]?.occurrence?.series
            else { continue }
            seriesOrigin[series] = was
            if was != series { former[.series(series)] = .series(was) }
        }
    }

    /// What a new step is reported as: all of a series, where the old step was of the same one.
    private func part(ofNew step: Step) -> PlanPart {
        guard let series = step.occurrence?.series else { return .step(step.id) }
        guard let was = origin[step.id] else { return .series(series) }
        return was.occurrence.map { $0.series == seriesOrigin[series] } == true
            ? .series(series) : .step(step.id)
    }

    private func part(ofOld step: Step) -> PlanPart {
        step.occurrence.map { .series($0.series) } ?? .step(step.id)
    }

    // MARK: - What differs

    private mutating func compare() {
        let moved = moved()
        var next = 0
        for step in new.steps {
            guard let was = origin[step.id] else {
                reportNew(step)
                continue
            }
            // What is dropped stands where it stood.
            if let place = old.position(was.id) {
                while next < place {
                    reportOld(old.steps[next])
                    next += 1
                }
            }
            let part = part(ofNew: step)
            if moved.contains(step.id) { report(.step(part, .moved)) }
            for field in StepField.allCases where differs(field, was, step) {
                report(.step(part, .changed(field)))
            }
        }
        for step in old.steps[min(next, old.steps.count)...] { reportOld(step) }
    }

    private mutating func report(_ change: ProgrammeChange) {
        if reported.insert(change).inserted { changes.append(change) }
    }

    private mutating func reportNew(_ step: Step) {
        let part = part(ofNew: step)
        if case .series(let series) = part, seriesOrigin[series] != nil {
            report(.step(part, .changed(.occurrence)))
        } else {
            report(.step(part, .added))
        }
    }

    private mutating func reportOld(_ step: Step) {
        guard new.position(step.id) == nil, renamed[step.id] == nil else { return }
        let part = part(ofOld: step)
        if case .series(let series) = part,
            let goesOn = seriesOrigin.filter({ $0.value == series }).keys.min()
        {
            report(.step(.series(goesOn), .changed(.occurrence)))
        } else if let id = merged[step.id], let into = new.step(id) {
            report(.merged(part, into: self.part(ofNew: into)))
        } else {
            report(.step(part, .dropped))
        }
    }

    /// The steps that stand in another place. Those whose stage is another are told of by that, and
    /// where the stages have changed places their steps are looked at within each.
    private func moved() -> Set<StepID> {
        let stayed = new.steps.filter { origin[$0.id]?.stage == $0.stage }
        let oldStages = old.stages.map(\.id)
        let newStages = new.stages.map(\.id)
        let hasSameOrder =
            oldStages.filter(newStages.contains) == newStages.filter(oldStages.contains)
        let groups =
            hasSameOrder
            ? [stayed] : Array(Dictionary(grouping: stayed, by: \.stage).values)
        var moved: Set<StepID> = []
        for group in groups {
            let places = group.compactMap { step in
                origin[step.id].flatMap { old.position($0.id) }
            }
            let inOrder = places.longestRising
            for (step, place) in zip(group, places) where !inOrder.contains(place) {
                moved.insert(step.id)
            }
        }
        return moved
    }

    private func differs(_ field: StepField, _ old: Step, _ new: Step) -> Bool {
        switch field {
        case .id: old.id != new.id
        case .stage: old.stage != new.stage
        case .kind: old.kind != new.kind
        case .title: old.title != new.title
        case .text: old.text != new.text
        case .actors: old.actors != new.actors
        case .accountable: accountableDiffers(old, new)
        case .confirmers: old.confirmers != new.confirmers
        case .opens: old.opens?.renamed(references) != new.opens
        case .due: old.due?.renamed(references) != new.due
        case .window: old.window != new.window
        case .windowFrom: old.windowFrom?.renamed(references) != new.windowFrom
        case .waitsFor: old.waitsFor.renamed(references) != new.waitsFor
        case .condition: old.condition != new.condition
        case .records: old.records != new.records
        case .learning: old.learning != new.learning
        case .takes: old.takes != new.takes
        case .reminders: old.reminders != new.reminders
        case .escalation: old.escalation != new.escalation
        case .agenda: old.agenda != new.agenda
        case .questions: old.questions != new.questions
        case .measurement: old.measurement != new.measurement
        case .attachments: old.attachments != new.attachments
        case .skippableBy: old.skippableBy != new.skippableBy
        case .meeting: old.meeting != new.meeting
        case .occurrence: occurrenceDiffers(old, new)
        case .module: old.module != new.module
        case .fulfils: old.fulfils != new.fulfils
        case .formerIDs: formerIDsDiffer(old, new)
        }
    }

    /// Whoever answers for a step because they do it follows those who do it.
    private func accountableDiffers(_ old: Step, _ new: Step) -> Bool {
        old.accountable != new.accountable
            && !(old.accountable == old.actors && new.accountable == new.actors)
    }

    private func occurrenceDiffers(_ old: Step, _ new: Step) -> Bool {
        guard let was = old.occurrence, let now = new.occurrence else {
            return old.occurrence != new.occurrence
        }
        return was.number != now.number || was.count != now.count
            || was.series != seriesOrigin[now.series]
    }

    /// That a step has been renamed is told of by its id, and by what has become of the other one.
    private func formerIDsDiffer(_ old: Step, _ new: Step) -> Bool {
        let told = Set(new.formerIDs.filter { renamed[$0] == new.id || merged[$0] == new.id })
        return old.formerIDs != new.formerIDs.filter { !told.contains($0) }
    }
}
