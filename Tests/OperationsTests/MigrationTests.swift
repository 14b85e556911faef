import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// Moves between versions of the tutorial's programme, in a real database with real mails.
@Suite(.onBothDatabases) struct MigrationTests {
    /// The tutorial's programme with changes to its text.
    static func source(_ changes: [(String, String)]) throws -> ProgrammeSource {
        var source = try World.need(
            ProgrammeSource(path: Repository.url("Docs/examples/my-unit.yaml").path))
        var text = String(decoding: source.bytes, as: UTF8.self)
        for (old, new) in changes {
            #expect(text.contains(old), "\(old)")
            text = text.replacing(old, with: new)
        }
        source.bytes = Array(text.utf8)
        return source
    }

    /// The next version: the mentor's sign-off has another name and more time, and there is a walk.
    static let next: [(String, String)] = [
        (
            "      - step: medicines\n",
            "      - step: medicine-round\n        renamed-from: medicines\n"
        ),
        ("due: { weeks: 4, after: first-day }", "due: { weeks: 6, after: first-day }"),
        (
            "      - step: mentor-talk\n",
            """
                  - step: walk
                    kind: task
                    title: { nb: Gå en runde, nn: Gå ein runde, en: Take a walk }
                    who: participant
                    due: { weeks: 1, after: first-day }
                  - step: mentor-talk

            """
        ),
    ]

    static func world(people: Int = 1) async throws -> (World, [EnrolmentID]) {
        let world = try World()
        try await world.ward()
        #expect(try await world.installation.publish(try source([])).version?.number == 1)
        var enrolments: [EnrolmentID] = []
        for number in 0..<people {
            _ = try await world.importText(
                people: "id,name,email,unit\nn\(number),New \(number),n\(number)@example.org,ward")
            enrolments.append(
                try await world.installation.enrol(
                    EnrolRequest(
                        participant: PersonID("n\(number)"), programme: "my-unit",
                        anchors: ["first-day": try World.need(CivilDay("2026-03-02"))],
                        facts: ["profession": .choice("nurse")], chosen: [.mentor: "buddy"]),
                    by: .operatorCommand))
        }
        return (world, enrolments)
    }

    static func publishNext(_ world: World) async throws -> BulkChange {
        let (version, diagnostics) = try await world.installation.publish(try source(next))
        let found = try #require(version, "\(diagnostics)")
        #expect(found.number == 2)
        return .migrate("my-unit", to: found.hash)
    }

    static func carryOut(_ change: BulkChange, in world: World) async throws -> BulkProgress {
        let act = try await world.installation.startBulk(change, by: .operatorCommand)
        while try await !world.installation.continueBulk(act).isFinished {}
        return try world.installation.bulkProgress(act)
    }

    private func lines(_ world: World, _ change: BulkChange) throws -> [[String]] {
        var all: [[String]] = []
        try world.installation.preview(change) { line in
            switch line.outcome {
            case .changes(let consequences):
                all.append(
                    consequences.flatMap(\.lines).map { line in
                        let from = line.from.map { " \($0)" } ?? ""
                        let to = line.to.map { " -> \($0)" } ?? ""
                        return "\(line.kind.rawValue) \(line.step)\(from)\(to)"
                    })
            case .unchanged: all.append(["unchanged"])
            case .refused(let error):
                all.append([error.sentence(in: .english, programme: line.plan)])
            }
        }
        return all
    }

    @Test func theLookSaysWhatTheMoveDoes() async throws {
        let (world, enrolments) = try await Self.world()
        try await world.live(until: "2026-03-20T12:00")
        try await world.installation.act(
            .sign("medicines", by: "n0", affirms: true, on: world.now.day), on: enrolments[0],
            by: .person("n0"))
        try await world.installation.act(
            .sign("medicines", by: "buddy", affirms: true, on: world.now.day), on: enrolments[0],
            by: .person("buddy"))
        let change = try await Self.publishNext(world)
        // The walk should have been taken on 9 March; whoever hears of it now has until now.
        #expect(try lines(world, change) == [["added walk -> 2026-03-20"]])
        let before = try world.installation.history(of: enrolments[0]).count
        _ = try lines(world, change)
        #expect(try world.installation.history(of: enrolments[0]).count == before)

        #expect(try await Self.carryOut(change, in: world).done == 1)
        let view = try world.installation.enrolment(enrolments[0])
        #expect(view.versionNumber == 2)
        let statuses = Dictionary(
            view.steps.map { ($0.step.id, $0.status) }, uniquingKeysWith: { first, _ in first })
        #expect(statuses["medicine-round"] == .done)
        #expect(statuses["walk"] == .open)
        #expect(try world.installation.verify().faults == [])
        // One mail to each that says it, and none for the step by itself.
        try await world.live(until: "2026-03-23T12:00")
        let told = try world.installation.database.read { connection in
            try connection.all(
                """
                SELECT recipient FROM message WHERE kind = 'programme-changed'
                    AND status IN ('sent', 'bundled') ORDER BY recipient
                """
            ) { $0.text(0) }
        }
        #expect(told == ["buddy", "leader", "n0"])
        let opened = try world.installation.database.read { connection in
            try connection.count(
                "SELECT count(*) FROM message WHERE identity LIKE '%/walk/opened/%'")
        }
        #expect(opened == 0)
    }

