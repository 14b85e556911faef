import Engine
import JSONText
import Operations
import Placements
import Storage
import Support
import Testing
import Wording

/// A draft is held to its round as it is now, before it is published and when it is.
@Suite(.onBothDatabases) struct DraftReviewTests {
    private func review(_ place: PublishingWorld, _ draft: String) throws -> DraftReview {
        let round = try place.known()
        let found = try World.need(try place.installation.placementDraft(draft, of: round))
        return try World.need(try place.installation.review(found, of: round))
    }

    private func allocation(
        _ place: PublishingWorld, _ draft: String
    ) throws -> PlacementAllocation {
        let found = try World.need(
            try place.installation.placementDraft(draft, of: try place.known()))
        return try World.need(try place.installation.draftResult(found)).allocation
    }

    /// What happens to a round between a draft and its publishing.
    enum Happening: String, CaseIterable {
        case lock, ban, absence, fewerPlaces, wardTotal, quota

        var rules: Set<RuleCode> {
            switch self {
            case .lock: [.lock]
            case .ban: [.banned]
            case .absence: [.absent, .tooMany]
            // A cell without places is none.
            case .fewerPlaces: [.noCell, .cellCapacity]
            case .wardTotal: [.wardTotal]
            case .quota: [.agreementPeriod]
            }
        }
    }

    /// - Returns: the student, ward or supervisor whose name is to be told.
    private func bring(
        _ happening: Happening, _ place: PublishingWorld, _ draft: String
    ) async throws -> String {
        let contents = try place.placing.contents()
        let locked = Set(contents.locks.map(\.student))
        let placed = try allocation(place, draft).assignments
        let one = try World.need(
            placed.first { each in
                !contents.locks.contains { $0.ward == each.ward && $0.period == each.period }
            })
        switch happening {
        case .lock:
            for each in placed where !locked.contains(each.student) {
                for other in contents.wards where other.id != each.ward {
                    do {
                        try await place.installation.lock(
                            each.student, ward: other.id, period: each.period, in: place.round,
                            by: "jon")
                        return each.student
                    } catch is PlacementFault {}
                }
            }
            throw World.Missing()
        case .ban:
            try await place.installation.ban(
                one.student, ward: one.ward, in: place.round, by: "jon")
            return one.student
        case .absence:
            let period = try World.need(contents.periods.first { $0.id == one.period })
            try await place.installation.reportAbsence(
                of: try World.need(one.supervisor), in: place.round, from: period.firstWeek,
                to: period.lastWeek, by: "jon")
            return one.student
        case .fewerPlaces:
            let student = try World.need(contents.students.first { $0.id == one.student })
            try await place.placing.write(
                "cells",
                """
                ward,profession,year,period,capacity
                \(one.ward),\(student.profession),\(student.year),\(one.period),0

                """)
            return one.student
        case .wardTotal:
            try await place.placing.write(
                "limits", "ward,period,most\n\(one.ward),\(one.period),0\n")
            return one.ward
        case .quota:
            let houses = Dictionary(
                uniqueKeysWithValues: contents.wards.map { ($0.id, $0.institution) })
            let schools = Dictionary(
                uniqueKeysWithValues: contents.students.map { ($0.id, $0.school) })
            let fixed = Set(
                contents.locks.map { "\(schools[$0.student] ?? "") \(houses[$0.ward] ?? "")" })
            let free = try World.need(
                placed.first {
                    !fixed.contains("\(schools[$0.student] ?? "") \(houses[$0.ward] ?? "")")
                })
            let school = schools[free.student] ?? ""
            let student = try World.need(contents.students.first { $0.id == free.student })
            try await place.placing.write(
                "agreements",
                """
                school,institution,profession,max_per_period
                \(school),\(houses[free.ward] ?? ""),\(student.profession),0

                """)
            return school
        }
    }

