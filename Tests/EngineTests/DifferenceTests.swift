import CivilCalendar
import Engine
import Support
import Testing

@Suite struct DifferenceTests {
    @Test("A programme does not differ from itself")
    func same() {
        for seed in 0..<2_000 {
            var random = SeededRandom(seed: UInt64(seed))
            let programme = DraftProgramme(&random).programme
            #expect(ProgrammeDifference(from: programme, to: programme).isEmpty)
        }
    }

    @Test("One edit of anything is that one change, and nothing else")
    func singleEdits() {
        var seen: Set<String> = []
        for seed in 0..<40_000 {
            var random = SeededRandom(seed: UInt64(seed))
            let old = DraftProgramme(&random)
            var new = old
            guard let expected = new.edit(&random) else { continue }
            let difference = ProgrammeDifference(from: old.programme, to: new.programme)
            let changes = difference.changes.map(ChangeKind.init)
            if changes != [ChangeKind(expected)] {
                Issue.record("seed \(seed): \(expected) is told as \(difference.changes)")
                return
            }
            seen.insert(ChangeKind(expected).kind)
            let back = ProgrammeDifference(from: new.programme, to: old.programme)
            let mirrored = Set(back.changes.map(ChangeKind.init))
            let wanted = Set(ChangeKind(expected).mirrored(oldID: difference))
            // Back from a rename, what referred to the step refers to another one.
            let isRight =
                difference.renamed.isEmpty ? mirrored == wanted : mirrored.isSuperset(of: wanted)
            if !isRight {
                Issue.record("seed \(seed): back from \(expected) is told as \(back.changes)")
                return
            }
        }
        #expect(seen.isSuperset(of: ChangeKind.all), "\(ChangeKind.all.subtracting(seen))")
    }

    @Test("Many edits leave no difference only where they leave none")
    func manyEdits() {
        for seed in 0..<5_000 {
            var random = SeededRandom(seed: UInt64(seed))
            let old = DraftProgramme(&random)
            var new = old
            for _ in 0..<random.number(1...6) { _ = new.edit(&random) }
            let (one, other) = (old.programme, new.programme)
            let forth = ProgrammeDifference(from: one, to: other)
            let back = ProgrammeDifference(from: other, to: one)
            #expect(forth.isEmpty == (one == other), "seed \(seed)")
            #expect(back.isEmpty == (one == other), "seed \(seed)")
            guard forth.renamed.isEmpty, back.renamed.isEmpty else { continue }
            func count(_ difference: ProgrammeDifference, _ kind: String) -> Int {
                difference.changes.map { ChangeKind($0).kind }.filter { $0 == kind }.count
            }
            #expect(count(forth, "step added") == count(back, "step dropped"), "seed \(seed)")
            #expect(count(forth, "step dropped") == count(back, "step added"), "seed \(seed)")
        }
    }

    @Test("No field of any part is forgotten")
    func everyField() {
        func labels(_ value: Any) -> Set<String> {
            Set(Mirror(reflecting: value).children.compactMap(\.label))
        }
        var random = SeededRandom(seed: 1)
        let draft = DraftProgramme(&random)
        #expect(labels(draft.steps[0]).count == StepField.allCases.count)
        // The id of the others is what tells them apart.
        #expect(labels(draft.roles[0]).count - 1 == RoleField.allCases.count)
        #expect(labels(draft.anchors[0]).count - 1 == AnchorField.allCases.count)
        #expect(labels(draft.facts[0]).count - 1 == FactField.allCases.count)
        #expect(labels(draft.stages[0]).count - 1 == StageField.allCases.count)
        #expect(labels(draft.milestones[0]).count - 1 == MilestoneField.allCases.count)
        #expect(labels(SendingRules()).count == 4)
        // Six lists of parts, the sending rules and four tables that follow from the steps.
        #expect(
            labels(draft.programme).count - 6 - 1 - 4 + 3 == ProgrammeField.allCases.count)
    }

    @Test("What is dropped stands where it stood, and the rest in the order of the plan")
    func order() {
        let old = programme(["a", "b", "c", "d"].map { step(StepID($0)) })
        var changed = step("d")
        changed.kind = .reading
        let new = programme([step("a"), step("new"), step("c"), changed, step("last")])
        #expect(
            ProgrammeDifference(from: old, to: new).changes == [
                .step(.step("new"), .added), .step(.step("b"), .dropped),
                .step(.step("d"), .changed(.kind)), .step(.step("last"), .added),
            ])
    }

    @Test("A rename is one change: what refers to the step is the same")
    func rename() {
        let old = programme([
            step("talk-2m", .talk), step("plan") { $0.waitsFor = ["talk-2m"] },
            step("later") { $0.due = .after("talk-2m", days: 7) },
        ])
        let new = programme([
            step("first-talk", .talk) { $0.formerIDs = ["talk-2m"] },
            step("plan") { $0.waitsFor = ["first-talk"] },
            step("later") { $0.due = .after("first-talk", days: 7) },
        ])
        let difference = ProgrammeDifference(from: old, to: new)
        #expect(difference.changes == [.step(.step("first-talk"), .changed(.id))])
        #expect(difference.renamed == ["talk-2m": "first-talk"])
        #expect(difference.former(.step("first-talk")) == .step("talk-2m"))
    }

    @Test("Two steps that become one: the second is told as merged, not as dropped")
    func merge() {
        let old = programme([step("a"), step("b"), step("c") { $0.waitsFor = ["a", "b"] }])
        let new = programme([
            step("both") { $0.formerIDs = ["a", "b"] }, step("c") { $0.waitsFor = ["both"] },
        ])
        #expect(
            ProgrammeDifference(from: old, to: new).changes == [
                .step(.step("both"), .changed(.id)), .merged(.step("b"), into: .step("both")),
            ])
    }

    @Test("A series is told as one: renamed, with another rhythm and other numbers")
    func series() {
        let old = programme(repeated("weekly", days: 7, times: 12))
        let slower = programme(repeated("weekly", days: 14, times: 6))
        #expect(
            ProgrammeDifference(from: old, to: slower).changes == [
                .step(.series("weekly"), .changed(.due)),
                .step(.series("weekly"), .changed(.occurrence)),
            ])
        let renamed = programme(repeated("meeting", days: 7, times: 12, former: "weekly"))
        let difference = ProgrammeDifference(from: old, to: renamed)
        #expect(difference.changes == [.step(.series("meeting"), .changed(.id))])
        #expect(difference.former(.series("meeting")) == .series("weekly"))
        #expect(
            ProgrammeDifference(from: programme([step("a")]), to: programme([step("a")])).isEmpty)
        #expect(
            ProgrammeDifference(
                from: programme([step("a")] + repeated("weekly", days: 7, times: 3)),
                to: programme([step("a")])
            ).changes == [.step(.series("weekly"), .dropped)])
    }
}

