import CivilCalendar
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// Notes that nobody but their author reads.
@Suite(.onBothDatabases) struct NoteTests {
    private let secret = "Hun grua seg for nattevaktene. Æøå"

    private func begin() async throws -> (World, EnrolmentID) {
        let world = try World()
        try await world.ward()
        let report = try await world.importText(
            people: """
                id,name,email,private-email,language,unit,digest
                stand-in,Dina Vik,dina@example.org,,nb,ward,
                stranger,Sol Strand,sol@example.org,,nb,city,
                """)
        if !report.isApplied { throw World.Missing() }
        return (world, try await world.enrolAmina())
    }

    private func texts(
        _ world: World, _ person: PersonID, _ id: EnrolmentID
    ) throws -> [String?] {
        try world.installation.notes(by: person, about: id, page: 0, pageSize: 50).notes.map(\.text)
    }

    @Test func everyRoleButTheParticipantsHasNotesOfItsOwn() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let may: [PersonID: Bool] = [
            "leader": true, "buddy": true, "hr": true, "director": true, "amina": false,
            "stranger": false,
        ]
        for (person, allowed) in may {
            #expect(try installation.mayWriteNotes(person, about: id) == allowed, "\(person)")
            if allowed {
                try await installation.writeNote("\(person): \(secret)", about: id, by: person)
            } else {
                await #expect(throws: OperationError.noSuchNote(id.rawValue)) {
                    try await installation.writeNote("x", about: id, by: person)
                }
                #expect(try installation.notesSubject(id, for: person) == nil)
            }
        }
        for (person, allowed) in may {
            #expect(try texts(world, person, id) == (allowed ? ["\(person): \(secret)"] : []))
        }
    }

    @Test func onlyItsAuthorChangesOrDeletesANote() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let note = try await installation.writeNote(secret, about: id, by: "buddy")
        for person in ["leader", "hr", "director", "amina", "nobody"] as [PersonID] {
            await #expect(throws: OperationError.noSuchNote(note)) {
                try await installation.changeNote(note, to: "x", about: id, by: person)
            }
            await #expect(throws: OperationError.noSuchNote(note)) {
                try await installation.deleteNote(note, about: id, by: person)
            }
        }
        #expect(try texts(world, "buddy", id) == [secret])
        try await installation.changeNote(note, to: "Ny tekst", about: id, by: "buddy")
        #expect(try texts(world, "buddy", id) == ["Ny tekst"])
        try await installation.deleteNote(note, about: id, by: "buddy")
        #expect(try texts(world, "buddy", id) == [])
        let rows = try installation.database.read {
            try $0.count("SELECT count(*) FROM private_note")
        }
        #expect(rows == 0)
    }

    @Test func aStandInAndAHolderDoNotReadEachOther() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        try await installation.writeNote(secret, about: id, by: "buddy")
        try await installation.act(
            .arrangeCover(
                "buddy", by: "stand-in", from: world.now.day,
                until: world.now.day.adding(days: 14), reason: "Ferie"),
            on: id, by: .person("leader"))
        #expect(try installation.mayWriteNotes("stand-in", about: id))
        #expect(try texts(world, "stand-in", id) == [])
        try await installation.writeNote("Vikarens", about: id, by: "stand-in")
        #expect(try texts(world, "buddy", id) == [secret])
        #expect(try texts(world, "stand-in", id) == ["Vikarens"])
    }

    @Test func whoLosesTheRoleKeepsWhatTheyWrote() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let note = try await installation.writeNote(secret, about: id, by: "buddy")
        #expect(try installation.leftNotes(by: "buddy") == [])
        try await installation.act(
            .handOver("buddy", to: "stand-in", reason: "Ny fadder"), on: id,
            by: .person("leader"))
        #expect(try !installation.mayWriteNotes("buddy", about: id))
        #expect(try texts(world, "buddy", id) == [secret])
        #expect(try texts(world, "stand-in", id) == [])
        #expect(try installation.notesSubject(id, for: "buddy") == "Amina Yusuf")
        let left = try installation.leftNotes(by: "buddy")
        #expect(left.map(\.enrolment) == [id] && left.map(\.count) == [1])
        try await installation.changeNote(note, to: "Kortere", about: id, by: "buddy")
        await #expect(throws: OperationError.noSuchNote(id.rawValue)) {
            try await installation.writeNote("Ny", about: id, by: "buddy")
        }
        try await installation.deleteNote(note, about: id, by: "buddy")
        #expect(try installation.notesSubject(id, for: "buddy") == nil)
    }

    @Test func theTableABackupAndTheOutboxShowNothingOfIt() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        _ = try await installation.addEndpoint(
            url: "https://hooks.example/all", kinds: [], owner: "director")
        let note = try await installation.writeNote(secret, about: id, by: "leader", key: "k1")
        try await installation.changeNote(
            note, to: secret + "!", about: id, by: "leader", key: "k2")
        // The same text twice is not seen to be the same.
        try await installation.writeNote(secret + "!", about: id, by: "leader")
        try world.move(to: "2026-03-02T08:30")
        while try await installation.wakeDue().woken > 0 {}
        let rows = try installation.database.read { connection in
            try connection.all("SELECT sealed FROM private_note") { $0.bytes(0) }
        }
        #expect(rows.count == 2 && rows[0] != rows[1])
        let backup = world.folder.url.appending(path: "backup.sqlite")
        try installation.database.backUp(to: backup.path)
        let folder = world.folder.url
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 2)
        for file in files {
            let bytes = try Data(contentsOf: file)
            #expect(bytes.range(of: Data("nattevaktene".utf8)) == nil, "\(file)")
            #expect(bytes.range(of: Data("Æøå".utf8)) == nil, "\(file)")
        }
        // The search finds what is there: the name of the unit is in the same files.
        #expect(try Data(contentsOf: backup).range(of: Data("Avdeling Bjørk".utf8)) != nil)
        // Nor can it be tried out: the log of keys holds no plain digest of it.
        let messages = try installation.messages(limit: 1_000)
        #expect(!messages.isEmpty && messages.allSatisfy { !$0.body.contains("nattevakt") })
        #expect(
            try installation.history(of: id).allSatisfy { !"\($0.event)".contains("nattevakt") })
    }

    @Test func anAlteredRowIsToldAndNeverShown() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        let first = try await installation.writeNote(secret, about: id, by: "leader")
        let other = try await installation.writeNote("Nils sitt", about: id, by: "buddy")
        let sealed = try installation.database.read { connection in
            try World.need(
                connection.first(
                    "SELECT sealed FROM private_note WHERE id = ?", [.text(first)]
                ) { $0.bytes(0) })
        }
        func store(_ bytes: [UInt8], _ note: String) async throws {
            try await installation.database.write { connection in
                _ = try connection.run(
                    "UPDATE private_note SET sealed = ? WHERE id = ?",
                    [.bytes(bytes), .text(note)])
            }
        }
        for index in [0, 1, 12, 13, sealed.count - 1] {
            var altered = sealed
            altered[index] ^= 0x20
            try await store(altered, first)
            #expect(try texts(world, "leader", id) == [nil])
        }
        for short in [[], [1], Array(sealed.prefix(20))] as [[UInt8]] {
            try await store(short, first)
            #expect(try texts(world, "leader", id) == [nil])
        }
        // What one person's row holds does not open in another's.
        try await store(sealed, other)
        #expect(try texts(world, "buddy", id) == [nil])
        try await store(sealed, first)
        #expect(try texts(world, "leader", id) == [secret])
        // It can still be thrown away.
        try await installation.deleteNote(other, about: id, by: "buddy")
        #expect(try texts(world, "buddy", id) == [])
    }

    @Test func theSigningSecretMayChangeAndTheNotesSecretMayNot() async throws {
        let (world, id) = try await begin()
        try await world.installation.writeNote(secret, about: id, by: "leader")
        func reopened(_ secret: UInt8, _ notes: UInt8) -> Installation {
            Installation(
                database: world.installation.database, clock: world.clock,
                random: Operations.SeededRandom(seed: 9), time: world.installation.time,
                settings: InstallationSettings(
                    mailDomain: "ombord.example", baseURL: "https://ombord.example",
                    secret: Array(repeating: secret, count: 32),
                    notesSecret: Array(repeating: notes, count: 32)))
        }
        func read(_ installation: Installation) throws -> [String?] {
            try installation.notes(by: "leader", about: id, page: 0, pageSize: 5).notes.map(\.text)
        }
        #expect(try read(reopened(8, 7)) == [secret])
        #expect(try read(reopened(7, 8)) == [nil])
    }

    @Test func whatIsEmptyOrTooLongIsRefusedAndAKeyActsOnce() async throws {
        let (world, id) = try await begin()
        let installation = world.installation
        for text in ["", " \n", String(repeating: "æ", count: 4001)] {
            await #expect(throws: OperationError.self) {
                try await installation.writeNote(text, about: id, by: "leader")
            }
        }
        let long = String(repeating: "æ", count: 4000)
        let first = try await installation.writeNote(long, about: id, by: "leader", key: "k")
        #expect(
            try await installation.writeNote(long, about: id, by: "leader", key: "k") == first)
        await #expect(throws: OperationError.keyReused("k")) {
            try await installation.writeNote("annet", about: id, by: "leader", key: "k")
        }
        #expect(try texts(world, "leader", id) == [long])
    }
}
