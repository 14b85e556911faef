import CivilCalendar
import Engine
import Support

/// A programme whose every part can be edited.
struct DraftProgramme {
    var id: ProgrammeID = "p"
    var kind = ProgrammeKind.onboarding
    var title = LocalizedText([.bokmål: "Program"])
    var summary = LocalizedText.empty
    var sources: [Source] = []
    var owner = "hr"
    var appliesWhen = Condition.always
    var calendar = WorkingCalendar()
    var sending = SendingRules()
    var roles: [Role]
    var anchors: [Anchor]
    var facts: [Fact]
    var stages: [Stage]
    var steps: [Step]
    var milestones: [Milestone]

    var programme: Programme {
        Programme(
            id: id, kind: kind, title: title, summary: summary, sources: sources, owner: owner,
            appliesWhen: appliesWhen, calendar: calendar, sendingRules: sending, roles: roles,
            anchors: anchors, facts: facts, stages: stages, steps: steps, milestones: milestones)
    }

    /// A random programme with several of each part and a series.
    init(_ random: inout SeededRandom) {
        let base = RandomCase(seed: random.next(), length: 0).programme
        roles = usualRoles
        anchors =
            base.anchors + [
                Anchor(id: "third", title: .empty), Anchor(id: "fourth", title: .empty),
            ]
        facts = ["ward", "night", "share", "car"].map {
            Fact(id: FactID($0), title: .empty, type: .yesOrNo)
        }
        stages = ["only", "second", "third", "fourth"].map { Stage(id: $0, title: .empty) }
        var steps =
            base.steps + ["x", "y", "z"].map { step(StepID($0)) }
            + repeated("weekly", days: 7, times: random.number(2...5))
        for index in steps.indices where random.oneIn(3) {
            steps[index].stage = stages[random.number(1...3)].id
        }
        self.steps = stages.flatMap { stage in steps.filter { $0.stage == stage.id } }
        milestones = ["one", "two", "three", "four"].map {
            Milestone(id: $0, title: .empty, steps: ["x"])
        }
    }

    /// Changes one thing, and says what; nil where there is nothing to change so.
    mutating func edit(_ random: inout SeededRandom) -> ProgrammeChange? {
        switch random.number(0...9) {
        case 0: return editProgramme(random.pick(ProgrammeField.allCases) ?? .id, &random)
        case 1: return editRole(&random)
        case 2: return editAnchor(&random)
        case 3: return editFact(&random)
        case 4: return editStage(&random)
        case 5: return editMilestone(&random)
        case 6: return rearrangeSteps(&random)
        default: return editStep(random.pick(StepField.allCases) ?? .id, &random)
        }
    }

    // MARK: - The programme and its parts

    private mutating func editProgramme(
        _ field: ProgrammeField, _ random: inout SeededRandom
    ) -> ProgrammeChange {
        switch field {
        case .id: id = ProgrammeID("\(id)x")
        case .kind: kind = kind == .mentor ? .trainee : .mentor
        case .title: title.edit(&random)
        case .summary: summary.edit(&random)
        case .sources: sources.append(Source(title: "Vedtak", rule: .dok24Section13))
        case .owner: owner += "x"
        case .appliesWhen: appliesWhen = .not(appliesWhen)
        case .calendar: calendar.closesOnChristmasEve.toggle()
        case .noticeTime: sending.noticeTime = sending.noticeTime == .nine ? .eight : .nine
        case .workingDaysOnly: sending.workingDaysOnly.toggle()
        case .quietHours: sending.quietFrom = sending.quietFrom == .nine ? .eight : .nine
        }
        return .programme(field)
    }

    private mutating func editRole(_ random: inout SeededRandom) -> ProgrammeChange? {
        let extra = Role(id: "extra", title: .empty, filledBy: .chosen)
        return edit(\.roles, extra, id: \.id, &random) { role, random in
            let field = random.pick(RoleField.allCases) ?? .title
            switch field {
            case .title: role.title.edit(&random)
            case .filling:
                role.filledBy =
                    role.filledBy == .chosen ? .unitFunction("hr") : .chosen
            case .need: role.need = role.need == .required ? .optional : .required
            case .cover: role.coveredBy = role.coveredBy == .hr ? .mentor : .hr
            case .vouching: role.vouchesAs = role.vouchesAs == .hr ? .mentor : .hr
            }
            return field
        }.map { .role($0, $1) }
    }

