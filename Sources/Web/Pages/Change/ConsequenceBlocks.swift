import Engine
import Operations
import Wording

/// What a change brings about, as a page shows it: by heading, in sentences.
struct ConsequenceBlocks {
    let consequences: [Consequences]
    /// The plan before the change.
    let plan: Programme
    /// The version that is followed afterwards, where it is another.
    var next: Programme?
    let names: PersonNames
    let wording: Wording
    /// Whether more follows by itself on a later day.
    var goesOnLater = false
    /// Whether each person who is told stands there once, with all that they are told.
    var joinsNotices = false

    var values: Values {
        var sentences: [ConsequenceLine.Heading: [String]] = [:]
        for line in lines { sentences[line.heading, default: []].append(line.sentence) }
        if joinsNotices, sentences[.notice] != nil {
            sentences[.notice] = wording.notices(
                consequences.map { ($0, after($0, next ?? plan)) }, names: names.name,
                former: plan)
        }
        var values: Values = [
            "blocks": ConsequenceLine.Heading.allCases.compactMap { heading -> Values? in
                guard heading != .kept, let lines = sentences[heading] else { return nil }
                return ["heading": wording.heading(heading), "lines": lines]
            }
        ]
        if let kept = sentences[.kept] {
            values["kept"] = ["heading": wording.heading(.kept), "lines": kept] as Values
        }
        if sentences.keys.allSatisfy({ $0 == .kept }) { values["nothing"] = nothing }
        return values
    }

    private var nothing: String {
        wording.text(goesOnLater ? "page.change.cover-later" : "page.change.nothing-else")
    }

    /// All sentences, in the order of their headings.
    var lines: [ConsequenceLine] {
        consequences.flatMap { part in
            wording.consequences(
                part, names: names.name, plan: after(part, next ?? plan), former: plan)
        }
    }

    /// The plan with the titles of the steps that come in.
    private func after(_ part: Consequences, _ plan: Programme) -> Programme {
        let new = part.lines.filter { $0.kind == .added && plan.step($0.step) == nil }
        if new.isEmpty { return plan }
        return plan.with(
            steps: plan.steps
                + new.map {
                    Step(
                        id: $0.step, stage: "", kind: .task, title: $0.title,
                        actors: Party(.anyOf, []))
                })
    }
}

/// The names of people, each read when it is first asked for.
final class PersonNames {
    private let installation: Installation
    private var known: [PersonID: String] = [:]

    init(_ installation: Installation) {
        self.installation = installation
    }

    func name(_ person: PersonID) -> String {
        if let name = known[person] { return name }
        // Whoever has been erased has no name any more; the sentence says the rest.
        let card = try? installation.person(person)
        let name = card?.name ?? "–"
        known[person] = name
        return name
    }
}
