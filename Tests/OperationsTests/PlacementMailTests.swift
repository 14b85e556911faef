import CivilCalendar
import Delivery
import Engine
import Operations
import Placements
import Storage
import Support
import Testing

/// What those are told whom a publication places, moves, or leaves without a place.
@Suite struct PlacementMailTests {
    private func mails(_ place: PublishingWorld, to student: String) -> [String] {
        place.world.mail.sent.filter {
            $0.to.address.description == "\(student)@school.example"
        }.map { "\($0.subject)\n\($0.text)" }
    }

    /// Everything that may go out the next morning has gone out.
    private func morning(_ place: PublishingWorld, _ moment: String) async throws {
        try place.world.move(to: moment)
        try await place.world.settle()
    }

    @Test("A student is welcomed with ward, time, supervisor and tutor")
    func welcome() async throws {
        let place = try await PublishingWorld()
        try await place.publish(try await place.draft())
        try await morning(place, "2026-11-02T12:00")
        let round = try place.known()
        let assignment = try #require(
            try place.installation.assignments(of: round).first { $0.supervisor != nil })
        let labels = try place.installation.labels(of: round, students: [])
        let mail = try #require(
            mails(place, to: assignment.student).first { $0.contains("Velkommen!") })
        let days = try #require(labels.days(assignment.period))
        #expect(mail.contains("Praksisplassen er \(labels.ward(assignment.ward)), "))
        #expect(mail.contains("\(days.lowerBound.year)"))
        let supervisor = labels.supervisor(try #require(assignment.supervisor))
        #expect(mail.contains("Veilederen er \(supervisor)."))
        #expect(mail.contains("Tuva Lærer følger opp fra skolen."))
    }

    @Test("Whoever is left without a place is told once what happens next, and whom to ask")
    func unplaced() async throws {
        let place = try await PublishingWorld()
        let draft = try await place.draft()
        let placed = Set(try place.difference(draft).changes.map(\.student))
        let without = try place.placing.contents().students.filter { !placed.contains($0.id) }
            .map(\.id)
        #expect(without.count > 2)
        let id = try await place.installation.publishPlacements(
            draft, of: place.round, reason: "", by: "jon")
        try await place.installation.continuePublication(id)
        let told = "SELECT count(*) FROM message WHERE kind = 'placement-none'"
        // Until all are placed it is not known who is not.
        #expect(try place.count(told) == 0)
        _ = try await place.finish(id)
        #expect(try place.count(told) == without.count)
        // Whoever withdraws before it is sent is not told.
        _ = try await place.installation.withdraw(
            student: without[1], from: place.round, by: "jon")
        try await morning(place, "2026-11-02T12:00")
        let mail = try #require(mails(place, to: without[0]).first)
        #expect(mails(place, to: without[0]).count == 1)
        #expect(mail.contains("Det ble ikke plass til deg denne gangen."))
        #expect(mail.contains("spør Jon"))
        #expect(mail.contains("På skolen kan du spørre Tuva Lærer."))
        #expect(mail.contains("/me/placements/\(place.round)"))
        #expect(mails(place, to: without[1]).isEmpty)

        // Published anew after a withdrawal, nobody is told again.
        _ = try await place.installation.withdraw(
            student: try #require(placed.min()), from: place.round, by: "jon")
        try await place.publish(
            try await place.draft(.optimal, base: draft), reason: "En har trukket seg.")
        try await morning(place, "2026-11-03T12:00")
        let none = mails(place, to: without[0]).filter { $0.contains("Det ble ikke plass") }
        #expect(none.count == 1)
    }

    @Test("Whoever loses a place without getting another reads which one it was")
    func lost() async throws {
        let place = try await PublishingWorld()
        let first = try await place.draft()
        try await place.publish(first)
        try await morning(place, "2026-11-02T12:00")
        // All wards close where nobody was promised a place.
        try await place.installation.database.write { connection in
            _ = try connection.run(
                """
                UPDATE placement_offer SET places = 0
                WHERE ward NOT IN (SELECT ward FROM placement_lock)
                """, [])
        }
        let repair = try await place.draft(.optimal, base: first)
        let had = try #require(
            try place.difference(repair).changes.first { $0.old != nil && $0.new == nil })
        let ward = try place.installation.labels(of: try place.known(), students: [])
            .ward(try #require(had.old).ward)
        try await place.publish(repair, reason: "Stengt.")
        try await morning(place, "2026-11-03T12:00")
        let told = mails(place, to: had.student).map { $0.replacing("\n", with: " ") }
        #expect(told.contains { $0.contains("Du hadde plass på \(ward), men") })
        #expect(!told.contains { $0.contains("ikke plass til deg denne gangen") })
    }

    @Test("Whoever is moved reads in one mail from where, where to, and why")
    func moved() async throws {
        let place = try await PublishingWorld()
        let first = try await place.draft()
        try await place.publish(first)
        try await morning(place, "2026-11-02T12:00")
        let round = try place.known()
        let labels = try place.installation.labels(of: round, students: [])
        // Wards close until somebody has to move.
        let before = try place.installation.assignments(of: round)
        let away = try #require(before.last { $0.supervisor != nil })
        let period = try #require(
            try place.placing.contents().periods.first { $0.id == away.period })
        for supervisor in Set(before.filter { $0.ward == away.ward }.compactMap(\.supervisor)) {
            try await place.installation.reportAbsence(
                of: supervisor, in: place.round, from: period.firstWeek, to: period.lastWeek,
                by: "jon")
        }
        let repair = try await place.draft(.optimal, base: first)
        let change = try #require(
            try place.difference(repair).changes.first { $0.kind == .move })
        let sent = place.world.mail.sent.count
        try await place.publish(repair, reason: "Avdelingen mangler veileder.")
        try await morning(place, "2026-11-03T12:00")
        let mails = place.world.mail.sent.dropFirst(sent).filter {
            $0.to.address.description == "\(change.student)@school.example"
        }.map { $0.text.replacing("\n", with: " ") }
        let old = labels.ward(try #require(change.old).ward)
        let new = labels.ward(try #require(change.new).ward)
        let own = try #require(mails.first { $0.contains("Du er flyttet fra") })
        #expect(own.contains("Du er flyttet fra \(old) til \(new), "))
        #expect(own.contains("Avdelingen mangler veileder."))
        #expect(!mails.contains { $0.contains("avsluttet før tiden") }, "\(mails)")
    }
}
