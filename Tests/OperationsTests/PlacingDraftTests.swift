import Engine
import Foundation
import JSONText
import Operations
import Placements
import Storage
import Support
import Testing

/// Drafts: made by a worker, ended by somebody, and begun anew after a stop.
@Suite(.onBothDatabases) struct PlacingDraftTests {
    private func draft(_ placing: PlacingWorld, _ id: String) throws -> PlacementDraft {
        try World.need(
            try placing.installation.placementDraft(id, of: placing.contents().round))
    }

    @Test("A draft is the proven optimum of the round, with the hash of what it was made from")
    func optimum() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        let id = try await installation.startDraft(
            of: placing.round, method: .optimal, profile: .wishesFirst, timeLimit: 60, by: "jon")
        #expect(try draft(placing, id).status == .waiting)
        #expect(try installation.unfinishedDraft() == id)
        try await installation.continueDraft(id)
        #expect(try installation.unfinishedDraft() == nil)
        let found = try draft(placing, id)
        #expect(found.status == .done)
        let result = try World.need(try installation.draftResult(found))
        // The reference's proven optimum of s164-1, profile A.
        let objective = result.certificate["objective"]
        #expect(result.certificate["status"]?.string == "proven-optimal")
        #expect(objective?["unplaced"]?.integer == found.students - (found.placed ?? 0))
        let reference = try PlacementInstance(PlacingWorld.json("s164-1"))
        let best = try Allocator(reference).run(.optimal).certificate.objective
        #expect(objective?["unplaced"]?.integer == best.unplaced)
        #expect(objective?["cost"]?.integer == best.cost)
        #expect(objective?["fairness"]?.integer == best.fairness)
        #expect(AllocationCheck(result.allocation, of: result.instance).violations.isEmpty)
        #expect(found.input.count == 64)
        #expect(
            result.certificate["inputs"]?["instance"]?.string == "sha256:\(found.input)")
        // Made again of the same round it is the same.
        let again = try await installation.startDraft(
            of: placing.round, method: .optimal, profile: .wishesFirst, timeLimit: 60, by: "jon")
        try await installation.continueDraft(again)
        let second = try World.need(try installation.draftResult(try draft(placing, again)))
        #expect(second.allocation == result.allocation)
        #expect(second.draft.input == found.input)
        let comparison = DraftComparison(result, second)
        #expect(comparison.differences.isEmpty && comparison.isSameInput)
    }

    @Test("A cancelled draft is not made; one that lost its maker is begun anew")
    func ended() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        func start() async throws -> String {
            try await installation.startDraft(
                of: placing.round, method: .serial, profile: .wishesFirst, timeLimit: 60,
                by: "jon")
        }
        let cancelled = try await start()
        try await installation.cancelDraft(cancelled, of: placing.round, by: "jon")
        #expect(try draft(placing, cancelled).status == .cancelled)
        #expect(try installation.unfinishedDraft() == nil)
        let lost = try await start()
        // Another process claimed it, and was killed.
        try await installation.database.write { connection in
            _ = try connection.run(
                "UPDATE placement_draft SET status = 'running', beat_at = ? WHERE id = ?",
                [.integer(placing.world.clock.now().milliseconds), .text(lost)])
        }
        #expect(try installation.unfinishedDraft() == nil)
        try placing.world.move(to: "2027-03-01T07:32")
        #expect(try installation.unfinishedDraft() == lost)
        try await installation.continueDraft(lost)
        #expect(try draft(placing, lost).status == .done)
    }

    @Test("A draft that is to move few from another moves nobody where nothing has changed")
    func base() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        let first = try await installation.startDraft(
            of: placing.round, method: .optimal, profile: .wishesFirst, timeLimit: 60, by: "jon")
        try await installation.continueDraft(first)
        let second = try await installation.startDraft(
            of: placing.round, method: .optimal, profile: .fairnessFirst, timeLimit: 60,
            base: first, by: "jon")
        try await installation.continueDraft(second)
        let one = try World.need(try installation.draftResult(try draft(placing, first)))
        let other = try World.need(try installation.draftResult(try draft(placing, second)))
        #expect(DraftComparison(one, other).differences.isEmpty)
        await #expect(throws: OperationError.invalid(field: "base", problem: .unknown("none"))) {
            _ = try await installation.startDraft(
                of: placing.round, method: .optimal, profile: .wishesFirst, timeLimit: 60,
                base: "none", by: "jon")
        }
    }

    @Test("A lock holds in the draft; one that cannot stand begins none")
    func locks() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        let free = try await installation.startDraft(
            of: placing.round, method: .optimal, profile: .wishesFirst, timeLimit: 60, by: "jon")
        try await installation.continueDraft(free)
        let result = try World.need(try installation.draftResult(try draft(placing, free)))
        let before = try placing.contents()
        let locked = Set(before.locks.map(\.student))
        let one = try World.need(
            result.allocation.assignments.first { !locked.contains($0.student) })
        try await installation.lock(
            one.student, ward: one.ward, period: one.period, in: placing.round, by: "jon")
        let lock = try World.need(
            try placing.contents().locks.first { $0.student == one.student })
        #expect(lock.ward == one.ward && lock.madeBy == "jon")
        await #expect(throws: PlacementFault.self) {
            try await installation.ban(
                one.student, ward: one.ward, in: placing.round, by: "jon")
        }
        #expect(try placing.contents().bans == before.bans)
        await #expect(throws: OperationError.noSuchRound(placing.round)) {
            try await installation.unlock(one.student, in: placing.round, by: "eva")
        }
        try await installation.unlock(one.student, in: placing.round, by: "jon")
        #expect(try placing.contents().locks == before.locks)
    }

    @Test("A kept division is the schools' quotas of the next drafts, until it is let go of")
    func split() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        let input = try placing.contents().splitInput()
        let split = try SchoolSplit(input.question, of: input.instance)
        try await installation.keepSplit(split, of: placing.round, by: "jon")
        let expected = split.quotas(for: input.instance).agreements
        #expect(try placing.contents().instance().agreements == expected)
        // What is divided is the round, not what is left of it.
        #expect(try placing.contents().splitInput().hash == input.hash)
        let kept = try World.need(try installation.keptSplit(of: placing.contents().round))
        #expect(kept.lines == split.lines)
        #expect(kept.allotments == split.allotments)
        try await installation.dropSplit(of: placing.round, by: "jon")
        #expect(try placing.contents().instance().agreements == input.instance.agreements)
    }
}
