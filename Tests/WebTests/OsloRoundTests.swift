import Engine
import Foundation
import Placements
import Support
import Testing

@testable import Operations
@testable import Web

/// The large demonstration's round of placements: 40 institutions and 1 300 students, allocated,
/// looked at and published as a coordinator does it.
@Suite struct OsloRoundTests {
    @Test("Oslo's round is loaded, allocated, seen on its board and published to every student")
    func oslo() async throws {
        let world = try await WebWorld(now: "2026-11-02T07:30")
        let installation = world.installation
        for year in 1...3 {
            let file = Repository.url("Workflows/nursing-placement-year-\(year).yaml").path
            _ = try need(
                try await installation.publish(try need(ProgrammeSource(path: file))).version)
        }
        var people = "id,name,email,unit,language\ncoordinator,Jon Fjeld,jon@oslo.example,city,nb\n"
        var units = "id,name,kind,parent,manager,placement-coordinator\n"
        units += "city,Helse og omsorg,agency,,director,coordinator\n"
        for number in 1...40 {
            people += "leader-i\(number),Leder \(number),l\(number)@oslo.example,i\(number),nb\n"
            units += "i\(number),Sykehjem \(number),institution,city,leader-i\(number),\n"
        }
        // Each of the two names the other: both are written at once.
        let report = try await installation.importTables(
            [
                ImportTable(kind: .units, file: "units.csv", bytes: Array(units.utf8)),
                ImportTable(kind: .people, file: "people.csv", bytes: Array(people.utf8)),
            ], dryRun: false)
        #expect(report.isApplied)
        try await installation.loadPlacements(.oslo)
        let rounds = try installation.placementRounds(for: "coordinator")
        let published = try need(rounds.first { $0.status == .published })
        #expect(published.name == "2026/2027")
        #expect(try installation.publications(of: published).map(\.isFinished) == [true])
        #expect(try !installation.assignments(of: published).isEmpty)
        let round = try need(rounds.first { $0.status == .collecting })
        #expect(round.name == "2027/2028")
        let draft = try await installation.startDraft(
            of: round.id, method: .serial, profile: .wishesFirst, timeLimit: 60,
            by: "coordinator")
        try await installation.continueDraft(draft)
        let made = try need(try installation.placementDraft(draft, of: round))
        #expect(made.status == .done)
        #expect(made.students == 1_300)
        let placed = try need(made.placed)
        #expect(placed > 600)
        let jon = try await world.browser("coordinator")
        let path = "/placements/\(round.id)"
        let board = try await jon.get("\(path)?draft=\(draft)")
        #expect(board.status == 200)
        #expect(board.text.contains("38 av 40"))
        #expect(board.text.utf8.count < 200_000)
        for page in ["/students", "/load", "/answers", "/drafts/\(draft)", "/afterwards"] {
            let answer = try await jon.get(path + page)
            #expect(answer.status == 200, "\(page)")
            #expect(answer.text.utf8.count < 200_000, "\(page)")
        }
        let publish = "\(path)/drafts/\(draft)/publish"
        let sent = try await jon.submit(try await jon.get(publish), to: publish)
        #expect(sent.status == 303)
        while let open = try installation.unfinishedPublication() {
            try await installation.continuePublication(open)
        }
        let publication = try need(try installation.publications(of: round).first)
        #expect(publication.total == placed)
        #expect(publication.done == placed)
        let assignment = try need(try installation.assignments(of: round).first)
        let enrolment = try installation.enrolment(try need(assignment.enrolment)).enrolment
        #expect(enrolment.roles[.lineManager]?.rawValue.hasPrefix("leader-i") == true)
        let student = try await world.browser(try need(enrolment.roles[.participant]))
        let own = try await student.get("/me/placements")
        #expect(own.status == 200)
        #expect(own.text.contains("id=\"why\""))
        #expect(try await jon.get(sent["location"] ?? "").text.contains("\(placed)"))
    }
}
