import CivilCalendar
import Competence
import Delivery
import Engine
import Operations
import Storage
import Support
import Testing

/// A claim that waits reaches those whose word counts, and its answer whoever sent it.
@Suite(.onBothDatabases) struct ClaimReviewTests {
    private static let title = "Legemiddelhåndtering, teori"

    /// Amina has claimed the theory of medicines, on a Tuesday; her line manager's word counts.
    private func begin() async throws -> (World, claim: String) {
        let (world, _) = try await World.competent(now: "2026-04-07T09:00")
        let outcome = try await world.claimed(
            "medicines-theory", "basic", by: "amina", kind: .priorLearning, on: "2025-11-10")
        guard case .waiting(let claim, 1) = outcome else { throw World.Missing() }
        return (world, claim)
    }

    private func go(_ world: World, to day: String) async throws {
        try world.move(to: "\(day)T09:00")
        try await world.settle()
    }

    private func mails(_ world: World, to address: String, _ text: String) -> [String] {
        world.mail.sent.filter { $0.to.address.description == address }
            .map { "\($0.subject)\n\($0.text)".split(whereSeparator: \.isWhitespace) }
            .map { $0.joined(separator: " ") }.filter { $0.contains(text) }
    }

    @Test func theLeaderIsAskedRemindedAndThenHR() async throws {
        let (world, _) = try await begin()
        try await go(world, to: "2026-04-08")
        #expect(mails(world, to: "kari@example.org", Self.title).count == 1)
        #expect(try world.installation.claimsWaiting(for: "leader") == 1)
        for person in ["amina", "buddy", "director", "hr"] as [PersonID] {
            #expect(try world.installation.claimsWaiting(for: person) == 0, "\(person)")
        }
        try await go(world, to: "2026-04-13")
        #expect(mails(world, to: "kari@example.org", Self.title).count == 1)
        // Five working days after the 7th; and looking again tells nothing again.
        for _ in 0..<2 { try await go(world, to: "2026-04-15") }
        #expect(mails(world, to: "kari@example.org", Self.title).count == 2)
        #expect(mails(world, to: "oyvind@example.org", Self.title) == [])
        for day in ["2026-04-21", "2026-04-22", "2026-05-20"] { try await go(world, to: day) }
        let told = mails(world, to: "oyvind@example.org", Self.title)
        #expect(told.count == 1)
        // It stands in HR's mail of the morning, with what else waits there.
        let line = "Venter fortsatt på svar om det er på plass: \(Self.title) (Amina Yusuf)"
        #expect(told.first?.contains(line) == true, "\(told)")
        #expect(mails(world, to: "kari@example.org", Self.title).count == 2)
        // What it rests on is in none of them.
        #expect(world.mail.sent.allSatisfy { !$0.text.contains("Seen on three shifts") })
    }

    @Test func whoHasComeToLeadIsAskedToo() async throws {
        let (world, _) = try await begin()
        try await go(world, to: "2026-04-08")
        #expect(mails(world, to: "ragnhild@example.org", Self.title) == [])
        try await world.installation.database.write { connection in
            _ = try connection.run(
                "UPDATE org_unit SET manager = 'director' WHERE id = 'ward'", [])
        }
        try await go(world, to: "2026-04-10")
        #expect(mails(world, to: "ragnhild@example.org", Self.title).count == 1)
        #expect(try world.installation.claimsWaiting(for: "director") == 1)
    }

    @Test func whatIsAnsweredMeanwhileIsAskedOfNobody() async throws {
        let (world, claim) = try await begin()
        _ = try await world.installation.support(claim, by: "leader")
        try await go(world, to: "2026-05-20")
        #expect(mails(world, to: "kari@example.org", Self.title) == [])
        #expect(mails(world, to: "oyvind@example.org", Self.title) == [])
        let withdrawn = try world.installation.messages(status: "withdrawn")
        #expect(withdrawn.contains { $0.kind == "claim-waiting" })
        let told = mails(world, to: "amina@example.org", "is on record")
        #expect(told.count == 1)
        #expect(told.first?.contains("Kari Berge has confirmed it.") == true)
    }

    @Test func aRefusalIsToldWithItsReasonAndStaysToBeRead() async throws {
        let (world, claim) = try await begin()
        try await world.installation.settle(
            claim, asRefusedBy: "leader", reason: "The course was of 2012.")
        try await go(world, to: "2026-04-08")
        let told = mails(world, to: "amina@example.org", "Kari Berge has said no.")
        #expect(told.count == 1)
        #expect(told.first?.contains("The course was of 2012.") == true)
        func refused() throws -> [RefusedClaim] {
            try world.installation.passport(of: "amina", for: "amina").refused
        }
        let shown = try #require(try refused().first)
        #expect(shown.reason == "The course was of 2012." && shown.refusedBy == "Kari Berge")
        #expect(shown.refusedOn == CivilDay("2026-04-07") && !shown.isMoot)
        // Sent in again it waits again, and there is no more to do about the first.
        _ = try await world.claimed(
            "medicines-theory", "basic", by: "amina", kind: .priorLearning, on: "2025-11-10")
        #expect(try refused().map(\.isMoot) == [true])
        // Others' claims are nobody else's to read.
        #expect(try world.installation.refusedClaim(claim, of: "buddy") == nil)
    }

    @Test func onlyWhoSaidItTakesItBack() async throws {
        let (world, _) = try await World.competent(now: "2026-04-07T09:00")
        let outcome = try await world.claimed("medicines-practice", "independent", by: "leader")
        guard case .waiting(let claim, 1) = outcome else { throw World.Missing() }
        try await expectRefused(.notEntitled, in: world) {
            try await world.installation.settle(claim, asRefusedBy: "amina", reason: "No")
        }
        // HR has to do with Amina, but for this others' words count.
        try await expectRefused(
            .notAmong([.mentor, .lineManager, .supervisor], persons: 2), in: world
        ) {
            try await world.installation.settle(claim, asRefusedBy: "hr", reason: "No")
        }
        try await world.installation.settle(claim, asRefusedBy: "leader", reason: "")
        #expect(try world.installation.passport(of: "amina", for: "amina").open == [])
        #expect(try world.installation.passport(of: "amina", for: "amina").refused == [])
    }
}
