import Engine
import Foundation
import JSONText
import Operations
import Placements
import Support

/// Two municipalities in one installation, each with a coordinator, and a round in the first.
struct PlacingWorld {
    let world: World
    let round: String

    var installation: Installation { world.installation }

    /// - Parameter instance: The reference instance whose tables the round has; none where nil.
    init(now: String = "2027-03-01T07:30", instance: String? = "s164-1") async throws {
        world = try World(now: now)
        let report = try await world.importText(
            units: """
                id,name,kind,parent,manager,hr,placement-coordinator
                city,Solbakken kommune,municipality,,,,jon
                home,Solbakken sykehjem,institution,city,leader,,
                other,Fjordvik kommune,municipality,,,,eva
                """,
            people: """
                id,name,email,private-email,language,unit,digest
                jon,Jon Fjeld,jon@example.org,,nb,city,
                leader,Kari Berge,kari@example.org,,nb,home,
                eva,Eva Dahl,eva@example.org,,nb,other,
                """)
        if !report.isApplied { throw World.Missing() }
        round = try await world.installation.createRound(
            "Studieåret 2027/2028", in: "city",
            deadlines: World.need(.usual(autumnOf: 2027)), seed: 1, by: "jon")
        if let instance {
            let found = try await world.installation.importTables(
                Self.tables(instance), into: round, by: "jon", dryRun: false)
            if !found.errors.isEmpty { throw World.Missing() }
        }
    }

    static func json(_ name: String) throws -> JSON {
        let url = Repository.url("Tests/PlacementsTests/Fixtures/\(name).json")
        return try World.need(JSON(String(contentsOf: url, encoding: .utf8)))
    }

    static func tables(_ name: String) throws -> [PlacementTable] {
        PlacementExport.tables(try json(name))
    }

    /// A table from text with commas.
    static func table(_ name: String, _ text: String) throws -> PlacementTable {
        let table = try CSVTable(Array(text.utf8))
        return PlacementTable(
            name: name, header: table.header,
            rows: table.rows.map { .init(line: $0.number, fields: $0.fields) })
    }

    @discardableResult
    func write(
        _ name: String, _ text: String, by person: PersonID = "jon"
    ) async throws -> RoundImportReport {
        try await installation.importTables(
            [Self.table(name, text)], into: round, by: person, dryRun: false)
    }

    func contents() throws -> RoundContents {
        try World.need(try installation.placementContents(round, for: "jon"))
    }
}
