import Delivery
import Engine
import Operations
import Support
import Testing

/// What people say about a programme, and its owner's answer.
@Suite(.onBothDatabases) struct InputTests {
    private func begin() async throws -> (World, EnrolmentID) {
        let world = try World(now: "2026-03-02T07:30")
        try await world.ward()
        let report = try await world.importText(
            units: """
                id,name,kind,parent,manager,hr,programme-owner
                city,Helse,agency,,director,hr,owner
                ward,Avdeling Bjørk,ward,city,leader,,
                other,Avdeling Eik,ward,city,leader,other-hr,other-owner
                """,
            people: """
                id,name,email,private-email,language,unit,digest
                owner,Eva Dahl,eva@example.org,,nb,city,
                other-owner,Ola By,ola@example.org,,nb,other,
                other-hr,Ida Vik,ida@example.org,,nb,other,
                """)
        if !report.isApplied { throw World.Missing() }
        return (world, try await world.enrolAmina(firstDay: "2026-03-09"))
    }

    private func mails(_ world: World, to address: String, _ word: String) -> [String] {
        world.mail.sent.filter { $0.to.address.description == address && $0.subject.contains(word) }
            .map(\.text)
    }

    @Test func anOwnerIsToldTheNextMorningOnceForAll() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        for text in ["Omvisningen kom for sent.", "Lista er for lang.", "Mer om vaktene."] {
            try await installation.giveInput(text, about: id, step: nil, by: "amina")
        }
        try await world.live(until: "2026-03-02T23:00")
        #expect(mails(world, to: "eva@example.org", "bli bedre") == [])
        try await world.live(until: "2026-03-03T09:00")
        let told = mails(world, to: "eva@example.org", "bli bedre")
        #expect(told.count == 1)
        #expect(told.first?.contains("- Ny i helse og omsorg i Oslo") == true)
        // What was said stays on the pages.
        #expect(told.first?.contains("Omvisningen") == false)
        #expect(mails(world, to: "oyvind@example.org", "bli bedre") == [])
        #expect(mails(world, to: "ola@example.org", "bli bedre") == [])
        // A new day, a new mail; on a Friday not before Monday.
        try await world.live(until: "2026-03-06T15:00")
        try await installation.giveInput("Fredag.", about: id, step: nil, by: "buddy")
        try await world.live(until: "2026-03-08T23:00")
        #expect(mails(world, to: "eva@example.org", "bli bedre").count == 1)
        try await world.live(until: "2026-03-09T09:00")
        #expect(mails(world, to: "eva@example.org", "bli bedre").count == 2)
    }

    @Test func whereNobodyOwnsProgrammesHRIsTold() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.installation.giveInput("Bra!", about: id, step: nil, by: "amina")
        try await world.live(until: "2026-03-03T09:00")
        #expect(mails(world, to: "oyvind@example.org", "bli bedre").count == 1)
    }

    @Test func whatWasAnsweredMeanwhileIsNotTold() async throws {
        let (world, id) = try await begin()
        let input = try await world.installation.giveInput(
            "Kort.", about: id, step: nil, by: "amina")
        try await world.installation.answerInput(input, "Takk!", by: "owner")
        try await world.live(until: "2026-03-03T09:00")
        #expect(mails(world, to: "eva@example.org", "bli bedre") == [])
        let messages = try world.installation.messages(status: "withdrawn")
        #expect(messages.contains { $0.kind == "input-received" })
    }

    @Test func theAnswerReachesItsAuthorBeforeTheFirstDayPrivately() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let input = try await installation.giveInput(
            "Hvor møter jeg?", about: id, step: "expectation-clarification", by: "amina")
        #expect(try installation.ownInputs(of: "amina").map(\.answer) == [nil])
        try await installation.answerInput(input, "I resepsjonen.\n\nVelkommen!", by: "owner")
        try await world.live(until: "2026-03-02T12:00")
        let told = mails(world, to: "amina@home.example", "answer to your input")
        #expect(told.count == 1)
        #expect(told.first?.contains("I resepsjonen.\n\nVelkommen!") == true)
        #expect(told.first?.contains("Eva Dahl has answered:") == true)
        let own = try #require(try installation.ownInputs(of: "amina").first)
        #expect(own.answer == "I resepsjonen.\n\nVelkommen!" && own.answeredBy == "Eva Dahl")
        #expect(own.step == "expectation-clarification")
        // The same answer again tells nothing; another tells again.
        try await installation.answerInput(input, "I resepsjonen.\n\nVelkommen!", by: "owner")
        try await world.live(until: "2026-03-02T13:00")
        #expect(mails(world, to: "amina@home.example", "answer to your input").count == 1)
        try await installation.answerInput(input, "I kantina.", by: "hr")
        try await world.live(until: "2026-03-02T14:00")
        #expect(mails(world, to: "amina@home.example", "answer to your input").count == 2)
        // The mailbox shows each as it was sent.
        let kinds = try installation.messages(recipient: "amina").filter {
            $0.kind == "input-answered"
        }
        #expect(kinds.count == 2)
        for message in kinds { #expect(try world.courier.preview(message.id).subject.count > 5) }
    }

    @Test func onlyThoseInChargeOfTheUnitReadAndAnswer() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let input = try await installation.giveInput("Nei.", about: id, step: nil, by: "buddy")
        let may: [PersonID: Bool] = [
            "owner": true, "hr": true, "other-owner": false, "other-hr": false,
            "leader": false, "director": false, "amina": false, "buddy": false, "nobody": false,
        ]
        for (person, allowed) in may {
            #expect(try (installation.input(input, for: person) != nil) == allowed, "\(person)")
            let (rows, total) = try installation.inputs(
                programme: "oslo-onboarding", for: person, .waiting, page: 0, pageSize: 10)
            #expect(rows.count == (allowed ? 1 : 0) && total == rows.count)
            #expect(try installation.waitingInputs(for: person) == total)
            if !allowed {
                await #expect(throws: OperationError.noSuchInput(input)) {
                    try await installation.answerInput(input, "x", by: person)
                }
            }
        }
        try await installation.answerInput(input, "Takk.", by: "hr", key: "a")
        try await installation.answerInput(input, "Takk.", by: "hr", key: "a")
        #expect(try installation.waitingInputs(for: "owner") == 0)
        func count(_ filter: InputFilter, _ programme: ProgrammeID? = nil) throws -> Int {
            try installation.inputs(
                programme: programme, for: "owner", filter, page: 0, pageSize: 10).total
        }
        #expect(try count(.waiting) == 0)
        #expect(try count(.answered) == 1)
        #expect(try count(.all) == 1)
        #expect(try count(.all, "no-such") == 0)
    }

    @Test func whoHasNothingToDoWithItSaysNothing() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        await #expect(throws: OperationError.noSuchEnrolment(id)) {
            try await installation.giveInput("x", about: id, step: nil, by: "other-owner")
        }
        await #expect(throws: OperationError.self) {
            try await installation.giveInput("x", about: id, step: "no-such", by: "amina")
        }
        for text in ["", "\n ", String(repeating: "a", count: 2001)] {
            await #expect(throws: OperationError.self) {
                try await installation.giveInput(text, about: id, step: nil, by: "amina")
            }
        }
        let first = try await installation.giveInput(
            "Ja", about: id, step: nil, by: "amina", key: "k")
        #expect(
            try await installation.giveInput("Ja", about: id, step: nil, by: "amina", key: "k")
                == first)
        await #expect(throws: OperationError.keyReused("k")) {
            try await installation.giveInput("Nei", about: id, step: nil, by: "amina", key: "k")
        }
        #expect(try installation.ownInputs(of: "amina").map(\.text) == ["Ja"])
    }
}
