import CivilCalendar
import Engine
import Operations
import Placements
import Storage
import Support
import Testing

/// What has been is not changed: a period that has ended stays as it was, whatever is published.
@Suite struct PastPeriodTests {
    /// The day after the first period, V1, and well before the end of the second, V2.
    private static let afterFirst = "2027-03-22T09:00"

    /// A published round on a day.
    private func published(on moment: String? = nil) async throws -> PublishingWorld {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        if let moment { try place.world.move(to: moment) }
        return place
    }

    private func assignments(
        _ place: PublishingWorld, in period: String
    ) throws -> [RoundAssignment] {
        try place.installation.assignments(of: try place.known()).filter { $0.period == period }
    }

    /// Everything of the enrolments of some places.
    private func enrolments(
        _ place: PublishingWorld, _ assignments: [RoundAssignment]
    ) throws -> [EnrolmentID: String] {
        var found: [EnrolmentID: String] = [:]
        for id in assignments.compactMap(\.enrolment) {
            found[id] = "\(try place.installation.enrolment(id).enrolment)"
        }
        return found
    }

    @Test("A repair after a period leaves everybody in it, and places nobody in it")
    func repair() async throws {
        let place = try await published(on: Self.afterFirst)
        let installation = place.installation
        let first = try assignments(place, in: "V1")
        let second = try assignments(place, in: "V2")
        #expect(first.count > 10 && second.count > 10)
        // Somebody of each has said that they go, so that there is room everywhere.
        for each in [first[0], second[0]] {
            try await installation.database.write { connection in
                _ = try connection.run(
                    "UPDATE placement_student SET withdrawn_at = 1 WHERE id = ?",
                    [.text(each.student)])
            }
        }
        let before = try enrolments(place, first)
        let repair = try await place.draft(.optimal, base: try place.known().publishedDraft)
        let difference = try place.difference(repair)
        #expect(difference.past == first.count)
        #expect(difference.changes.contains { $0.student == second[0].student && $0.kind == .end })
        for change in difference.changes {
            #expect(change.old?.period != "V1" && change.new?.period != "V1")
        }
        try await place.publish(repair, reason: "Endring")
        #expect(try assignments(place, in: "V1") == first)
        #expect(try enrolments(place, first) == before)
        #expect(try installation.verify().faults.isEmpty)
    }

