import CivilCalendar
import Competence
import Engine
import Foundation
import JSONText
import Operations
import Storage
import Support
import Testing

/// Credentials are checked by a JOSE library in another language (joserfc) and by the rules of
/// Open Badges 3.0, Verifiable Credentials 2.0 and Bitstring Status List 1.0, written down in
/// `Python/verify_badge.py` with their sections.
@Suite(.onBothDatabases) struct CredentialTests {
    private struct Verdict: Decodable {
        var isValid: Bool
        var faults: [String]
        var name: String?
    }

    private func verdict(
        _ token: String, _ world: World, list: String? = nil
    ) async throws -> Verdict {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ text: String) throws -> String {
            let url = folder.url.appending(path: name)
            try Data(text.utf8).write(to: url)
            return url.path
        }
        let status: String
        if let list { status = list } else {
            status = try World.need(world.installation.credentialStatusList())
        }
        let answer = try python(
            script: Repository.url("Tests/OperationsTests/Python/verify_badge.py").path,
            arguments: [
                try write("badge.jwt", token), try write("status.jwt", status),
                try write("jwks.json", try world.installation.credentialKeys().text),
                "\(world.now.day)",
            ])
        return try JSONDecoder().decode(Verdict.self, from: answer)
    }

    private func badge(_ world: World, _ number: Int = 1) async throws -> String {
        try await world.installation.credential(for: number, of: "amina", in: .english)
    }

    private func world() async throws -> World {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        _ = try await world.claimed("fire-safety", "basic", by: "leader")
        _ = try await world.claimed("nurse-authorisation", "certified", by: "hr")
        return world
    }

    @Test func anotherLibraryFindsItRight() async throws {
        let world = try await world()
        for number in 1...3 {
            let found = try await verdict(try await badge(world, number), world)
            #expect(found.isValid, "\(found.faults)")
        }
        #expect(try await verdict(badge(world), world).name == "Nutrition")
        // The same entry is the same credential, to the last byte.
        #expect(try await badge(world) == badge(world))
    }

    private struct Rules: Decodable {
        var faults: [String]
        var broken: Int
        var missed: [String]
    }

    /// The rules of the published schema, transcribed: a credential keeps each of them, and none is
    /// one that cannot be broken.
    @Test(arguments: 1...3)
    func itsFormIsThatOfTheSpecification(number: Int) async throws {
        let world = try await world()
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "badge.jwt")
        try Data(try await badge(world, number).utf8).write(to: file)
        let answer = try python(
            script: Repository.url("Tests/OperationsTests/Python/badge_rules.py").path,
            arguments: [file.path])
        let rules = try JSONDecoder().decode(Rules.self, from: answer)
        #expect(rules.faults == [])
        #expect(rules.missed == [])
        #expect(rules.broken > 80)
    }

    @Test func aChangedOneIsRefused() async throws {
        let world = try await world()
        let token = try await badge(world)
        var random = Support.SeededRandom(seed: 3)
        for _ in 0..<12 {
            var bytes = Array(token.utf8)
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if bytes[place] == UInt8(ascii: ".") { continue }
            bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : 0x41
            let altered = String(decoding: bytes, as: UTF8.self)
            #expect(!(try await verdict(altered, world).isValid), "byte \(place)")
        }
    }

    @Test func aRevokedOneIsRefusedByWhoeverLooksAtTheList() async throws {
        let world = try await world()
        let first = try await badge(world, 1)
        let second = try await badge(world, 2)
        let before = try World.need(world.installation.credentialStatusList())
        try await world.installation.revoke(2, of: "amina", by: "leader", reason: "Wrong")
        #expect(try await verdict(first, world).isValid)
        let found = try await verdict(second, world)
        #expect(found.faults == ["revoked"])
        #expect(try await verdict(second, world, list: before).isValid)
        await #expect(throws: OperationError.competence(.noSuchEntry)) {
            _ = try await badge(world, 2)
        }
    }

    @Test func aNewKeyLeavesOldCredentialsValid() async throws {
        let world = try await world()
        let old = try await badge(world)
        let key = try await world.installation.rotateCredentialKey()
        let new = try await badge(world)
        #expect(old != new)
        for token in [old, new] { #expect(try await verdict(token, world).isValid) }
        let keys = try world.installation.credentialKeys().text
        #expect(keys.contains(key))
        #expect(!keys.contains("\"d\""))
    }

    @Test func itRunsOutAsTheEntryDoes() async throws {
        let world = try await world()
        let token = try await badge(world, 2)
        try await world.live(until: "2027-03-20T09:00")
        #expect(try await verdict(token, world).isValid)
        try await world.live(until: "2027-03-22T09:00")
        #expect(try await verdict(token, world).faults.contains("run out"))
    }
}
