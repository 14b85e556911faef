import Support

/// A programme file that a seed decides, with the two talks of Dok. 24 § 13 and other steps around
/// them, and versions of it.
struct RandomProgramme: Sendable {
    struct Step: Sendable {
        var id: String
        /// The lines of its YAML after the first.
        var lines: [String]
    }

    let id: String
    private(set) var steps: [Step] = []
    private var version = 1
    private var made = 0

    static let talkTwoMonths = "talk-two-months"

    init(_ id: String, _ kernel: Kernel) {
        self.id = id
        for _ in 0..<kernel.number(1...5) { addStep(kernel) }
    }

    /// Changes the programme as its owner would: a step comes, goes, or is due on another day.
    mutating func revise(_ kernel: Kernel) {
        version += 1
        switch kernel.number(0...3) {
        case 0 where steps.count > 1: steps.remove(at: kernel.number(0...(steps.count - 1)))
        case 1 where !steps.isEmpty:
            let place = kernel.number(0...(steps.count - 1))
            steps[place].lines.removeAll { $0.hasPrefix("due:") }
            steps[place].lines.append("due: \(Self.date(kernel))")
        case 2 where !steps.isEmpty:
            let place = kernel.number(0...(steps.count - 1))
            let former = steps[place].id
            steps[place].id = "\(id)-renamed-\(version)"
            steps[place].lines.removeAll { $0.hasPrefix("renamed-from:") }
            steps[place].lines.insert("renamed-from: \(former)", at: 0)
        default: addStep(kernel)
        }
    }

    private mutating func addStep(_ kernel: Kernel) {
        made += 1
        var lines = ["kind: \(kernel.pick(["task", "task", "meeting", "message", "talk"]) ?? "")"]
        let isMessage = lines[0] == "kind: message"
        let roles = ["participant", "line-manager", "mentor"]
        let who = kernel.pick(roles) ?? "participant"
        lines.append("who: \(who)")
        lines.append("due: \(Self.date(kernel))")
        if isMessage {
            lines.append("text: { nb: Hei., nn: Hei., en: Hello. }")
        } else {
            if kernel.oneIn(3) {
                lines.append("confirmed-by: { all-of: [participant, line-manager] }")
            }
            if kernel.oneIn(2) {
                lines.append("remind: [{ days: \(kernel.number(0...9)), after: due }]")
            }
            if kernel.oneIn(2) {
                let days = kernel.number(1...8)
                lines.append(
                    "escalate: [{ after: { working-days: \(days) }, to: line-manager }]")
            }
            if kernel.oneIn(2) { lines.append("skippable-by: [line-manager]") }
            if kernel.oneIn(3) { lines.append("opens: { days: 20, before: first-day }") }
        }
        steps.append(Step(id: "\(id)-step-\(made)", lines: lines))
    }

    private static func date(_ kernel: Kernel) -> String {
        let shift = kernel.pick(["next", "previous", "nearest"]) ?? "next"
        switch kernel.number(0...4) {
        case 0: return "{ days: \(kernel.number(1...20)), before: first-day, shift: \(shift) }"
        case 1: return "{ months: \(kernel.number(1...5)), after: first-day, shift: \(shift) }"
        case 2: return "{ days: \(kernel.number(1...20)), after: period, shift: \(shift) }"
        default: return "{ days: \(kernel.number(0...70)), after: first-day, shift: \(shift) }"
        }
    }

    var text: String {
        """
        # Version \(version).
        programme: \(id)
        kind: onboarding
        title: { nb: Program \(id), nn: Program \(id), en: Programme \(id) }
        summary: { nb: En prøve., nn: Ei prøve., en: A trial. }
        sources:
          - title: Dok. 24
            rule: dok24-13
        owner: hr@example.org
        roles:
          mentor:
            required: { days: 14, after: first-day }
            covered-by: line-manager
        anchors:
          first-day:
            title: { nb: Første dag, nn: Første dag, en: First day }
            required: true
          period:
            title: { nb: Periode, nn: Periode, en: Period }
            default: { months: 1, after: first-day }
        stages:
          - stage: only
            title: { nb: Alt, nn: Alt, en: Everything }
            steps:

        """ + Self.talk(Self.talkTwoMonths, months: 2) + steps.map(yaml).joined()
            + Self.talk("talk-five-months", months: 5)
    }

    private func yaml(_ step: Step) -> String {
        let title = "title: { nb: Steg \(step.id), nn: Steg \(step.id), en: Step \(step.id) }"
        return "      - step: \(step.id)\n"
            + ([title] + step.lines).map { "        \($0)\n" }.joined()
    }

    private static func talk(_ id: String, months: Int) -> String {
        """
              - step: \(id)
                kind: talk
                title: { nb: Samtale \(months), nn: Samtale \(months), en: Talk \(months) }
                who: line-manager
                confirmed-by: { all-of: [participant, line-manager] }
                due: { months: \(months), after: first-day }
                window: { from: { days: 14 }, to: { days: 14 } }
                meeting: { at: "09:00", minutes: 45 }
                remind: [{ days: 3, after: due }]
                escalate: [{ after: { working-days: 5 }, to: managers-manager }]

        """
    }
}
