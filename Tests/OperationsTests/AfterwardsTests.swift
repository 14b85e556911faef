import CivilCalendar
import Engine
import JSONText
import Operations
import Placements
import Storage
import Support
import Testing
import Wording

/// Absences and withdrawals that come after a publication, taken back, and what is said of a place
/// that came later.
@Suite struct AfterwardsTests {
    private func published() async throws -> PublishingWorld {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        return place
    }

    private func supervised(_ place: PublishingWorld) throws -> (RoundAssignment, String) {
        let found = try #require(
            try place.installation.assignments(of: try place.known()).first {
                $0.supervisor != nil && $0.period == "V1"
            })
        return (found, try #require(found.supervisor))
    }

    @Test("What has been counts for nothing, and each week is reported once")
    func weeks() async throws {
        let place = try await published()
        let installation = place.installation
        let (_, supervisor) = try supervised(place)
        func report(_ from: String, _ to: String) async throws {
            try await installation.reportAbsence(
                of: supervisor, in: place.round, from: from, to: to, by: "jon")
        }
        func written() throws -> [String] {
            try place.texts(
                """
                SELECT first_week || ' ' || last_week FROM placement_absence ORDER BY first_week
                """)
        }
        // It is week 45 of 2026.
        let over = OperationError.invalid(field: "last", problem: .weeksOver)
        await #expect(throws: over) { try await report("2020-W02", "2020-W06") }
        await #expect(throws: over) { try await report("2026-W40", "2026-W44") }
        #expect(try written().isEmpty)
        let view = try installation.absence(
            of: supervisor, in: place.round, from: "2026-W40", to: "2027-W04", for: "jon")
        #expect(view.isPartlyPast && !view.isKnown && view.firstWeek == "2026-W45")
        try await report("2026-W40", "2027-W04")
        #expect(try written() == ["2026-W45 2027-W04"])
        // The same once more is the same; another with the same first week, or over it, is told.
        try await report("2026-W45", "2027-W04")
        try await report("2026-W41", "2027-W04")
        let away = OperationError.invalid(
            field: "first", problem: .awayAlready(from: "2026-W45", to: "2027-W04"))
        await #expect(throws: away) { try await report("2026-W45", "2027-W07") }
        await #expect(throws: away) { try await report("2027-W01", "2027-W09") }
        #expect(try written() == ["2026-W45 2027-W04"])
        try await report("2027-W05", "2027-W05")
        #expect(try written().count == 2)
        // When they are over they endanger nobody, and are in no list.
        try place.world.move(to: "2027-02-12T09:00")
        #expect(try installation.absences(of: try place.known()).isEmpty)
        let rows = try place.placing.contents().instance().supervisors.filter {
            RoundContents.supervisor(ofInstance: $0.id) == supervisor
        }
        #expect(rows.contains { $0.periods.contains("V1") })
        let past = try installation.absence(
            of: supervisor, in: place.round, from: "2026-W45", to: "2027-W04", for: "jon")
        #expect(past.isOver && past.students.isEmpty && past.losses.isEmpty)
    }

