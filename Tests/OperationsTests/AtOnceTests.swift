import CivilCalendar
import Engine
import Operations
import Support
import Testing

/// What people do at the same moment: callers decide ahead of the writer, from what they last saw.
@Suite(.onBothDatabases) struct AtOnceTests {
    private func running() async throws -> (World, EnrolmentID) {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.live(until: "2026-03-10T09:00")
        return (world, id)
    }

    /// The open steps that Amina's own word completes.
    private func hers(_ world: World, _ id: EnrolmentID) throws -> [StepID] {
        try World.need(try world.installation.enrolmentView(id, for: "amina")).steps
            .filter { $0.status == .open && $0.step.signers.roles == [.participant] }
            .map(\.step.id)
    }

    private func sign(
        _ step: StepID, _ id: EnrolmentID, _ installation: Installation, _ day: CivilDay
    ) async -> Bool {
        let result = try? await installation.act(
            .sign(step, by: "amina", affirms: true, on: day), on: id, by: .person("amina"))
        return result != nil
    }

    @Test func aStepIsCompletedOnceHoweverManySaySoAtOnce() async throws {
        let (world, id) = try await running()
        let steps = try hers(world, id)
        // What the first leaves is what the others decide from.
        #expect(await sign(try World.need(steps.first), id, world.installation, world.now.day))
        let step = try World.need(steps.last)
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<48 {
                group.addTask { await sign(step, id, world.installation, world.now.day) }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
        #expect(try world.installation.verify().faults == [])
    }

    @Test func whatManyDoToOneEnrolmentAtOnceIsAllThere() async throws {
        let (world, id) = try await running()
        let steps = try hers(world, id)
        try #require(steps.count > 2)
        await withTaskGroup(of: Void.self) { group in
            for step in steps {
                group.addTask {
                    #expect(await sign(step, id, world.installation, world.now.day))
                }
            }
        }
        let left = try hers(world, id)
        #expect(Set(left).isDisjoint(with: steps))
        #expect(try world.installation.verify().faults == [])
    }

    @Test func whatAnotherProcessHasDoneIsSeen() async throws {
        let (world, id) = try await running()
        let steps = try hers(world, id)
        try #require(steps.count > 2)
        let other = try World.reopened(world)
        let day = world.now.day
        #expect(await sign(steps[0], id, world.installation, day))
        #expect(await sign(steps[1], id, other, day))
        // The first has kept the enrolment as it was before the other's act.
        #expect(await !sign(steps[1], id, world.installation, day))
        #expect(await sign(steps[2], id, world.installation, day))
        #expect(await !sign(steps[2], id, other, day))
        #expect(try world.installation.verify().faults == [])
    }

    @Test func anActUnderAKeyIsDoneOnceWhicheverProcessIsAsked() async throws {
        let (world, id) = try await running()
        let steps = try hers(world, id)
        try #require(steps.count > 2)
        let other = try World.reopened(world)
        let day = world.now.day
        func act(_ index: Int, _ installation: Installation, key: String) async throws -> ActResult
        {
            try await installation.act(
                .sign(steps[index], by: "amina", affirms: true, on: day), on: id,
                by: .person("amina"), key: key)
        }
        let first = try await act(0, world.installation, key: "first")
        let second = try await act(1, other, key: "second")
        // The first process still has the enrolment as it was before the second's act.
        let third = try await act(2, world.installation, key: "third")
        #expect([first, second, third].allSatisfy { $0.events > 0 })
        // A repetition gets the first answer from either, whatever it knows of the enrolment.
        for installation in [world.installation, other] {
            #expect(try await act(0, installation, key: "first") == first)
            #expect(try await act(1, installation, key: "second") == second)
            #expect(try await act(2, installation, key: "third") == third)
            await #expect(throws: OperationError.keyReused("third")) {
                try await act(1, installation, key: "third")
            }
            // A refusal leaves its key free.
            await #expect(throws: OperationError.self) {
                try await act(1, installation, key: "fourth")
            }
        }
        let view = try World.need(world.installation.enrolmentView(id, for: "amina"))
        let done = view.steps.filter { steps[0...2].contains($0.step.id) && $0.status == .done }
        #expect(done.count == 3)
        #expect(try world.installation.verify().faults == [])
    }
}
