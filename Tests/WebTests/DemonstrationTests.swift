import CivilCalendar
import Engine
import Foundation
import Storage
import Support
import Testing
import Wording

@testable import Operations
@testable import Web

/// The small demonstration's placements and mentors, seen by the people whom one can be.
@Suite struct DemonstrationTests {
    private static let programmes = [
        "oslo-onboarding", "trondheim-mentor", "nursing-placement-year-1",
        "nursing-placement-year-2", "nursing-placement-year-3", "placement-needs-request",
        "placement-capacity-request",
    ]

    private func loaded() async throws -> WebWorld {
        let world = try await WebWorld(now: "2026-11-21T07:30")
        let installation = world.installation
        for name in Self.programmes {
            let file = Repository.url("Workflows/\(name).yaml").path
            _ = try need(
                try await installation.publish(try need(ProgrammeSource(path: file))).version)
        }
        let today = installation.nowCivil.day
        let made = DemonstrationTables(.small, today: today.adding(days: -150), shown: today)
        let report = try await installation.importTables(made.tables, dryRun: false)
        #expect(report.isApplied)
        try await installation.loadPlacements(.small)
        try await installation.loadMentoring(.small)
        return world
    }

    private func count(_ world: WebWorld, _ sql: String) throws -> Int {
        try world.installation.database.read { try $0.count(sql, []) }
    }

