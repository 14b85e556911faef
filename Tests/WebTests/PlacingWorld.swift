import Engine
import Foundation
import Operations
import Placements
import Support

@testable import Web

/// A municipality with a placement coordinator, its neighbour with another, and a small round.
struct PlacingWorld {
    let world: WebWorld
    let round: String

    var installation: Installation { world.installation }
    var path: String { "/placements/\(round)" }

    static let tables = [
        (
            "periods",
            """
            id,from,to,season
            H1,2026-W34,2026-W41,autumn
            V1,2027-W03,2027-W10,spring
            """
        ),
        (
            "schools",
            """
            id,name,contact
            nord,Nordli fagskole,nord@skole.example
            vest,Vestmark <universitet>,vest@skole.example
            """
        ),
        (
            "institutions",
            """
            id,name,unit,contact
            i1,Solbakken sykehjem,,berit@solbakken.example
            i2,Furulia & Co,,frank@furulia.example
            """
        ),
        (
            "wards",
            """
            id,institution,name,field,model,contact
            w1,i1,Avdeling Bjørk,langtid,single,
            w2,i1,Avdeling Rogn,demens,tospann,
            w3,i2,Avdeling Eik,korttid,single,
            """
        ),
        (
            "cells",
            """
            ward,profession,year,period,capacity
            w1,sykepleie,1,H1,2
            w1,sykepleie,2,V1,1
            w2,sykepleie,1,H1,2
            """
        ),
        (
            "supervisors",
            """
            id,ward,name,profession,trained,years,periods,max_students,load_weeks
            v1,w1,Anne Lie,sykepleie,yes,1|2|3,H1|V1,1,8
            v2,w1,Per Moen,sykepleie,no,1|2,H1,1,
            v3,w2,Gro Berg,sykepleie,yes,1|2|3,H1,2,
            v4,w3,Nils Vik,sykepleie,yes,1|2|3,H1|V1,1,
            """
        ),
        (
            "agreements",
            """
            school,institution,profession,max_per_period,max_total
            nord,i1,sykepleie,3,
            vest,i1,sykepleie,2,
            vest,i2,sykepleie,2,
            """
        ),
        (
            "travel",
            """
            zone,institution,transit,car
            z1,i1,20,10
            z1,i2,50,25
            """
        ),
        (
            "students",
            """
            id,name,school,profession,year,periods,zone,priority,grounds,lottery
            s1,Ada <Berg>,nord,sykepleie,1,H1,z1,yes,Aleneomsorg,1
            s2,Bo Dahl,nord,sykepleie,1,H1,z1,no,,2
            s3,Cecilie Elv,vest,sykepleie,1,H1,z1,no,,3
            s4,David Foss,vest,sykepleie,2,V1,z1,no,,4
            s5,Eli Gran,vest,sykepleie,3,V1,z1,no,,5
            """
        ),
        (
            "wishes",
            """
            student,rank,ward,institution
            s1,1,w2,
            s2,1,w2,
            s3,1,,i2
            s3,2,w1,
            """
        ),
    ]

    /// - Parameter now: Before the schools' deadline.
    init(now: String = "2026-02-16T07:30") async throws {
        world = try await WebWorld(now: now)
        for name in ["placement-capacity-request", "placement-needs-request"] {
            let file = Repository.url("Workflows/\(name).yaml").path
            _ = try need(
                try await world.installation.publish(try need(ProgrammeSource(path: file)))
                    .version)
        }
        try await world.load(
            .people,
            """
            id,name,email,unit,language
            jon,Jon Fjeld,jon@example.org,,nb
            eva-b,Eva Berg,eva-b@example.org,,nb

            """)
        try await world.load(
            .units,
            """
            id,name,kind,placement-coordinator
            solbakken,Solbakken kommune,municipality,jon
            fjordvik,Fjordvik kommune,municipality,eva-b

            """)
        round = try await world.installation.createRound(
            "Studieåret 2026/2027", in: "solbakken",
            deadlines: need(.usual(autumnOf: 2026)), seed: 1, by: "jon")
        let report = try await world.installation.importTables(
            Self.tables.map { try Self.table($0.0, $0.1) }, into: round, by: "jon", dryRun: false)
        if !report.errors.isEmpty { throw Missing() }
    }

    static func table(_ name: String, _ text: String) throws -> PlacementTable {
        let table = try CSVTable(Array(text.utf8))
        return PlacementTable(
            name: name, header: table.header,
            rows: table.rows.map { .init(line: $0.number, fields: $0.fields) })
    }

    /// A draft that is done.
    func draft(
        _ method: AllocationMethod = .optimal, _ profile: AllocationProfile = .wishesFirst
    ) async throws -> String {
        let id = try await installation.startDraft(
            of: round, method: method, profile: profile, timeLimit: 60, by: "jon")
        try await installation.continueDraft(id)
        return id
    }
}