    @Test(
        "What a draft breaks by now refuses it with each reason, and nothing is changed",
        arguments: Happening.allCases)
    func broken(_ happening: Happening) async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        #expect(try review(place, draft).broken.isEmpty)
        #expect(try review(place, draft).isOfToday)
        let about = try await bring(happening, place, draft)
        let review = try review(place, draft)
        #expect(!review.isOfToday)
        let rules = Set(review.broken.map(\.code))
        #expect(!rules.isEmpty && rules.isSubset(of: happening.rules), "\(rules)")
        // The product's check and this one agree on what the round is now.
        let instance = try place.placing.contents().instance()
        let check = AllocationCheck(try allocation(place, draft), of: instance)
        #expect(Set(check.violations.map(\.code)) == rules)
        var refusal: OperationError?
        do { try await place.publish(draft) } catch let error as OperationError { refusal = error }
        guard case .invalid("draft", .brokenRules(let told, let count))? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(count == review.broken.count)
        #expect(told.count == min(count, BrokenRule.mostTold))
        for language in Language.shipped {
            let sentence = try World.need(refusal).sentence(in: language, programme: nil)
            #expect(!sentence.contains("[") && !sentence.contains("{"), "\(sentence)")
            let name = try self.name(about, place)
            #expect(sentence.contains(name), "\(sentence)")
        }
        #expect(try place.count("SELECT count(*) FROM placement_publication") == 0)
        #expect(try place.count("SELECT count(*) FROM enrolment") == 0)
        #expect(try place.known().status == .allocating)
        // The repair of it keeps every rule, moves few, and is published.
        let repaired = try await place.draft(.optimal, base: draft)
        let before = try allocation(place, draft).assignments
        let after = try allocation(place, repaired).assignments
        let places = Dictionary(uniqueKeysWithValues: after.map { ($0.student, $0.ward) })
        #expect(before.count { places[$0.student] == $0.ward } > before.count / 2)
        try await place.publish(repaired)
        #expect(try place.known().status == .published)
    }

    private func name(_ id: String, _ place: PublishingWorld) throws -> String {
        let names = try place.texts(
            """
            SELECT name FROM placement_student WHERE id = '\(id)'
            UNION SELECT name FROM placement_ward WHERE id = '\(id)'
            UNION SELECT name FROM placement_school WHERE id = '\(id)'
            """)
        return try World.need(names.first)
    }

    @Test("A withdrawal or a newcomer breaks nothing, and is said")
    func comings() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        let gone = try World.need(try allocation(place, draft).assignments.first).student
        try await place.installation.withdraw(student: gone, from: place.round, by: "jon")
        let one = try World.need(try place.placing.contents().students.first)
        try await place.placing.write(
            "students",
            """
            id,school,profession,year,periods,zone,lottery
            late,\(one.school),\(one.profession),1,V1,\(one.zone),9001

            """)
        let review = try review(place, draft)
        #expect(review.broken.isEmpty)
        #expect(!review.isOfToday)
        #expect(review.withdrawn == 1 && review.added == 1)
        try await place.publish(draft)
        let placed = try place.installation.assignments(of: try place.known()).map(\.student)
        #expect(!placed.contains(gone) && !placed.contains("late"))
        // The same once more changes nothing, and is refused as that.
        await #expect(
            throws: OperationError.invalid(field: "draft", problem: .nothingToPublish)
        ) { try await place.publish(draft) }
    }

    @Test("A draft of matching alone names no supervisors: it is refused, its repair is not")
    func stable() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft(.stable)
        let review = try review(place, draft)
        let placed = try allocation(place, draft).assignments.count
        #expect(review.isOfToday)
        #expect(review.broken.count { $0.code == .noSupervisor } == placed)
        await #expect(throws: OperationError.self) { try await place.publish(draft) }
        #expect(try place.count("SELECT count(*) FROM placement_publication") == 0)
        let repaired = try await place.draft(.optimal, base: draft)
        try await place.publish(repaired)
        #expect(try place.count("SELECT count(*) FROM placement_assignment") > 100)
    }

    @Test("A draft that is worse than another says in what, and is published when that is known")
    func worse() async throws {
        let place = try await PublishingWorld()
        let serial = try await place.draft()
        #expect(try review(place, serial).better == nil)
        let optimal = try await place.draft(.optimal)
        #expect(try review(place, optimal).better == nil)
        let better = try World.need(try review(place, serial).better)
        #expect(better.draft.id == optimal)
        #expect(better.levels.map(\.level) == [.unplaced, .unplacedPriority, .cost, .fairness])
        // The levels are those that both certificates say.
        func objective(_ id: String) throws -> JSON? {
            let found = try World.need(
                try place.installation.placementDraft(id, of: try place.known()))
            return try place.installation.draftResult(found)?.certificate["objective"]
        }
        let (own, best) = (try objective(serial), try objective(optimal))
        for level in better.levels {
            #expect(own?[level.level.rawValue]?.integer == level.own)
            #expect(best?[level.level.rawValue]?.integer == level.best)
        }
        let refusal = OperationError.invalid(
            field: "draft", problem: .worse(thanNumber: 2, id: optimal))
        // The command line says what it wants to have confirmed.
        #expect(refusal.sentence(in: .english, programme: nil).contains("2 (\(optimal))"))
        #expect(
            try place.installation.publishingRefusal(
                serial, of: place.round, reason: "", by: "jon") == refusal)
        #expect(
            try place.installation.publishingRefusal(
                serial, of: place.round, reason: "", by: "jon", confirming: optimal) == nil)
        await #expect(throws: refusal) { try await place.publish(serial) }
        await #expect(throws: refusal) {
            _ = try await place.installation.publishPlacements(
                serial, of: place.round, reason: "", by: "jon", confirming: "another")
        }
        #expect(try place.count("SELECT count(*) FROM placement_publication") == 0)
        let id = try await place.installation.publishPlacements(
            serial, of: place.round, reason: "", by: "jon", confirming: optimal)
        #expect(try await place.finish(id).isFinished)
    }
}