    @Test("One round is published and one gathers answers, with people on every side")
    func placements() async throws {
        let world = try await loaded()
        let installation = world.installation
        let rounds = try installation.placementRounds(for: "coordinator")
        #expect(Set(rounds.map(\.status)) == [.published, .collecting])
        let published = try need(rounds.first { $0.status == .published })
        #expect(
            try count(world, "SELECT count(*) FROM placement_student WHERE person IS NULL") == 0)
        // Nobody wishes for the same place twice, and the first wish has the number one.
        #expect(
            try count(
                world,
                """
                SELECT count(*) FROM placement_wish a JOIN placement_wish b ON b.round = a.round
                    AND b.student = a.student AND b.rank > a.rank
                    AND b.institution = a.institution
                """) == 0)
        #expect(
            try count(
                world,
                """
                SELECT count(*) FROM placement_wish w WHERE rank > 1 AND NOT EXISTS
                    (SELECT 1 FROM placement_wish o WHERE o.round = w.round
                        AND o.student = w.student AND o.rank = w.rank - 1)
                """) == 0)
        let assignments = try installation.assignments(of: published)
        #expect(assignments.count > 15)
        #expect(assignments.allSatisfy { $0.enrolment != nil })
        let groups: [(RoleID, CastKind)] = [
            (.participant, .students), ("supervisor", .students),
            ("university-tutor", .students), (.participant, .schools),
        ]
        for (role, kind) in groups {
            let cast = try installation.cast(role: role, in: kind, name: nil, limit: 5)
            #expect(!cast.isEmpty, "\(role) \(kind)")
            let browser = try await world.browser(try need(cast.first).id)
            #expect(try await browser.get("/me").status == 200)
        }
        // Every student has a page of their own practice, also where no round is behind it.
        for student in try installation.cast(
            role: .participant, in: .students, name: nil, limit: 20)
        {
            let browser = try await world.browser(student.id)
            let answer = try await browser.get("/me/placements")
            var status = answer.status
            if let plan = answer["location"] { status = try await browser.get(plan).status }
            #expect(status == 200, "\(student.name)")
        }
        let newcomers = try installation.cast(
            role: .participant, in: .work, name: nil, limit: 50)
        #expect(newcomers.allSatisfy { !$0.name.hasPrefix("Sara") })
        let supervisor = try need(
            try installation.cast(role: "supervisor", in: .students, name: nil, limit: 1).first)
        let students = try await world.browser(supervisor.id).get("/me/students")
        #expect(students.status == 200)
        #expect(students.text.contains("<svg"))
        // Whoever is placed sees that first, and that wishes for the next year are taken.
        let placed = try need(assignments.first { $0.student == "s0001" })
        let person = try need(
            installation.enrolment(try need(placed.enrolment)).enrolment.roles[.participant])
        let own = try await world.browser(person).get("/me/placements")
        #expect(own.text.contains("\(published.name) ·"))
        #expect(own.text.contains("2027/2028</a>: "))
        let entrance = try await world.browser(demonstration: true).get("/")
        for group in ["student", "supervisor", "university-tutor", "school", "coordinator"] {
            let heading = Wording(language: .bokmål).text("page.demo.group.\(group)")
            #expect(entrance.readable.contains(heading), "\(group)")
        }
    }

    @Test("Newcomers have mentors by the matching, never their own leader; others wait for one")
    func mentors() async throws {
        let world = try await loaded()
        let installation = world.installation
        let given = try installation.database.read { connection in
            try connection.all(
                """
                SELECT m.person, l.person FROM role_holder m
                JOIN role_holder l ON l.enrolment = m.enrolment AND l.role = 'line-manager'
                JOIN enrolment e ON e.id = m.enrolment AND e.programme = 'trondheim-mentor'
                WHERE m.role = 'mentor'
                """, []) { ($0.text(0), $0.text(1)) }
        }
        #expect(given.count >= 3)
        #expect(given.allSatisfy { $0.0 != $0.1 })
        let hr = try await world.browser("hr")
        let page = try await hr.get("/mentors")
        // As the page has filled them in.
        let seekers = try installation.mentorSeekers(for: "hr").map {
            "\($0.email ?? ""); \($0.profession ?? ""); D"
        }
        let known = try installation.knownMentors(for: "hr").map {
            "\($0.email ?? ""); \($0.profession ?? ""); 1; D"
        }
        #expect(seekers.allSatisfy { page.readable.contains($0) })
        #expect(known.allSatisfy { page.readable.contains($0) })
        let proposal = try await hr.submit(
            page, to: "/mentors",
            [
                "newcomers": seekers.joined(separator: "\n"),
                "mentors": known.joined(separator: "\n"),
            ])
        #expect(proposal.status == 200)
        #expect(proposal.readable.contains("er mentor for"))
        #expect(proposal.readable.contains("har ingen mentor"))
    }

    @Test("Two students swap by their pages: the rules are looked at again, and both are told")
    func swap() async throws {
        let world = try await loaded()
        let installation = world.installation
        let round = try need(
            try installation.placementRounds(for: "coordinator").first { $0.status == .published })
        let (swap, one, two) = try await pair(installation, round)
        let path = "/me/swaps/\(swap)"
        let second = try await world.browser(try person(installation, two))
        let asked = try await second.get(path)
        let words = Wording(language: .bokmål)
        #expect(asked.readable.contains(words.text("page.placed.swap.may")))
        let said = try await second.submit(asked, to: "\(path)/answer", ["answer": "yes"])
        #expect(said.status == 303)
        let first = try await world.browser(try person(installation, one))
        #expect(try await first.get(path).readable.contains("har sagt ja"))
        let coordinator = try await world.browser("coordinator")
        let swaps = "/placements/\(round.id)/swaps"
        let page = try await coordinator.get(swaps)
        let unsaid = try await coordinator.submit(
            page, to: "\(swaps)/\(swap)", ["answer": "yes", "reason": " "])
        #expect(unsaid.status == 422)
        let done = try await coordinator.submit(
            page, to: "\(swaps)/\(swap)", ["answer": "yes", "reason": "Begge vil bytte."])
        #expect(done.status == 303)
        while let open = try installation.unfinishedPublication() {
            try await installation.continuePublication(open)
        }
        let now = try installation.assignments(of: round)
        #expect(now.first { $0.student == one.student }?.ward == two.ward)
        #expect(now.first { $0.student == two.student }?.ward == one.ward)
        for side in [one, two] {
            let recipient = try person(installation, side).rawValue
            #expect(
                try count(
                    world,
                    """
                    SELECT count(*) FROM message WHERE kind = '\(PlacementNewsMail.kind)'
                        AND recipient = '\(recipient)'
                    """) == 1)
        }
    }

    private func person(
        _ installation: Installation, _ assignment: RoundAssignment
    ) throws -> PersonID {
        let enrolment = try installation.enrolment(try need(assignment.enrolment)).enrolment
        return try need(enrolment.roles[.participant])
    }

    /// A swap that one has asked for and the other may say yes to.
    private func pair(
        _ installation: Installation, _ round: PlacementRound
    ) async throws -> (String, RoundAssignment, RoundAssignment) {
        let assignments = try installation.assignments(of: round)
        for one in assignments {
            let asker = try person(installation, one)
            let id = try await installation.askSwap(in: round.id, by: asker)
            let swap = try need(try installation.swap(id, for: asker))
            for two in assignments where two.student != one.student && two.ward != one.ward {
                let other = try person(installation, two)
                if try installation.outlook(of: swap, with: other)?.difference != nil {
                    return (id, one, two)
                }
            }
            try await installation.withdrawSwap(id, by: asker)
        }
        throw Missing()
    }
}
