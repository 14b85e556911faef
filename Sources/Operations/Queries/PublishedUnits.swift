/// Of which units the answers to a question may be shown, so that nobody can tell what fewer than
/// five people answered: not from one page, and not by taking one page from another.
///
/// What is shown of a unit is about all below it too. Shown are a unit's answers where they are
/// from at least five people, and where what they leave of the answers of the unit above is from
/// nobody or from at least five. So whoever adds and subtracts what is shown never comes below
/// five. It is decided from the top of the tree, larger units first, and is the same for every
/// reader.
public struct PublishedUnits: Hashable, Sendable {
    /// The units whose answers may be shown.
    public private(set) var units: Set<String> = []

    /// - Parameters:
    ///   - answers: The unit of each answer and who gave it.
    ///   - parents: The unit above each unit that is not a top.
    public init(answers: [(unit: String, person: String)], parents: [String: String]) {
        var below: [String: People] = [:]
        for answer in answers {
            for unit in Self.line(to: answer.unit, parents) {
                below[unit, default: People()].add(answer.person)
            }
        }
        let depths = below.keys.reduce(into: [:]) { $0[$1] = Self.line(to: $1, parents).count }
        let order = below.sorted { one, other in
            let (first, second) = (depths[one.key] ?? 0, depths[other.key] ?? 0)
            if first != second { return first < second }
            if one.value.number != other.value.number {
                return one.value.number > other.value.number
            }
            return one.key < other.key
        }
        // What is left of each shown unit beside the shown units below it.
        var rest: [String: People] = [:]
        for (unit, people) in order where people.number >= SuppressedTable.smallest {
            let above = Self.line(to: unit, parents).dropFirst().first { units.contains($0) }
            if let above {
                var remaining = rest[above] ?? People()
                remaining.remove(people)
                guard remaining.number == 0 || remaining.number >= SuppressedTable.smallest else {
                    continue
                }
                rest[above] = remaining
            }
            units.insert(unit)
            rest[unit] = people
        }
    }

    /// The unit and those above it, up to the top.
    private static func line(to unit: String, _ parents: [String: String]) -> [String] {
        var line = [unit]
        while let parent = line.last.flatMap({ parents[$0] }), line.count < 32 {
            line.append(parent)
        }
        return line
    }

    /// Who gave some answers, and how many each.
    private struct People {
        private var answers: [String: Int] = [:]

        /// How many people they are.
        var number: Int { answers.count }

        mutating func add(_ person: String) { answers[person, default: 0] += 1 }

        mutating func remove(_ others: People) {
            for (person, count) in others.answers {
                let left = (answers[person] ?? 0) - count
                answers[person] = left > 0 ? left : nil
            }
        }
    }
}