    private mutating func editAnchor(_ random: inout SeededRandom) -> ProgrammeChange? {
        edit(\.anchors, Anchor(id: "extra", title: .empty), id: \.id, &random) { anchor, random in
            let field = random.pick(AnchorField.allCases) ?? .title
            switch field {
            case .title: anchor.title.edit(&random)
            case .isRequired: anchor.isRequired.toggle()
            case .fallback: anchor.fallback.edit(&random)
            }
            return field
        }.map { .anchor($0, $1) }
    }

    private mutating func editFact(_ random: inout SeededRandom) -> ProgrammeChange? {
        let extra = Fact(id: "extra", title: .empty, type: .yesOrNo)
        return edit(\.facts, extra, id: \.id, &random) { fact, random in
            let field = random.pick(FactField.allCases) ?? .title
            switch field {
            case .title: fact.title.edit(&random)
            case .type: fact.type = fact.type == .yesOrNo ? .number(from: 0, to: 1) : .yesOrNo
            case .isRequired: fact.isRequired.toggle()
            }
            return field
        }.map { .fact($0, $1) }
    }

    private mutating func editStage(_ random: inout SeededRandom) -> ProgrammeChange? {
        edit(\.stages, Stage(id: "extra", title: .empty), id: \.id, &random) { stage, random in
            stage.title.edit(&random)
            return StageField.title
        }.map { .stage($0, $1) }
    }

    private mutating func editMilestone(_ random: inout SeededRandom) -> ProgrammeChange? {
        let extra = Milestone(id: "extra", title: .empty, steps: [])
        return edit(\.milestones, extra, id: \.id, &random) { milestone, random in
            let field = random.pick(MilestoneField.allCases) ?? .title
            switch field {
            case .title: milestone.title.edit(&random)
            case .steps: milestone.steps.append("y")
            }
            return field
        }.map { .milestone($0, $1) }
    }

    /// Adds, drops, moves or changes one of several parts.
    private mutating func edit<Part, ID: Hashable, Field>(
        _ list: WritableKeyPath<Self, [Part]>, _ extra: Part, id: (Part) -> ID,
        _ random: inout SeededRandom, change: (inout Part, inout SeededRandom) -> Field
    ) -> (ID, PartChange<Field>)? {
        let count = self[keyPath: list].count
        let place = random.number(0...(count - 1))
        let chosen = id(self[keyPath: list][place])
        switch random.number(0...5) {
        case 0:
            if self[keyPath: list].contains(where: { id($0) == id(extra) }) { return nil }
            self[keyPath: list].insert(extra, at: place)
            return (id(extra), .added)
        case 1:
            self[keyPath: list].remove(at: place)
            return (chosen, .dropped)
        case 2:
            let other = random.number(0...(count - 1))
            if other == place { return nil }
            let part = self[keyPath: list].remove(at: place)
            self[keyPath: list].insert(part, at: other)
            return (chosen, .moved)
        default:
            return (chosen, .changed(change(&self[keyPath: list][place], &random)))
        }
    }

    // MARK: - Steps

    private func part(_ step: Step) -> PlanPart {
        step.occurrence.map { .series($0.series) } ?? .step(step.id)
    }

    private mutating func rearrangeSteps(_ random: inout SeededRandom) -> ProgrammeChange? {
        let place = random.number(0...(steps.count - 1))
        let chosen = steps[place]
        switch random.number(0...3) {
        case 0:
            if steps.contains(where: { $0.id == "extra" }) { return nil }
            steps.insert(step("extra"), at: place)
            return .step(.step("extra"), .added)
        case 1:
            if chosen.occurrence != nil, steps.filter({ part($0) == part(chosen) }).count == 1 {
                return nil
            }
            steps.remove(at: place)
            return .step(
                part(chosen), chosen.occurrence == nil ? .dropped : .changed(.occurrence))
        case 2:
            guard chosen.occurrence == nil, place > 0 else { return nil }
            // Past one step of the same stage.
            guard let other = steps[..<place].lastIndex(where: { $0.stage == chosen.stage }),
                steps[other].occurrence == nil
            else { return nil }
            steps.remove(at: place)
            steps.insert(chosen, at: other)
            return .step(part(chosen), .moved)
        default:
            let occurrences = steps.indices.filter { steps[$0].occurrence?.series == "weekly" }
            if occurrences.isEmpty { return nil }
            for index in occurrences { steps[index].due?.offset.days += 1 }
            return steps[occurrences[0]].due.map { _ in .step(.series("weekly"), .changed(.due)) }
        }
    }