    @Test("An absence that is taken back ends the leader's task, and all is as before")
    func takenBack() async throws {
        let place = try await published()
        let installation = place.installation
        let (assignment, supervisor) = try supervised(place)
        let before = try place.placing.contents().instanceDocument.text
        func view() throws -> AbsenceView {
            try installation.absence(
                of: supervisor, in: place.round, from: "2027-W03", to: "2027-W10", for: "leader")
        }
        func takeBack(_ person: PersonID) async throws {
            try await installation.takeBackAbsence(
                of: supervisor, in: place.round, from: "2027-W03", to: "2027-W10", by: person)
        }
        await #expect(throws: OperationError.noSuchRound(place.round)) {
            try await takeBack("jon")
        }
        try await installation.reportAbsence(
            of: supervisor, in: place.round, from: "2027-W03", to: "2027-W10", by: "jon")
        #expect(try place.placing.contents().instanceDocument.text != before)
        let id = try #require(assignment.enrolment)
        let step = try #require(try view().students.first { $0.enrolment == id }?.step)
        await #expect(throws: OperationError.noSuchRound(place.round)) {
            try await takeBack("eva")
        }
        #expect(try view().isKnown)
        try await takeBack("leader")
        #expect(try !view().isKnown)
        #expect(try view().students.allSatisfy { $0.step == nil })
        let shown = try #require(
            try installation.enrolment(id).steps.first { $0.step.id == step })
        #expect(shown.status == .skipped)
        #expect(try place.placing.contents().instanceDocument.text == before)
        // It can be reported again, and begins a task anew.
        try await installation.reportAbsence(
            of: supervisor, in: place.round, from: "2027-W03", to: "2027-W10", by: "jon")
        #expect(try view().students.contains { $0.enrolment == id && $0.step != nil })
        #expect(try installation.verify().faults.isEmpty)
    }

    @Test("Of two of one name each is told from the other, and nobody is meant by chance")
    func names() async throws {
        let place = try await published()
        let installation = place.installation
        let students = try installation.assignments(of: try place.known()).map(\.student)
        try await installation.database.write { connection in
            _ = try connection.run(
                "UPDATE placement_student SET name = 'Ida Lie' WHERE id IN (?, ?)",
                [.text(students[0]), .text(students[1])])
            _ = try connection.run(
                "UPDATE person SET private_email = email WHERE id = ?",
                [.text("st-\(students[2])")])
        }
        func named(_ text: String) throws -> [String] {
            try installation.students(named: text, of: try place.known()).map(\.id)
        }
        #expect(try named("ida lie") == [students[0], students[1]].sorted())
        #expect(try named(students[1]) == [students[1]])
        #expect(try named("\(students[2].uppercased())@school.example") == [students[2]])
        #expect(try named("Ida").isEmpty)
        try await installation.withdraw(student: students[0], from: place.round, by: "jon")
        #expect(try named("Ida Lie") == [students[1]])
        await #expect(throws: OperationError.noSuchRound(place.round)) {
            try await installation.withdraw(student: students[1], from: place.round, by: "eva")
        }
        let unknown = OperationError.invalid(field: "student", problem: .unknown("Ida Lie"))
        await #expect(throws: unknown) {
            try await installation.withdraw(student: "Ida Lie", from: place.round, by: "jon")
        }
    }

    @Test("Who comes back has the place while it is theirs, and waits for a repair after that")
    func back() async throws {
        let place = try await published()
        let installation = place.installation
        let assignment = try installation.assignments(of: try place.known())[0]
        let student = assignment.student
        func state() throws -> (withdrawn: [String], gone: [String]) {
            let found = try installation.afterwards(of: try place.known())
            return (found.withdrawn.map(\.id), found.gone.map(\.id))
        }
        func back() async throws -> WithdrawalTakenBack? {
            try await installation.takeBackWithdrawal(of: student, in: place.round, by: "jon")
        }
        #expect(try await back() == nil)
        try await installation.withdraw(student: student, from: place.round, by: "jon")
        #expect(try state() == ([student], []))
        #expect(try await back() == .kept)
        #expect(try state() == ([], []))
        let now = try installation.assignments(of: try place.known())
        #expect(now.contains(assignment))
        try await installation.withdraw(student: student, from: place.round, by: "jon")
        try place.world.move(to: "2026-11-03T09:00")
        let base = try place.known().publishedDraft
        try await place.publish(try await place.draft(.optimal, base: base), reason: "Trukket seg")
        #expect(try state() == ([], [student]))
        #expect(try await back() == .waits)
        try place.world.move(to: "2026-11-04T09:00")
        try await place.publish(
            try await place.draft(.optimal, base: try place.known().publishedDraft), reason: "Inn")
        #expect(
            try installation.assignments(of: try place.known()).contains { $0.student == student })
        // What is said of it is that a repair gave it.
        let own = try #require(
            try installation.ownPlacement(of: PersonID("st-\(student)"), in: place.round))
        let said = try #require(try installation.explanation(of: own))
        #expect(said.change == .added(on: "2026-11-04"))
        #expect(try installation.verify().faults.isEmpty)
    }

    @Test("What is said of a place is true of what stands: first given, swapped, moved")
    func reasons() async throws {
        let place = try await published()
        let installation = place.installation
        func said(_ student: String) throws -> PlacementExplanation {
            let own = try #require(
                try installation.ownPlacement(of: PersonID("st-\(student)"), in: place.round))
            return try #require(try installation.explanation(of: own))
        }
        let before = try installation.assignments(of: try place.known())
        let first = try Dictionary(
            uniqueKeysWithValues: before.map { ($0.student, try said($0.student)) })
        #expect(first.values.allSatisfy { $0.change == nil && $0.place != nil })
        try place.world.move(to: "2026-11-03T09:00")
        // A ward gives up a place: somebody must move.
        let ward = before[0].ward
        try await installation.database.write { connection in
            _ = try connection.run(
                "UPDATE placement_offer SET places = 0 WHERE ward = ?", [.text(ward)])
        }
        let repair = try await place.draft(.optimal, base: try place.known().publishedDraft)
        let difference = try place.difference(repair)
        let moved = difference.changes.filter { $0.kind == .move }
        #expect(!moved.isEmpty)
        try await place.publish(repair, reason: "Avdelingen er stengt.")
        for change in moved {
            let now = try said(change.student)
            guard case .moved(let day, _, let period, let reason, true) = now.change else {
                Issue.record("\(change.student): \(String(describing: now.change))")
                continue
            }
            #expect(day == "2026-11-03" && reason == "Avdelingen er stengt.")
            #expect(period == change.old?.period)
            for language in Language.shipped {
                let lines = Wording(language: language).placement(now, toStudent: true)
                #expect(lines.contains { $0.contains("Avdelingen er stengt.") })
                #expect(lines.allSatisfy { !$0.contains("[") && !$0.contains("{") })
            }
        }
        let touched = Set(difference.changes.map(\.student))
        for (student, explanation) in first where !touched.contains(student) {
            // What held when the place was given still does.
            #expect(try said(student) == explanation)
        }
        for student in try await swap(in: place, leaving: touched) {
            let now = try said(student)
            #expect(now.change == .swapped(on: "2026-11-05"))
            let lines = Wording(language: .english).placement(now, toStudent: true)
            // Where, that it came by a swap, and which wish it meets: no reason of the draft's.
            #expect(lines.count == 3)
            #expect(lines[1].contains("by a swap on"))
        }
    }

    /// Two change places on 5 November, of whom neither is among those who are left alone.
    private func swap(
        in place: PublishingWorld, leaving others: Set<String>
    ) async throws -> [String] {
        let installation = place.installation
        let standing = try installation.assignments(of: try place.known())
        let one = try #require(standing.first { !others.contains($0.student) })
        let person = PersonID("st-\(one.student)")
        let id = try await installation.askSwap(in: place.round, by: person)
        let asked = try #require(try installation.swap(id, for: person))
        let other = try #require(
            try standing.first {
                try $0.student != one.student
                    && installation.outlook(of: asked, with: PersonID("st-\($0.student)"))?
                        .difference != nil
            })
        try await installation.answerSwap(id, agrees: true, by: PersonID("st-\(other.student)"))
        try place.world.move(to: "2026-11-05T09:00")
        let publication = try #require(
            try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "jon"))
        _ = try await place.finish(publication)
        return [one.student, other.student]
    }

    @Test("A repair that was made before a swap is no repair of what stands after it")
    func staleRepair() async throws {
        let place = try await published()
        let installation = place.installation
        let repair = try await place.draft(.optimal, base: try place.known().publishedDraft)
        let swapped = try await swap(in: place, leaving: [])
        try place.world.move(to: "2026-11-06T09:00")
        try await place.publish(repair, reason: "Likevel")
        for student in swapped {
            let own = try #require(
                try installation.ownPlacement(of: PersonID("st-\(student)"), in: place.round))
            var said = try #require(try installation.explanation(of: own))
            guard case .moved("2026-11-06", _, _, "Likevel", false) = said.change else {
                Issue.record("\(String(describing: said.change))")
                continue
            }
            // By which rule the last place went hangs on what the coordinator put first.
            said.method = .optimal
            let english = Wording(language: .english)
            said.profile = .wishesFirst
            #expect(!english.placement(said).contains { $0.contains("long journey") })
            said.profile = .fairnessFirst
            #expect(
                english.placement(said).contains { $0.contains("long journey") } == said.metFull)
        }
    }
}
