import Engine
import Storage

/// Who has answered in a round, and who has not.
public struct RoundAnswers: Sendable {
    /// An institution, or a school.
    public struct Line: Hashable, Sendable {
        public var id: String
        public var name: String
        /// Whoever is to answer for what is open, by their names.
        public var contacts: [String]
        public var askedAt: Instant?
        /// How many of its wards have answered, of how many; a school is one of one.
        public var answered: Int
        public var all: Int
        public var answeredAt: Instant?
        /// What keeps its wards from more, each once.
        public var obstacles: [PlacementObstacle]
        public var isComplete: Bool { answered == all }
    }

    public var institutions: [Line]
    public var schools: [Line]
    /// How many wards name each obstacle.
    public var obstacles: [(obstacle: PlacementObstacle, wards: Int, texts: [String])]

    public var complete: Int { institutions.count { $0.isComplete } }
    public var completeSchools: Int { schools.count { $0.isComplete } }
}

extension Installation {
    /// Who has answered in a round that somebody coordinates.
    public func placementAnswers(of round: PlacementRound) throws -> RoundAnswers {
        try query { transaction in
            let connection = transaction.connection
            let contents = try RoundContents(
                round, places: RoundReader(round: round.id, transaction: transaction))
            let asks = try connection.all(
                "SELECT \(PlacementAsk.columns) FROM placement_ask k WHERE k.round = ?",
                [.text(round.id)], PlacementAsk.init)
            var names: [PersonID: String] = [:]
            let people = Set(
                contents.wards.compactMap(\.contact) + contents.schools.compactMap(\.contact)
                    + contents.institutions.compactMap(\.contact))
            for person in people {
                names[person] = try transaction.person(person)?.name
            }
            return contents.answers(asks, names)
        }
    }
}

extension RoundContents {
    fileprivate func answers(_ asks: [PlacementAsk], _ names: [PersonID: String]) -> RoundAnswers {
        func asked(_ kind: AskKind, _ people: [PersonID]) -> Instant? {
            asks.filter { $0.kind == kind && people.contains($0.person) }.map(\.askedAt).min()
        }
        let byHouse = Dictionary(grouping: wards, by: \.institution)
        let houses = institutions.map { house in
            let own = byHouse[house.id] ?? []
            let open = own.filter { $0.answeredAt == nil }
            let people = Set((open.isEmpty ? own : open).compactMap { $0.contact ?? house.contact })
                .sorted()
            return RoundAnswers.Line(
                id: house.id, name: house.name, contacts: people.compactMap { names[$0] },
                askedAt: asked(.offers, people), answered: own.count - open.count, all: own.count,
                answeredAt: own.compactMap(\.answeredAt).max(),
                obstacles: PlacementObstacle.allCases.filter { each in
                    own.contains { $0.obstacle == each }
                })
        }
        let senders = schools.map { school in
            let people = [school.contact].compactMap { $0 }
            return RoundAnswers.Line(
                id: school.id, name: school.name, contacts: people.compactMap { names[$0] },
                askedAt: asked(.needs, people), answered: school.answeredAt == nil ? 0 : 1, all: 1,
                answeredAt: school.answeredAt, obstacles: [])
        }
        return RoundAnswers(
            institutions: houses, schools: senders,
            obstacles: PlacementObstacle.allCases.compactMap { each in
                let named = wards.filter { $0.obstacle == each }
                return named.isEmpty
                    ? nil : (each, named.count, named.compactMap(\.obstacleText))
            })
    }
}
