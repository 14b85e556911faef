import CivilCalendar
import Engine
import Operations
import Placements
import Storage
import Support
import Testing

/// What publishing an allocation brings about, and what comes after it.
@Suite(.onBothDatabases) struct PublishingTests {
    @Test("Every placed student begins once, with all who have a role, and all are told once")
    func publishing() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        let difference = try place.difference(draft)
        let placed = difference.changes.count
        #expect(placed > 100)
        #expect(difference.counts == [.start: placed])
        let round = try place.known()
        let lines = try place.installation.preview(
            Array(difference.changes.prefix(5)), of: round, reason: "–", by: "jon")
        #expect(lines.allSatisfy { $0.obstacle == nil && !$0.consequences.isEmpty })
        #expect(try place.count("SELECT count(*) FROM enrolment") == 0)
        let publication = try await place.publish(draft)
        #expect(publication.total == placed)
        #expect(publication.done == placed)
        #expect(try place.known().status == .published)
        let assignments = try place.installation.assignments(of: round)
        #expect(assignments.count == placed)
        for assignment in assignments {
            let view = try place.installation.enrolment(try #require(assignment.enrolment))
            let roles = view.enrolment.roles
            #expect(roles[.participant]?.rawValue == "st-\(assignment.student)")
            #expect(roles["supervisor"]?.rawValue == assignment.supervisor.map { "su-\($0)" })
            #expect(roles["university-tutor"] == "tutor")
            #expect(roles["coordinator"] == "jon")
            #expect(roles[.lineManager] == "leader")
        }
        let news = "SELECT count(*) FROM message WHERE kind = 'placement-news'"
        let supervisors = Set(assignments.compactMap(\.supervisor))
        #expect(try place.count(news) == supervisors.count + 2)
        #expect(
            try place.count("SELECT count(*) FROM message WHERE kind = 'welcome'") == placed)
        // The same draft again is no change, and nobody is told again.
        let before = try place.count("SELECT count(*) FROM message")
        #expect(try place.difference(draft).changes.isEmpty)
        #expect(try place.difference(draft).unchanged == placed)
        await #expect(
            throws: OperationError.invalid(field: "draft", problem: .nothingToPublish)
        ) { try await place.publish(draft) }
        #expect(try place.count("SELECT count(*) FROM message") == before)
        try await place.world.courier.deliverAll()
        let tutor = place.world.mail.sent.filter { "\($0)".contains("tuva@example.org") }
        #expect(tutor.count(where: { "\($0)".contains("Studieåret 2027/2028") }) == 1)
    }

    @Test("A publication that its process did not live to end goes on in another")
    func goesOn() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        let id = try await place.installation.publishPlacements(
            draft, of: place.round, reason: "", by: "jon", key: "form")
        #expect(
            try await place.installation.publishPlacements(
                draft, of: place.round, reason: "", by: "jon", key: "form") == id)
        for _ in 0..<2 { try await place.installation.continuePublication(id) }
        #expect(try place.count("SELECT count(*) FROM enrolment") == 50)
        await #expect(throws: OperationError.self) {
            _ = try await place.installation.publishPlacements(
                draft, of: place.round, reason: "", by: "jon", key: "another")
        }
        let other = try World.reopened(place.world)
        let found = try #require(try other.unfinishedPublication())
        #expect(found == id)
        while try await !other.continuePublication(found).isFinished {}
        #expect(try other.unfinishedPublication() == nil)
        let placed = try place.installation.assignments(of: try place.known()).count
        #expect(try place.count("SELECT count(*) FROM enrolment") == placed)
        #expect(
            try place.count("SELECT count(*) FROM message WHERE kind = 'welcome'") == placed)
        let twice = """
            SELECT count(*) FROM (SELECT recipient FROM message WHERE kind = 'placement-news'
            GROUP BY recipient HAVING count(*) > 1) AS twice
            """
        #expect(try place.count(twice) == 0)
    }

    @Test("A repair moves few, ends what has no place, and tells both sides")
    func repair() async throws {
        let place = try await PublishingWorld()
        let first = try await place.draft()
        try await place.publish(first)
        let round = try place.known()
        let gone = try #require(try place.installation.assignments(of: round).first)
        let absent = try #require(
            try place.installation.assignments(of: round).last { $0.supervisor != nil })
        try await place.installation.withdraw(
            student: gone.student, from: place.round, by: "jon")
        let period = try #require(
            try place.placing.contents().periods.first { $0.id == absent.period })
        try await place.installation.reportAbsence(
            of: try #require(absent.supervisor), in: place.round, from: period.firstWeek,
            to: period.lastWeek, by: "jon")
        let repaired = try await place.draft(.optimal, base: first)
        let difference = try place.difference(repaired)
        #expect(difference.changes.contains { $0.student == gone.student && $0.kind == .end })
        #expect(difference.changes.contains { $0.student == absent.student })
        #expect(difference.unchanged > 100)
        await #expect(throws: OperationError.self) { try await place.publish(repaired) }
        let before = try place.count("SELECT count(*) FROM message")
        try await place.publish(repaired, reason: "Endringer etter publiseringen")
        #expect(try place.count("SELECT count(*) FROM message") > before)
        #expect(
            try place.installation.enrolment(try #require(gone.enrolment)).enrolment.status
                == .stopped)
        let now = try place.installation.assignments(of: round)
        #expect(!now.contains { $0.student == gone.student })
        for change in difference.changes {
            let assignment = now.first { $0.student == change.student }
            #expect(assignment?.ward == change.new?.ward)
            #expect(assignment?.period == change.new?.period)
            guard change.kind == .move || change.kind == .supervisor,
                let id = assignment?.enrolment
            else { continue }
            // The enrolment went along: its people and dates are those of the new place.
            let enrolment = try place.installation.enrolment(id).enrolment
            let supervisor = change.new?.supervisor.map { PersonID("su-\($0)") }
            #expect(enrolment.roles["supervisor"] == supervisor)
            let days = try place.placing.contents().periods.first { $0.id == change.new?.period }
            #expect(enrolment.anchors["period-start"] == days?.days?.lowerBound)
        }
        #expect(try place.difference(repaired).changes.isEmpty)
        #expect(try place.installation.verify().faults.isEmpty)
    }

    @Test("A supervisor's absence shows whom it endangers, and the leader gets the plan to make")
    func absence() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let round = try place.known()
        let assignment = try #require(
            try place.installation.assignments(of: round).first { $0.supervisor != nil })
        let supervisor = try #require(assignment.supervisor)
        let period = try #require(
            try place.placing.contents().periods.first { $0.id == assignment.period })
        func view(_ person: PersonID) throws -> AbsenceView {
            try place.installation.absence(
                of: supervisor, in: place.round, from: period.firstWeek, to: period.lastWeek,
                for: person)
        }
        let own = PersonID("su-\(supervisor)")
        #expect(try view(own).students.contains { $0.enrolment == assignment.enrolment })
        #expect(try view("leader").isKnown == false)
        for person in ["eva", PersonID("st-\(assignment.student)"), "tutor"] {
            #expect(throws: OperationError.noSuchRound(place.round)) { try view(person) }
        }
        for _ in 0..<2 {
            try await place.installation.reportAbsence(
                of: supervisor, in: place.round, from: period.firstWeek, to: period.lastWeek,
                by: own)
        }
        try place.world.move(to: "2026-11-02T09:00")
        try await place.world.settle()
        let after = try view("jon")
        #expect(after.isKnown)
        let student = try #require(
            after.students.first { $0.enrolment == assignment.enrolment })
        let step = try #require(student.step)
        #expect(!student.isPlanned)
        let id = try #require(assignment.enrolment)
        let plan = try place.installation.enrolment(id)
        let own1 = try #require(plan.steps.first { $0.step.id == step })
        #expect(own1.step.actors.roles == [.lineManager])
        #expect(own1.status == .open)
        #expect(plan.enrolment.edits.count == 1)
        // Nothing comes of it: the leader is reminded, and then the coordinator is told.
        func told(_ kind: String, _ person: String) throws -> Int {
            try place.count(
                """
                SELECT count(*) FROM message WHERE kind = '\(kind)' AND recipient = '\(person)'
                    AND enrolment = '\(id)' AND identity LIKE '%\(step)%'
                """)
        }
        #expect(try told("reminder", "leader") == 0)
        try place.world.move(to: "2026-11-04T12:00")
        try await place.world.settle()
        #expect(try told("reminder", "leader") == 1)
        #expect(try told("escalation", "jon") == 0)
        try place.world.move(to: "2026-11-09T12:00")
        try await place.world.settle()
        #expect(try told("escalation", "jon") == 1)
        try await place.installation.act(
            .sign(step, by: "leader", affirms: true, on: place.world.now.day), on: id,
            by: .person("leader"))
        #expect(try view("jon").students.first { $0.enrolment == id }?.isPlanned == true)
    }

    @Test("A swap needs both, keeps the rules, and is done by the coordinator")
    func swap() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let round = try place.known()
        let installation = place.installation
        let assignments = try installation.assignments(of: round)
        let first = PersonID("st-\(assignments[0].student)")
        let id = try await installation.askSwap(in: place.round, by: first)
        #expect(try await installation.askSwap(in: place.round, by: first) == id)
        #expect(try installation.swap(id, for: "leader") == nil)
        var partner: RoundAssignment?
        let asked = try #require(try installation.swap(id, for: first))
        for other in assignments.dropFirst() {
            let person = PersonID("st-\(other.student)")
            let outlook = try #require(try installation.outlook(of: asked, with: person))
            if outlook.difference != nil {
                partner = other
                break
            }
            await #expect(throws: OperationError.self) {
                try await installation.answerSwap(id, agrees: true, by: person)
            }
        }
        let second = try #require(partner)
        await #expect(throws: OperationError.self) {
            _ = try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "jon")
        }
        try await installation.answerSwap(id, agrees: true, by: PersonID("st-\(second.student)"))
        // Nobody else has anything to do with it from now on.
        #expect(try installation.swap(id, for: PersonID("st-\(assignments[5].student)")) == nil)
        await #expect(throws: OperationError.noSuchRound(place.round)) {
            _ = try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "eva")
        }
        let publication = try #require(
            try await installation.decideSwap(
                id, accepts: true, reason: "Bytte", in: place.round, by: "jon"))
        _ = try await place.finish(publication)
        let now = try installation.assignments(of: round)
        let one = try #require(now.first { $0.student == assignments[0].student })
        let two = try #require(now.first { $0.student == second.student })
        #expect(one.ward == second.ward && one.period == second.period)
        #expect(two.ward == assignments[0].ward && two.period == assignments[0].period)
        #expect(one.enrolment == assignments[0].enrolment)
        let allocation = PlacementAllocation(
            instance: place.round,
            assignments: now.map {
                .init(
                    student: $0.student, ward: $0.ward, period: $0.period,
                    supervisor: $0.supervisor)
            })
        var instance = try place.placing.contents().instance()
        instance.locks = []
        #expect(AllocationCheck(allocation, of: instance).violations.isEmpty)
    }

    @Test("A student's own page holds nobody else, and says why")
    func own() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let installation = place.installation
        #expect(try installation.ownPlacements(of: "jon").isEmpty)
        #expect(try installation.ownPlacement(of: "eva", in: place.round) == nil)
        let students = try place.placing.contents().students
        for student in students.prefix(20) {
            let own = try #require(
                try installation.ownPlacement(of: PersonID("st-\(student.id)"), in: place.round))
            #expect(own.student == student.id)
            let explanation = try #require(try installation.explanation(of: own))
            #expect((explanation.place == nil) == (own.place == nil))
            let text = "\(explanation)"
            for other in students where other.id != student.id {
                #expect(!text.contains(other.id))
            }
        }
        let supervisor = try #require(
            try installation.assignments(of: try place.known()).compactMap(\.supervisor).first)
        let own = try #require(
            try installation.ownSupervisions(of: PersonID("su-\(supervisor)")).first)
        #expect(!own.students.isEmpty)
        #expect(own.weeks > 0)
        #expect(try installation.ownSupervisions(of: "st-s00001").isEmpty)
    }

    @Test("Wishes are taken until the day, for places that there are, and no longer")
    func wishes() async throws {
        let place = try await PublishingWorld()
        let installation = place.installation
        let options = try installation.wishOptions(in: place.round)
        let names = [options[3].name, options[0].name]
        await #expect(throws: OperationError.self) {
            try await installation.wish(names, in: place.round, by: "st-s00001")
        }
        await #expect(throws: OperationError.noSuchRound(place.round)) {
            try await installation.takeWishes(
                until: place.world.now.day, most: 2, in: place.round, by: "eva")
        }
        try await installation.takeWishes(
            until: place.world.now.day, most: 2, in: place.round, by: "jon")
        try await installation.wish(names, in: place.round, by: "st-s00001")
        #expect(
            try installation.ownPlacement(of: "st-s00001", in: place.round)?.wishes == names)
        for wrong in [["Månen"], [names[0], names[1], options[1].name], [names[0], names[0]]] {
            await #expect(throws: OperationError.self) {
                try await installation.wish(wrong, in: place.round, by: "st-s00001")
            }
        }
        #expect(
            try installation.ownPlacement(of: "st-s00001", in: place.round)?.wishes == names)
        try place.world.move(to: "2026-11-03T08:00")
        await #expect(throws: OperationError.self) {
            try await installation.wish([], in: place.round, by: "st-s00001")
        }
    }

    @Test("What is published and ahead comes before a round that is only being made")
    func ahead() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        let installation = place.installation
        try place.world.move(to: "2026-11-02T09:00")
        let next = try await installation.createRound(
            "Neste år", in: "city", deadlines: World.need(.usual(autumnOf: 2028)), by: "jon")
        let assignment = try #require(
            try installation.assignments(of: try place.known()).first { $0.supervisor != nil })
        let (student, supervisor) = (assignment.student, try #require(assignment.supervisor))
        let report = try await installation.importTables(
            [
                PlacingWorld.table("periods", "id,from,to,season\nV1,2029-W03,2029-W10,spring"),
                PlacingWorld.table("schools", "id,name\nny,Nyskolen"),
                PlacingWorld.table("institutions", "id,name\nhus,Huset"),
                PlacingWorld.table(
                    "wards",
                    "id,institution,name,field,needs_car,model\npost,hus,Post,x,no,single"),
                PlacingWorld.table(
                    "students",
                    """
                    id,school,profession,year,periods,zone,lottery,person
                    a,ny,sykepleie,2,V1,z,1,\(student)@school.example
                    """),
                PlacingWorld.table(
                    "supervisors",
                    """
                    id,ward,profession,trained,years,periods,person
                    v,post,sykepleie,yes,1|2|3,V1,su-\(supervisor)
                    """),
            ], into: next, by: "jon", dryRun: false)
        #expect(report.errors.isEmpty, "\(report.errors)")
        let person = PersonID("st-\(student)")
        #expect(try installation.ownPlacements(of: person).map(\.round) == [place.round, next])
        let su = PersonID("su-\(supervisor)")
        #expect(try installation.ownSupervisions(of: su).map(\.round) == [place.round, next])
        // When it is over, the newest round comes first.
        try place.world.move(to: "2028-12-01T08:00")
        #expect(try installation.ownPlacements(of: person).map(\.round) == [next, place.round])
        #expect(try installation.ownSupervisions(of: su).map(\.round) == [next, place.round])
    }

    @Test("Whoever leads the ward, or the nearest unit above, finds cover; else the coordinator")
    func whoFindsCover() async throws {
        for (unit, answering) in [("post", "leader"), (nil, "jon")] as [(String?, PersonID)] {
            let place = try await PublishingWorld()
            let installation = place.installation
            let report = try await place.world.importText(
                units: "id,name,kind,parent,manager\npost,Post 1,ward,home,",
                people: "id,name,unit\nchief,Sjef,city")
            #expect(report.isApplied)
            try await installation.database.write { connection in
                // Whoever leads the round's own unit leads nobody at an institution outside it.
                try connection.run("UPDATE org_unit SET manager = 'chief' WHERE id = 'city'", [])
                try connection.run("UPDATE placement_ward SET unit = ?", [SQLValue(unit)])
            }
            try await place.publish(try await place.draft())
            let assignment = try #require(
                try installation.assignments(of: try place.known()).first { $0.supervisor != nil })
            let id = try #require(assignment.enrolment)
            let supervisor = try #require(assignment.supervisor)
            let period = try #require(
                try place.placing.contents().periods.first { $0.id == assignment.period })
            #expect(try installation.enrolment(id).enrolment.roles[.lineManager] == answering)
            func view(_ person: PersonID) throws -> AbsenceView {
                try installation.absence(
                    of: supervisor, in: place.round, from: period.firstWeek,
                    to: period.lastWeek, for: person)
            }
            #expect(throws: OperationError.noSuchRound(place.round)) { try view("chief") }
            try await installation.reportAbsence(
                of: supervisor, in: place.round, from: period.firstWeek, to: period.lastWeek,
                by: "jon")
            let shown = try view(answering)
            #expect(shown.isKnown && !shown.students.isEmpty)
            #expect(shown.students.allSatisfy { $0.leader == answering && $0.step != nil })
        }
    }
}
