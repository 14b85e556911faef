import Engine
import Foundation
import Operations
import Placements
import Storage
import Support

/// A round whose students and supervisors are people, with the shipped placement programmes.
struct PublishingWorld {
    let placing: PlacingWorld

    var installation: Installation { placing.installation }
    var world: World { placing.world }
    var round: String { placing.round }

    init(now: String = "2026-11-02T07:30", instance: String = "s164-1") async throws {
        placing = try await PlacingWorld(now: now, instance: instance)
        for year in 1...3 { try await world.publish("nursing-placement-year-\(year)") }
        let contents = try placing.contents()
        var rows = ["id,name,email,private-email,language,unit,digest"]
        rows.append("tutor,Tuva Lærer,tuva@example.org,,nn,city,")
        for student in contents.students {
            rows.append("st-\(student.id),Student \(student.id),\(student.id)@school.example,,nb,,")
        }
        for supervisor in contents.supervisors {
            rows.append("su-\(supervisor.id),Veileder \(supervisor.id),,,nb,home,")
        }
        let report = try await world.importText(people: rows.joined(separator: "\n"))
        if !report.isApplied { throw World.Missing() }
        try await installation.database.write { connection in
            try connection.run("UPDATE placement_student SET person = 'st-' || id", [])
            try connection.run("UPDATE placement_supervisor SET person = 'su-' || id", [])
            try connection.run("UPDATE placement_ward SET unit = 'home'", [])
        }
        for group in try installation.tutors(of: contents.round) {
            try await installation.setTutor(
                "tutor", school: group.school, profession: group.profession, year: group.year,
                in: round, by: "jon")
        }
    }

    func known() throws -> PlacementRound {
        try World.need(try installation.placementRound(round, for: "jon"))
    }

    /// A finished draft.
    func draft(
        _ method: AllocationMethod = .serial, base: String? = nil
    ) async throws -> String {
        let id = try await installation.startDraft(
            of: round, method: method, profile: .wishesFirst, timeLimit: 60, base: base,
            by: "jon")
        try await installation.continueDraft(id)
        return id
    }

    func difference(_ draft: String) throws -> PlaceDifference {
        let round = try known()
        let draft = try World.need(try installation.placementDraft(draft, of: round))
        return try World.need(try installation.difference(publishing: draft, of: round))
    }

    @discardableResult
    func publish(_ draft: String, reason: String = "") async throws -> PlacementPublication {
        let id = try await installation.publishPlacements(
            draft, of: round, reason: reason, by: "jon")
        return try await finish(id)
    }

    func finish(_ publication: String) async throws -> PlacementPublication {
        while true {
            let found = try await installation.continuePublication(publication)
            if found.isFinished { return found }
        }
    }

    func count(_ sql: String) throws -> Int {
        try installation.database.read { try $0.count(sql, []) }
    }

    func texts(_ sql: String) throws -> [String] {
        try installation.database.read { try $0.all(sql, []) { $0.text(0) } }
    }
}