    @Test func aMoveIsTakenBackWithWhatWasDoneSince() async throws {
        let (world, enrolments) = try await Self.world()
        try await world.live(until: "2026-03-20T12:00")
        let id = enrolments[0]
        let before = try world.installation.enrolment(id)
        let change = try await Self.publishNext(world)
        let moved = try await Self.carryOut(change, in: world)
        for person in ["n0", "buddy"] {
            try await world.installation.act(
                .sign("medicine-round", by: PersonID(person), affirms: true, on: world.now.day),
                on: id, by: .person(PersonID(person)))
        }
        let undone = try await Self.carryOut(.undoMigration(moved.act), in: world)
        #expect(undone.done == 1 && undone.undoes == moved.act)
        let after = try world.installation.enrolment(id)
        #expect(after.versionNumber == 1)
        for (old, new) in zip(before.steps, after.steps) {
            #expect(old.step.id == new.step.id && old.dueDay == new.dueDay)
            #expect(new.status == (old.step.id == "medicines" ? .done : old.status))
        }
        #expect(try world.installation.verify().faults == [])
        await #expect(throws: OperationError.self) {
            try await world.installation.startBulk(
                .undoMigration(moved.act), by: .operatorCommand)
        }
    }

    @Test func whoeverWouldLoseAConfirmationStays() async throws {
        let (world, enrolments) = try await Self.world(people: 2)
        try await world.live(until: "2026-03-20T12:00")
        try await world.installation.act(
            .sign("medicines", by: "n0", affirms: true, on: world.now.day), on: enrolments[0],
            by: .person("n0"))
        let text = try Self.source([
            ("      - step: medicines\n", "      - step: something-else\n")
        ])
        let version = try #require(try await world.installation.publish(text).version)
        let change = BulkChange.migrate("my-unit", to: version.hash)
        let shown = try lines(world, change)
        #expect(shown.count(where: { $0.first?.contains("other party") == true }) == 1)
        let progress = try await Self.carryOut(change, in: world)
        #expect(progress.done == 1 && progress.refused == 1)
        let refused = try world.installation.refusals(of: progress.act)
        #expect(refused.map(\.0) == [enrolments[0]])
        #expect(try world.installation.enrolment(enrolments[0]).versionNumber == 1)
        #expect(try world.installation.enrolment(enrolments[1]).versionNumber == 2)
    }

    @Test func anActGoesOnWhereItWasLeft() async throws {
        let (world, enrolments) = try await Self.world(people: 60)
        let change = try await Self.publishNext(world)
        let act = try await world.installation.startBulk(change, by: .operatorCommand)
        let first = try await world.installation.continueBulk(act)
        #expect(first.done > 0 && first.waiting > 0 && !first.isFinished)
        #expect(try world.installation.unfinishedBulk() == act)
        // Nobody is between two versions: everybody's rows are those of their own.
        for id in enrolments {
            let view = try world.installation.enrolment(id)
            let walk = view.steps.contains { $0.step.id == "walk" }
            #expect(walk == (view.versionNumber == 2))
        }
        #expect(try world.installation.verify().faults == [])
        while try await !world.installation.continueBulk(act).isFinished {}
        #expect(try world.installation.bulkProgress(act).done == 60)
        #expect(try world.installation.unfinishedBulk() == nil)
        let again = try await world.installation.continueBulk(act)
        #expect(again.done == 60 && again.isFinished)
    }

    @Test func aNameThatPointsNowhereIsRefused() async throws {
        let (world, _) = try await Self.world()
        let text = try Self.source([
            (
                "      - step: medicines\n",
                "      - step: medicine-round\n        renamed-from: medcines\n"
            )
        ])
        let version = try #require(try await world.installation.publish(text).version)
        let change = BulkChange.migrate("my-unit", to: version.hash)
        #expect(throws: OperationError.self) { try lines(world, change) }
        let error = await #expect(throws: OperationError.self) {
            try await world.installation.startBulk(change, by: .operatorCommand)
        }
        #expect(error?.sentence(in: .english, programme: nil).contains("medcines") == true)
        #expect(try world.installation.bulkActs().isEmpty)
    }

    @Test func onlyTheUnitsThatAreNamedMove() async throws {
        let (world, enrolments) = try await Self.world(people: 2)
        _ = try await world.importText(
            units: "id,name,kind,parent,manager,hr\nother,Avdeling Gran,ward,city,leader,")
        let moved = try await Self.carryOut(
            .moveUnit("n1", to: "other", reason: "Ny avdeling"), in: world)
        #expect(moved.total == 1)
        let change = try await Self.publishNext(world)
        let act = try await world.installation.startBulk(
            change, units: ["other"], by: .operatorCommand)
        while try await !world.installation.continueBulk(act).isFinished {}
        #expect(try world.installation.enrolment(enrolments[0]).versionNumber == 1)
        #expect(try world.installation.enrolment(enrolments[1]).versionNumber == 2)
        await #expect(throws: OperationError.noSuchUnit("nowhere")) {
            try await world.installation.startBulk(
                change, units: ["nowhere"], by: .operatorCommand)
        }
    }
}
