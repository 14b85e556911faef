import CivilCalendar
import Engine
import Foundation
import Operations
import Placements
import Support

@testable import Web

/// The pages of what comes after an allocation, for the tests in a real browser.
func placedPages(
    _ placing: PlacingWorld, _ language: Language
) async throws -> [[String: String]] {
    let world = placing.world
    let draft = try await placing.published()
    for person in ["jon", "st-s1", "st-s3", "su-v3", "leader"] as [PersonID] {
        try await world.speak(language, person)
    }
    let swap = try await placing.installation.askSwap(in: placing.round, by: "st-s1")
    let round = try need(try placing.installation.placementRound(placing.round, for: "jon"))
    let publication = try need(try placing.installation.publications(of: round).first).id
    func page(_ name: String, _ path: String, _ person: PersonID) throws -> [String: String] {
        ["name": "placed-\(name)", "path": path, "cookie": try world.cookie(person)]
    }
    let absence = "/me/students/\(placing.round)/v3/absence"
    let mentors = Repository.url("Workflows/trondheim-mentor.yaml").path
    _ = try await placing.installation.publish(try need(ProgrammeSource(path: mentors)))
    _ = try await placing.installation.enrol(
        EnrolRequest(
            participant: "amina", programme: "trondheim-mentor",
            anchors: ["first-day": need(CivilDay("2026-03-02"))]), by: .operatorCommand)
    var proposal = try page("mentors-proposal", "/mentors", "leader")
    proposal["form"] = "/mentors"
    proposal["fields"] = """
        {"newcomers": "amina@example.org; nurse; D", "mentors": "nils@example.org; nurse; 1; D"}
        """
    return try [
        page("mentors", "/mentors", "leader"), proposal,
        page("publish", "\(placing.path)/drafts/\(draft)/publish", "jon"),
        page("publication", "\(placing.path)/publications/\(publication)", "jon"),
        page("published", "\(placing.path)/published", "jon"),
        page("board-published", placing.path, "jon"),
        page("ward-published", "\(placing.path)/wards/w2", "jon"),
        page("afterwards", "\(placing.path)/afterwards", "jon"),
        page("tutors", "\(placing.path)/tutors", "jon"),
        page("round-swaps", "\(placing.path)/swaps", "jon"),
        page("own", "/me/placements", "st-s1"), page("me", "/me", "st-s1"),
        page("swap-first", "/me/swaps/\(swap)", "st-s1"),
        page("swap-second", "/me/swaps/\(swap)", "st-s3"),
        page("students-followed", "/me/students", "leader"),
        page("students", "/me/students", "su-v3"), page("absence-ask", absence, "su-v3"),
        page("absence", "\(absence)?first=2026-09-01&last=2026-09-11", "su-v3"),
    ]
}
