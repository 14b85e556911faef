import CivilCalendar
import Delivery
import Engine
import Operations
import Placements
import Storage
import Support
import Testing

/// What a change of what stands published says and settles.
@Suite struct RepublishingTests {
    /// Somebody who supervises at a ward where another can take over, with the weeks of a period.
    private func absent(
        _ place: PublishingWorld
    ) throws -> (assignment: RoundAssignment, supervisor: String, first: String, last: String) {
        let contents = try place.placing.contents()
        let placed = try place.installation.assignments(of: try place.known())
        let busy = Set(placed.compactMap { each in each.supervisor.map { "\($0) \(each.period)" } })
        let found = placed.first { each in
            contents.supervisors.contains { other in
                other.ward == each.ward && other.id != each.supervisor && other.isQualified
                    && !busy.contains("\(other.id) \(each.period)")
                    && (other.periods.isEmpty || other.periods.contains(each.period))
            }
        }
        let assignment = try #require(found)
        let period = try #require(contents.periods.first { $0.id == assignment.period })
        return (
            assignment, try #require(assignment.supervisor), period.firstWeek, period.lastWeek
        )
    }

    @Test("A published repair settles the leader's duty to find cover, and says why")
    func cover() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let installation = place.installation
        let away = try absent(place)
        try await installation.reportAbsence(
            of: away.supervisor, in: place.round, from: away.first, to: away.last, by: "jon")
        func view() throws -> AbsenceView {
            try installation.absence(
                of: away.supervisor, in: place.round, from: away.first, to: away.last, for: "jon")
        }
        let before = try view()
        let endangered = try before.students.map { student -> (EnrolmentID, StepID) in
            (try #require(student.enrolment), try #require(student.step))
        }
        #expect(!endangered.isEmpty)
        #expect(before.students.allSatisfy { !$0.isPlanned })
        let repair = try await place.draft(.optimal, base: try place.known().publishedDraft)
        // It is shown before it is done.
        let difference = try place.difference(repair)
        let lines = try installation.preview(
            difference.changes, of: try place.known(), reason: "Sykdom", by: "jon")
        let skipped = lines.flatMap(\.consequences).flatMap(\.events).count { event in
            if case .stepSkipped = event { true } else { false }
        }
        try await place.publish(repair, reason: "Anne er syk.")
        let now = try installation.assignments(of: try place.known())
        var settled = 0
        for (id, step) in endangered {
            guard let kept = now.first(where: { $0.enrolment == id }) else { continue }
            #expect(kept.supervisor != away.supervisor)
            let shown = try #require(
                try installation.enrolment(id).steps.first { $0.step.id == step })
            #expect(shown.status == .skipped)
            let record = try installation.enrolment(id).enrolment.record(step)
            #expect("\(record)".contains("Anne er syk."))
            settled += 1
        }
        #expect(settled > 0 && settled <= skipped)
        #expect(try view().students.isEmpty)
        #expect(try installation.verify().faults.isEmpty)
    }

    @Test("Whoever only gets another supervisor is told whom, in the mail of every side")
    func supervisor() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        try place.world.move(to: "2026-11-02T12:00")
        try await place.world.settle()
        let away = try absent(place)
        try await place.installation.reportAbsence(
            of: away.supervisor, in: place.round, from: away.first, to: away.last, by: "jon")
        let repair = try await place.draft(.optimal, base: try place.known().publishedDraft)
        let change = try #require(
            try place.difference(repair).changes.first { $0.kind == .supervisor })
        let name = try #require(
            try place.placing.contents().supervisors.first { $0.id == change.new?.supervisor }
        ).name
        let sent = place.world.mail.sent.count
        try await place.publish(repair, reason: "Sykdom")
        try place.world.move(to: "2026-11-03T12:00")
        try await place.world.settle()
        let mails = place.world.mail.sent.dropFirst(sent)
        let own = try #require(
            mails.first {
                $0.to.address.description == "\(change.student)@school.example"
                    && $0.text.contains("Sykdom") && $0.text.contains("Du har fått en ny veileder")
            })
        #expect(own.text.contains("Du har fått en ny veileder: \(name)."))
        #expect(
            mails.contains {
                $0.to.address.description == "tuva@example.org"
                    && $0.text.contains("ny rettleiar: \(name)")
            })
    }

    @Test("Nothing is published that is not what was shown, or that changes nothing")
    func shown() async throws {
        let place = try await PublishingWorld()
        let installation = place.installation
        let draft = try await place.draft()
        func outlook() throws -> PublicationOutlook {
            let found = try #require(
                try installation.placementDraft(draft, of: try place.known()))
            return try installation.outlook(
                of: try place.known(), publishing: try place.difference(draft),
                try installation.review(found, of: try place.known()))
        }
        let before = try outlook()
        #expect(before.hasTutors && before.withoutTutor == 0)
        let all = try place.placing.contents().students
        let placed = try place.difference(draft).changes.map(\.student)
        #expect(before.unplaced == all.count - placed.count)
        #expect(try outlook().mark == before.mark)
        try await installation.withdraw(
            student: placed[0], from: place.round, by: "jon")
        #expect(try outlook().mark != before.mark)
        let refusal = OperationError.invalid(field: "draft", problem: .shownOtherwise)
        await #expect(throws: refusal) {
            _ = try await installation.publishPlacements(
                draft, of: place.round, reason: "", by: "jon", shown: before.mark)
        }
        #expect(try place.count("SELECT count(*) FROM placement_publication") == 0)
        let group = try #require(try installation.tutors(of: try place.known()).first)
        let now = try outlook().mark
        try await installation.setTutor(
            nil, school: group.school, profession: group.profession, year: group.year,
            in: place.round, by: "jon")
        #expect(try outlook().withoutTutor > 0)
        #expect(try outlook().mark != now)
        let id = try await installation.publishPlacements(
            draft, of: place.round, reason: "", by: "jon", shown: try outlook().mark)
        #expect(try await place.finish(id).isFinished)
        #expect(
            try installation.publishingRefusal(draft, of: place.round, reason: "", by: "jon")
                == .invalid(field: "draft", problem: .nothingToPublish))
        #expect(
            try installation.publishingRefusal(draft, of: place.round, reason: "", by: "eva")
                == .noSuchRound(place.round))
    }

    @Test("A tutor who is named after the publication follows those who have begun")
    func tutor() async throws {
        let place = try await PublishingWorld()
        let groups = try place.installation.tutors(of: try place.known())
        func set(_ tutor: PersonID?, _ group: RoundTutor) async throws {
            try await place.installation.setTutor(
                tutor, school: group.school, profession: group.profession, year: group.year,
                in: place.round, by: "jon")
        }
        for group in groups { try await set(nil, group) }
        try await place.publish(try await place.draft())
        let contents = try place.placing.contents()
        let group = try #require(groups.first { $0.students > 1 })
        let own = Set(
            contents.students.filter {
                $0.school == group.school && $0.profession == group.profession
                    && $0.year == group.year
            }.map(\.id))
        func tutors() throws -> [PersonID?] {
            try place.installation.assignments(of: try place.known()).compactMap { each in
                guard own.contains(each.student), let id = each.enrolment else { return nil }
                return try place.installation.enrolment(id).enrolment.roles["university-tutor"]
            }
        }
        #expect(try tutors().allSatisfy { $0 == nil })
        try await set("tutor", group)
        let now = try tutors()
        #expect(!now.isEmpty && now.allSatisfy { $0 == "tutor" })
        let followed = try place.installation.followedStudents(
            of: "tutor", page: 0, pageSize: 500)
        #expect(followed.count == now.count && followed.rows.count == now.count)
        let all = try place.count("SELECT count(*) FROM placement_assignment")
        #expect(
            try place.installation.followedStudents(of: "leader", page: 0, pageSize: 7)
                .rows.count == 7)
        #expect(
            try place.installation.followedStudents(of: "leader", page: 0, pageSize: 7).count
                == all)
        #expect(
            try place.installation.followedStudents(of: "eva", page: 0, pageSize: 7).count == 0)
        #expect(try place.installation.verify().faults.isEmpty)
    }

    @Test("After a swap each of the two reads of it, and of nobody else")
    func swap() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let installation = place.installation
        let assignments = try installation.assignments(of: try place.known())
        let first = PersonID("st-\(assignments[0].student)")
        let id = try await installation.askSwap(in: place.round, by: first)
        let asked = try #require(try installation.swap(id, for: first))
        let second = try #require(
            try assignments.dropFirst().first { other in
                try installation.outlook(of: asked, with: PersonID("st-\(other.student)"))?
                    .difference != nil
            })
        try await installation.answerSwap(id, agrees: true, by: PersonID("st-\(second.student)"))
        let publication = try #require(
            try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "jon"))
        _ = try await place.finish(publication)
        let pair = [assignments[0].student, second.student]
        for each in assignments.prefix(12) + [second] {
            let own = try #require(
                try installation.ownPlacement(
                    of: PersonID("st-\(each.student)"), in: place.round))
            let explanation = try #require(try installation.explanation(of: own))
            #expect(explanation.isSwapped == pair.contains(each.student), "\(each.student)")
            for other in pair where other != each.student {
                #expect(!"\(explanation)".contains(other))
            }
        }
    }
}
