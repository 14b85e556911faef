import CivilCalendar
import Competence
import Engine
import Support
import Testing

/// Entries as they come about: some revoke earlier ones, some run out, none looks ahead.
private func randomEntries(_ random: inout SeededRandom, count: Int) -> [CompetenceEntry] {
    let begin = CivilDay(number: 20_000)
    var recorded = begin
    var entries: [CompetenceEntry] = []
    for number in 1...count {
        recorded = recorded.adding(days: Int.random(in: 0...20, using: &random))
        let earlier = entries.filter { entry in
            entry.kind != .revoked && !entries.contains { $0.revokes == entry.number }
        }
        if let target = earlier.randomElement(using: &random),
            Int.random(in: 0..<5, using: &random) == 0
        {
            entries.append(
                CompetenceEntry(
                    number: number, kind: .revoked, competence: target.competence,
                    level: target.level, achievedOn: recorded, revokes: target.number,
                    recordedOn: recorded))
            continue
        }
        let achieved = recorded.adding(days: -Int.random(in: 0...60, using: &random))
        let levels: [LevelID] = ["basic", "supervised", "independent"]
        entries.append(
            CompetenceEntry(
                number: number, kind: .attested,
                competence: CompetenceID("c\(Int.random(in: 0..<4, using: &random))"),
                level: levels.randomElement(using: &random), achievedOn: achieved,
                validUntil: Bool.random(using: &random)
                    ? achieved.adding(days: Int.random(in: 0...90, using: &random)) : nil,
                recordedOn: recorded))
    }
    return entries
}

private let ladder = Ladder(
    id: "practice", title: .empty,
    levels: ["basic", "supervised", "independent", "guiding"].map {
        Ladder.Level(id: LevelID($0), title: .empty)
    })

@Suite struct RecordTests {
    @Test(arguments: UInt64(1)...40) func aRecordNeverDependsOnLaterEntries(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let all = randomEntries(&random, count: 30)
        for length in 0...all.count {
            let known = Array(all.prefix(length))
            guard let last = known.last?.recordedOn else { continue }
            // Whatever is written on a later day changes nothing of a day before.
            let later = all.dropFirst(length).filter { $0.recordedOn > last }
            for back in [0, 1, 13, 100] {
                let day = last.adding(days: -back)
                #expect(
                    CompetenceRecord(known + later, asOf: day)
                        == CompetenceRecord(known, asOf: day))
            }
        }
    }

    @Test(arguments: UInt64(1)...40) func aRevokedEntryCountsNowhere(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let all = randomEntries(&random, count: 40)
        let revocations = all.filter { $0.kind == .revoked }
        for revocation in revocations {
            let target = try #require(all.first { $0.number == revocation.revokes })
            for ahead in [0, 1, 30, 400] {
                let record = CompetenceRecord(
                    all, asOf: revocation.recordedOn.adding(days: ahead))
                #expect(!record.entries.contains(target))
                #expect(record.best(target.competence, on: ladder) != target)
                #expect(
                    record.lasting(target.competence, on: ladder, atLeast: nil) != target)
                // The same without the two lines at all.
                let without = all.filter {
                    $0.number != target.number && $0.number != revocation.number
                }
                #expect(
                    record.entries
                        == CompetenceRecord(without, asOf: record.day).entries)
            }
        }
    }

    @Test func theDaysOfAnEntryAreItsFirstAndLast() throws {
        let day = try #require(CivilDay("2026-03-02"))
        let entry = CompetenceEntry(
            number: 1, kind: .attested, competence: "a", level: "basic", achievedOn: day,
            validUntil: day.adding(days: 10), recordedOn: day.adding(days: 2))
        func counts(_ offset: Int) -> Bool {
            !CompetenceRecord([entry], asOf: day.adding(days: offset)).entries.isEmpty
        }
        #expect([0, 1, 2, 10, 11].map(counts) == [false, false, true, true, false])
    }

    @Test func theNextStepOfALadderIsTheOneAbove() {
        #expect(ladder.next(after: nil)?.id == "basic")
        #expect(ladder.next(after: "supervised")?.id == "independent")
        #expect(ladder.next(after: "guiding") == nil)
        #expect(ladder.next(after: "unheard") == nil)
    }
}

@Suite struct AttestationTests {
    private let two = AttestationRule(by: [.mentor, .lineManager], persons: 2)

    @Test func nobodyCountsForThemselfWhereTwoAreNeeded() {
        let both = AttestationRule(by: [.own, .mentor], persons: 2)
        let own = AttestationRule.Voice("a", as: [.own, .mentor])
        #expect(!both.counts(own, for: "a"))
        #expect(both.verdict([own], for: "a") == .waiting(2))
    }

    @Test func onePersonWithTwoCapacitiesIsOnePerson() {
        let voice = AttestationRule.Voice("k", as: [.mentor, .lineManager])
        #expect(two.verdict([voice, voice], for: "a") == .waiting(1))
        let other = AttestationRule.Voice("m", as: [.mentor])
        #expect(two.verdict([voice, other], for: "a") == .enough)
    }

    @Test func whoHasNoneOfTheCapacitiesDoesNotCount() {
        #expect(!two.counts(AttestationRule.Voice("h", as: [.hr]), for: "a"))
        #expect(!two.counts(AttestationRule.Voice("h", as: []), for: "a"))
        // "self" is nobody else's capacity.
        let own = AttestationRule(by: [.own])
        #expect(!own.counts(AttestationRule.Voice("h", as: [.own]), for: "a"))
        #expect(own.counts(AttestationRule.Voice("a", as: [.own]), for: "a"))
    }
}
