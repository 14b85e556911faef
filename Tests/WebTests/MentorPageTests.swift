import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

/// Mentors for newcomers, from the page to what the newcomers' programmes then say.
@Suite struct MentorPageTests {
    private static let newcomers = "amina@example.org; nurse; D|E\nodd@example.org; nurse; N"

    /// Amina and Odd begin the mentor programme without a mentor; Kari leads both.
    private func world() async throws -> (WebWorld, [PersonID: EnrolmentID]) {
        let world = try await WebWorld()
        let file = Repository.url("Workflows/trondheim-mentor.yaml").path
        _ = try need(try await world.installation.publish(try need(ProgrammeSource(path: file))))
        var enrolments: [PersonID: EnrolmentID] = [:]
        for person in ["amina", "odd"] as [PersonID] {
            enrolments[person] = try await world.installation.enrol(
                EnrolRequest(
                    participant: person, programme: "trondheim-mentor",
                    anchors: ["first-day": need(CivilDay("2026-03-02"))]), by: .operatorCommand)
        }
        return (world, enrolments)
    }

    private func mentor(_ world: WebWorld, _ id: EnrolmentID?) throws -> PersonID? {
        try world.installation.enrolment(try need(id)).enrolment.roles[.mentor]
    }

    @Test("A proposal is shown and changes nothing; what is chosen of it is done once")
    func proposal() async throws {
        let (world, enrolments) = try await world()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/mentors")
        #expect(page.status == 200)
        #expect(page.readable.contains("amina@example.org; ; D"))
        expectGolden(page.stable, "nb/mentors.html")
        let lines = [
            "newcomers": Self.newcomers,
            // The leader is nobody's mentor here, whatever is written; the buddy has one place.
            "mentors": "kari@example.org; nurse; 5; D|E|N\nnils@example.org; nurse; 1; D|N",
        ]
        let shown = try await leader.submit(page, to: "/mentors", lines)
        #expect(shown.status == 200)
        let stable = enrolments.values.reduce(shown.stable) {
            $0.replacing($1.rawValue, with: "ENROLMENT")
        }
        expectGolden(stable, "nb/mentors-proposal.html")
        #expect(shown.readable.contains("Nils Moen er mentor for"))
        #expect(shown.readable.contains("Bevist"))
        #expect(try enrolments.values.allSatisfy { try mentor(world, $0) == nil })
        // One of the two has nobody, and it is said why.
        #expect(shown.readable.contains("er egen leder"))
        let both = try await leader.submit(
            page, to: "/mentors",
            lines.merging(["mentors": "nils@example.org; nurse; 2; D|N"]) { $1 })
        var form = try need(both.form("/mentors/given"))
        for match in both.text.matches(of: #/name="(take\.[^"]+)" value="([^"]+)"/#) {
            form[String(match.output.1)] = String(match.output.2)
        }
        #expect(form.keys.count { $0.hasPrefix("take.") } == 2)
        let given = try await leader.post("/mentors/given", form)
        #expect(given.status == 303)
        for id in enrolments.values { #expect(try mentor(world, id) == "buddy") }
        // Sent twice it is done once: the two have mentors, and their lines are no newcomers' now.
        let events = try world.installation.enrolment(try need(enrolments["amina"]))
            .enrolment.eventCount
        _ = try await leader.post("/mentors/given", form)
        #expect(
            try world.installation.enrolment(try need(enrolments["amina"])).enrolment.eventCount
                == events)
        #expect(try await leader.get("/mentors").text.contains("har en mentor"))
    }

    @Test("Pairs that are decided come first; one that cannot be is refused by its names")
    func pairs() async throws {
        let (world, _) = try await world()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/mentors")
        let lines = [
            "newcomers": Self.newcomers,
            "mentors": "nils@example.org; nurse; 1; D|N\nsol@example.org; nurse; 2; D|E|N",
            "pairs": "odd@example.org; nils@example.org",
        ]
        let shown = try await leader.submit(page, to: "/mentors", lines)
        #expect(shown.readable.contains("Nils Moen er mentor for Odd"))
        #expect(shown.readable.contains("Sol Strand er mentor for Amina Yusuf"))
        let wrong = try await leader.submit(
            page, to: "/mentors",
            lines.merging(["mentors": "nils@example.org; doctor; 1; D|N"]) { $1 })
        #expect(wrong.status == 422)
        #expect(wrong.readable.contains("Nils Moen"))
    }

    @Test(
        "A line that cannot be read is told with its number, and stays as it was written",
        arguments: [
            ("newcomers", "ingen@example.org; nurse; D"), ("newcomers", "nils@example.org; a; D"),
            ("newcomers", "amina@example.org; ; D"), ("newcomers", "amina@example.org; nurse"),
            ("mentors", "nils@example.org; nurse; mange; D"), ("mentors", "; nurse; 1; D"),
            ("pairs", "amina@example.org"),
        ])
    func faults(part: String, line: String) async throws {
        let (world, _) = try await world()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/mentors")
        let written = [
            "newcomers": "odd@example.org; nurse; N", "mentors": "nils@example.org; nurse; 1; N",
            "pairs": "odd@example.org; nils@example.org",
        ]
        let answer = try await leader.submit(
            page, to: "/mentors",
            written.merging([part: "\(written[part] ?? "")\n\(line)"]) { $1 })
        #expect(answer.status == 422)
        #expect(answer.readable.contains("Linje 2:"))
        #expect(answer.readable.contains(line))
        #expect(answer.text.contains("id=\"mentors-\(part)-fault\""))
    }

    @Test("Nobody sees or gives away newcomers whom they neither lead nor are HR for")
    func access() async throws {
        let (world, enrolments) = try await world()
        for person in ["amina", "buddy", "owner", "stranger"] as [PersonID] {
            #expect(try await world.browser(person).get("/mentors").status == 404, "\(person)")
        }
        #expect(try await world.browser("hr").get("/mentors").text.contains("amina@example.org"))
        // The director leads the leader, and nobody of these.
        let director = try await world.browser("director")
        #expect(try await !director.get("/mentors").text.contains("amina@example.org"))
        let id = try need(enrolments["amina"])
        await #expect(throws: OperationError.noSuchEnrolment(id)) {
            try await world.installation.giveMentors([id: "buddy"], reason: "–", by: "director")
        }
        #expect(try mentor(world, id) == nil)
    }
}