func repeated(_ id: String, days: Int, times: Int, former: String? = nil) -> [Step] {
    (1...times).map { number in
        step(StepID("\(id)-\(number)"), .meeting) {
            $0.due = .fromFirstDay(days: days * number)
            $0.occurrence = Occurrence(series: id, number: number, count: times)
            $0.formerIDs = former.map { [StepID("\($0)-\(number)")] } ?? []
        }
    }
}

/// What a change is, without which of several steps it is told of.
private struct ChangeKind: Hashable {
    let kind: String
    /// The part, except where either of two could be said to have moved.
    let part: String?

    init(_ change: ProgrammeChange) {
        switch change {
        case .programme(let field): self.init("programme \(field.rawValue)", nil)
        case .role(let id, let change): self.init("role", "\(id)", change)
        case .anchor(let id, let change): self.init("anchor", "\(id)", change)
        case .fact(let id, let change): self.init("fact", "\(id)", change)
        case .stage(let id, let change): self.init("stage", id, change)
        case .step(let part, let change): self.init("step", "\(part)", change)
        case .merged(let part, _): self.init("step merged", "\(part)")
        case .milestone(let id, let change): self.init("milestone", id, change)
        }
    }

    private init(_ kind: String, _ part: String?) {
        self.kind = kind
        self.part = part
    }

    private init<Field: RawRepresentable<String>>(
        _ what: String, _ part: String, _ change: PartChange<Field>
    ) {
        switch change {
        case .added: self.init("\(what) added", part)
        case .dropped: self.init("\(what) dropped", part)
        case .moved: self.init("\(what) moved", nil)
        case .changed(let field): self.init("\(what) \(field.rawValue)", part)
        }
    }

    /// What the same is, seen from the other side.
    func mirrored(oldID difference: ProgrammeDifference) -> [ChangeKind] {
        if kind == "step id" {
            // Only the newer version knows of a rename.
            guard let (old, new) = difference.renamed.first else { return [] }
            if let series = difference.to.step(new)?.occurrence?.series {
                return [ChangeKind(.step(.series(series), .changed(.occurrence)))]
            }
            return [
                ChangeKind(.step(.step(old), .added)), ChangeKind(.step(.step(new), .dropped)),
            ]
        }
        if kind.hasSuffix("added") { return [ChangeKind("\(kind.dropLast(5))dropped", part)] }
        if kind.hasSuffix("dropped") { return [ChangeKind("\(kind.dropLast(7))added", part)] }
        return [self]
    }

    static var all: Set<String> {
        func kinds<Field: RawRepresentable<String> & CaseIterable>(
            _ what: String, _: Field.Type
        ) -> [String] {
            ["added", "dropped", "moved"].map { "\(what) \($0)" }
                + Field.allCases.map { "\(what) \($0.rawValue)" }
        }
        return Set(
            ProgrammeField.allCases.map { "programme \($0.rawValue)" }
                + kinds("role", RoleField.self) + kinds("anchor", AnchorField.self)
                + kinds("fact", FactField.self) + kinds("stage", StageField.self)
                + kinds("step", StepField.self) + kinds("milestone", MilestoneField.self))
    }
}