    private mutating func editStep(
        _ field: StepField, _ random: inout SeededRandom
    ) -> ProgrammeChange? {
        let place = random.number(0...(steps.count - 1))
        if field == .id { return rename(place, &random) }
        let old = steps[place]
        if field == .stage {
            steps[place].stage = stages.map(\.id).first { $0 != old.stage } ?? "none"
        } else {
            steps[place].edit(field, &random)
        }
        return .step(part(old), .changed(field))
    }

    /// Gives a step another id, here and wherever it is named.
    private mutating func rename(
        _ place: Int, _ random: inout SeededRandom
    ) -> ProgrammeChange? {
        let old = steps[place].id
        let new = StepID("\(old)-new")
        steps[place].id = new
        steps[place].formerIDs.append(old)
        func renamed(_ ids: [StepID]) -> [StepID] { ids.map { $0 == old ? new : $0 } }
        func rename(_ rule: inout DateRule?) {
            if rule?.from == .completion(of: old) { rule?.from = .completion(of: new) }
        }
        for index in steps.indices {
            steps[index].waitsFor = renamed(steps[index].waitsFor)
            rename(&steps[index].opens)
            rename(&steps[index].due)
            rename(&steps[index].windowFrom)
        }
        for index in anchors.indices { rename(&anchors[index].fallback) }
        for index in milestones.indices {
            milestones[index].steps = renamed(milestones[index].steps)
        }
        return .step(part(steps[place]), .changed(.id))
    }
}

extension Step {
    fileprivate mutating func edit(_ field: StepField, _ random: inout SeededRandom) {
        switch field {
        case .id, .stage: break
        case .kind: kind = kind == .course ? .rotation : .course
        case .title: title.edit(&random)
        case .text: text.edit(&random)
        case .actors: actors = Party(.allOf, actors.roles + [.hr])
        case .accountable: accountable = Party(.allOf, accountable.roles + [.hr])
        case .confirmers: confirmers = confirmers == nil ? .one(.hr) : nil
        case .opens: opens.edit(&random)
        case .due: due.edit(&random)
        case .window:
            window = Window(from: Offset(days: -40), to: Offset(days: (window?.to.days ?? 0) + 1))
        case .windowFrom: windowFrom.edit(&random)
        case .waitsFor: waitsFor.append(StepID("other-\(random.next())"))
        case .condition: condition = .not(condition)
        case .records: records.append(CompetenceEffect(competence: "c", title: .empty))
        case .learning: learning = learning == .course ? .onTheJob : .course
        case .takes: takes = (takes ?? 30) + 5
        case .reminders: reminders.append(Reminder(Offset(days: random.number(30...90))))
        case .escalation: escalation.append(EscalationRung(grace: Offset(days: 1), to: [.hr]))
        case .agenda: agenda.append(.empty)
        case .questions: questions.append(Question(id: "q", text: .empty))
        case .measurement: measurement = measurement == .baseline ? .later : .baseline
        case .attachments: attachments.append(Attachment(title: .empty, link: "https://a"))
        case .skippableBy: skippableBy.append(.hr)
        case .meeting: meeting = MeetingDetails(minutes: (meeting?.minutes ?? 20) + 1)
        case .occurrence:
            if occurrence != nil {
                occurrence?.number += 100
            } else {
                occurrence = Occurrence(series: "odd-\(id)", number: 1, count: 1)
            }
        case .module: module = (module ?? "m") + "x"
        case .fulfils: fulfils.append("f")
        case .formerIDs: formerIDs.append("never-was")
        }
    }
}

extension LocalizedText {
    fileprivate mutating func edit(_ random: inout SeededRandom) {
        texts[random.pick(Language.shipped) ?? .english, default: ""] += "x"
    }
}

extension DateRule? {
    fileprivate mutating func edit(_ random: inout SeededRandom) {
        switch self {
        case nil: self = .fromFirstDay(days: random.number(0...9))
        case .some(var rule):
            switch random.number(0...2) {
            case 0: rule.offset.months += 1
            case 1: rule.shift = rule.shift == .previous ? .nearest : .previous
            default: rule.from = .anchor("fourth")
            }
            self = rule
        }
    }
}