    @Test("What was used of quotas and of supervisors' years is taken off what is left")
    func spent() async throws {
        let place = try await published()
        try await place.installation.database.write { connection in
            _ = try connection.run("UPDATE placement_agreement SET max_total = 60", [])
        }
        let before = try place.placing.contents().instance()
        let first = try assignments(place, in: "V1")
        let supervisor = try #require(first.first { $0.supervisor != nil }?.supervisor)
        try await place.installation.database.write { connection in
            _ = try connection.run(
                "UPDATE placement_supervisor SET max_weeks = 9 WHERE id = ?", [.text(supervisor)])
        }
        func periods() throws -> Set<String> {
            Set(
                try place.placing.contents().instance().supervisors.filter {
                    RoundContents.supervisor(ofInstance: $0.id) == supervisor
                }.flatMap(\.periods))
        }
        #expect(try !periods().isEmpty)
        try place.world.move(to: Self.afterFirst)
        let after = try place.placing.contents().instance()
        // V1 has eight weeks, V2 nine: one week is left of nine.
        #expect(try periods().isEmpty)
        #expect(after.cells.allSatisfy { $0.period != "V1" })
        let gone = Set(first.map(\.student))
        #expect(
            Set(after.students.map(\.id)) == Set(before.students.map(\.id)).subtracting(gone))
        let school = Dictionary(uniqueKeysWithValues: before.students.map { ($0.id, $0.school) })
        let house = Dictionary(
            uniqueKeysWithValues: before.wards.map { ($0.id, $0.institution) })
        var isSpent = false
        for (old, new) in zip(before.agreements, after.agreements) {
            let used = first.count {
                school[$0.student] == old.school && house[$0.ward] == old.institution
            }
            #expect(new.maximumTotal == old.maximumTotal.map { max(0, $0 - used) })
            isSpent = isSpent || (old.maximumTotal != nil && used > 0)
        }
        #expect(isSpent)
    }

    @Test("A draft that was made before a period ended is not published after it, and says why")
    func lateFirstPublication() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        let late = try place.difference(draft).changes.count { $0.new?.period == "V1" }
        try place.world.move(to: Self.afterFirst)
        let refusal = try place.installation.publishingRefusal(
            draft, of: place.round, reason: "", by: "jon")
        guard case .invalid(_, .brokenRules(let rules, let count)) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(count == late && late > 0)
        #expect(rules.allSatisfy { $0.isOver && $0.student != nil })
        await #expect(throws: OperationError.self) { try await place.publish(draft) }
        #expect(try place.count("SELECT count(*) FROM enrolment") == 0)
        // A draft of today places only in what is ahead.
        let today = try await place.draft()
        try await place.publish(today)
        #expect(try assignments(place, in: "V1").isEmpty)
        #expect(try !assignments(place, in: "V2").isEmpty)
    }

    @Test("A publication that goes on after a period has ended begins nothing in it")
    func resumed() async throws {
        let place = try await PublishingWorld()
        let id = try await place.installation.publishPlacements(
            try await place.draft(), of: place.round, reason: "", by: "jon")
        try place.world.move(to: Self.afterFirst)
        let found = try await place.finish(id)
        #expect(try assignments(place, in: "V1").isEmpty)
        #expect(try !assignments(place, in: "V2").isEmpty)
        let refusals = try place.installation.refusals(of: found, page: 0, pageSize: 500)
        #expect(!refusals.isEmpty)
        #expect(refusals.allSatisfy { $0.detail == PlacementObstacleToStart.over.rawValue })
        #expect(found.done + found.refused == found.total && found.refused == refusals.count)
    }

    @Test("Nobody swaps a place whose period is over, also where both agreed before")
    func swap() async throws {
        let place = try await published()
        let installation = place.installation
        let first = try assignments(place, in: "V1")
        func person(_ each: RoundAssignment) -> PersonID { PersonID("st-\(each.student)") }
        let id = try await installation.askSwap(in: place.round, by: person(first[0]))
        let asked = try #require(try installation.swap(id, for: person(first[0])))
        let other = try #require(
            try first.dropFirst().first {
                try installation.outlook(of: asked, with: person($0))?.difference != nil
            })
        try await installation.answerSwap(id, agrees: true, by: person(other))
        let before = try enrolments(place, first)
        try place.world.move(to: Self.afterFirst)
        let over = OperationError.invalid(field: "swap", problem: .periodOver)
        await #expect(throws: over) {
            _ = try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "jon")
        }
        await #expect(throws: over) {
            _ = try await installation.askSwap(in: place.round, by: person(first[3]))
        }
        #expect(try installation.outlook(of: asked, with: person(other))?.isOver == true)
        #expect(try enrolments(place, first) == before)
        #expect(try assignments(place, in: "V1") == first)
        // The coordinator can still say no, which settles it.
        let refused = try await installation.decideSwap(
            id, accepts: false, reason: "For sent", in: place.round, by: "jon")
        #expect(refused == nil)
    }

    @Test(
        "No publication changes anything of a period that ended before it", arguments: [1, 2, 3])
    func nothingChanges(seed: Int) async throws {
        var random = Support.SeededRandom(seed: UInt64(seed))
        let place = try await published()
        let installation = place.installation
        let days = ["2027-02-15T09:00", Self.afterFirst, "2027-04-26T09:00", "2027-06-01T09:00"]
        for moment in days.shuffled(using: &random).prefix(2).sorted() {
            try place.world.move(to: moment)
            let today = place.world.now.day
            let over = Set(
                try place.placing.contents().periods.filter { $0.isOver(on: today) }.map(\.id))
            let standing = try installation.assignments(of: try place.known())
            let fixed = standing.filter { over.contains($0.period) }
            let before = try enrolments(place, fixed)
            for gone in standing.shuffled(using: &random).prefix(3) {
                try await installation.database.write { connection in
                    _ = try connection.run(
                        "UPDATE placement_student SET withdrawn_at = 1 WHERE id = ?",
                        [.text(gone.student)])
                }
            }
            let week = today.placementWeek
            for away in standing.compactMap(\.supervisor).shuffled(using: &random).prefix(2) {
                // Also one that was written down long ago and is over.
                try await installation.database.write { connection in
                    _ = try connection.run(
                        """
                        INSERT INTO placement_absence (round, supervisor, first_week, last_week,
                            recorded_at, recorded_by) VALUES (?, ?, '2027-W03', ?, 0, 'jon')
                        ON CONFLICT DO NOTHING
                        """, [.text(place.round), .text(away), .text(week)])
                }
            }
            let method: AllocationMethod = Bool.random(using: &random) ? .optimal : .serial
            let draft = try await place.draft(
                method, base: method == .optimal ? try place.known().publishedDraft : nil)
            let difference = try place.difference(draft)
            for change in difference.changes {
                for period in [change.old?.period, change.new?.period].compactMap({ $0 }) {
                    #expect(!over.contains(period), "\(change)")
                }
            }
            if !difference.changes.isEmpty { try await place.publish(draft, reason: "Endring") }
            #expect(try enrolments(place, fixed) == before)
            let now = try installation.assignments(of: try place.known())
            #expect(now.filter { over.contains($0.period) } == fixed)
        }
        #expect(try installation.verify().faults.isEmpty)
    }
}
