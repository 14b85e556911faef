import CivilCalendar
import Competence
import Cryptography
public import Engine
public import JSONText
import Storage

// Open Badges 3.0 (1EdTech) as W3C Verifiable Credentials 2.0, each a JWT signed with Ed25519 that
// anybody can check without Ombord; what was revoked is in a bit string status list.
extension Installation {
    /// A credential for one entry of somebody's record: always the same for the same key.
    ///
    /// - Throws: `OperationError.competence(.noSuchEntry)` where the entry does not count.
    public func credential(
        for number: Int, of person: PersonID, in language: Language
    ) async throws -> String {
        let id = random.identifier("v")
        let seed = random.bytes(Cryptography.seedLength)
        let nonce = random.bytes(Cryptography.nonceLength)
        return try await transact { [self] transaction in
            let shelf = try transaction.frameworkShelf()
            let organisation = try transaction.issuerName()
            let all = try transaction.recordedCompetences(of: person)
            guard let entry = all.first(where: { $0.entry.number == number }), !entry.isRevoked,
                entry.entry.kind != .revoked
            else { throw OperationError.competence(.noSuchEntry) }
            let known = try transaction.connection.first(
                "SELECT id, place, issued_at FROM credential WHERE person = ? AND entry = ?",
                [.text(person.rawValue), SQLValue(number)]
            ) { ($0.text(0), $0.int(1), $0.integer(2)) }
            let place: Int
            let name: String
            if let known {
                (name, place) = (known.0, known.1)
            } else {
                name = id
                place = try transaction.connection.count(
                    "SELECT coalesce(max(place), -1) + 1 FROM credential")
                try transaction.connection.run(
                    """
                    INSERT INTO credential (id, person, entry, place, issued_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                    [
                        .text(name), .text(person.rawValue), SQLValue(number), SQLValue(place),
                        .integer(transaction.now.milliseconds),
                    ])
            }
            let key =
                try transaction.credentialKey() ?? transaction.makeCredentialKey(seed, nonce)
            let badge = Badge(
                id: name, place: place, base: settings.baseURL, organisation: organisation,
                entry: entry, subject: transaction.pseudonym(person),
                definition: shelf.definition(entry.entry.competence),
                level: entry.entry.level.map {
                    shelf.title(of: $0, for: entry.entry.competence).text(in: language)
                }, language: language, time: time)
            return signed(badge.json, claims: badge.claims, with: key)
        }
    }

    /// Who issues the credentials, as Open Badges asks for it.
    public func issuerProfile() throws -> JSON {
        .object([
            "@context": .array(Badge.contexts.map { .string($0) }),
            "id": .string(Badge.issuer(settings.baseURL)), "type": .array(["Profile"]),
            "name": .string(try query { try $0.issuerName() }),
            "url": .string(settings.baseURL),
        ])
    }

    /// Which credentials have been revoked, as a signed credential of its own (Bitstring Status
    /// List 1.0); nil before the first credential, when there is no key. Anybody may ask for it, so
    /// it is only read.
    public func credentialStatusList() throws -> String? {
        try query { transaction in
            try transaction.credentialKey().map { try statusList(transaction, $0) }
        }
    }

    private func statusList(_ transaction: Transaction, _ key: CredentialKey) throws -> String {
        // At least 131 072 places, so that a place tells nothing of whose it is.
        var bits = [UInt8](repeating: 0, count: 16_384)
        try transaction.connection.forEach(
            """
            SELECT c.place FROM credential c
            JOIN competence_entry e ON e.person = c.person AND e.revokes = c.entry
            """, []
        ) { row in
            let place = row.int(0)
            while place / 8 >= bits.count { bits += [UInt8](repeating: 0, count: 16_384) }
            bits[place / 8] |= 0x80 >> UInt8(place % 8)
        }
        let address = Badge.statusList(settings.baseURL)
        let issuer = Badge.issuer(settings.baseURL)
        let body = JSON.object([
            "@context": .array([.string(Badge.contexts[0])]), "id": .string(address),
            "type": .array(["VerifiableCredential", "BitstringStatusListCredential"]),
            "issuer": .string(issuer),
            "validFrom": .string(Badge.moment(time.civil(transaction.now).day)),
            "credentialSubject": .object([
                "id": .string("\(address)#list"), "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": .string("u" + Base64.encodeForURL(GZip.stored(bits))),
            ]),
        ])
        return signed(
            body,
            claims: [
                ("iss", .string(issuer)), ("jti", .string(address)),
                ("sub", .string("\(address)#list")),
            ], with: key)
    }

    private func signed(
        _ body: JSON, claims: [(String, JSON)], with key: CredentialKey
    ) -> String {
        let header = JSON.object([
            "alg": "EdDSA", "kid": .string(credentialKeyAddress(key.id)), "typ": "JWT",
        ])
        let payload = JSON.object(body.members + claims.map { JSON.Member($0.0, $0.1) })
        let input =
            Base64.encodeForURL(Array(header.text.utf8)) + "."
            + Base64.encodeForURL(Array(payload.text.utf8))
        let signature = Cryptography.ed25519Signature(of: Array(input.utf8), seed: key.seed)
        return "\(input).\(Base64.encodeForURL(signature ?? []))"
    }
}

extension Transaction {
    /// What the uppermost unit is called.
    fileprivate func issuerName() throws -> String {
        try connection.first(
            "SELECT name FROM org_unit WHERE parent IS NULL ORDER BY id LIMIT 1"
        ) { $0.text(0) } ?? "Ombord"
    }

    /// A name for somebody that tells nobody who they are, and is another in each installation.
    fileprivate func pseudonym(_ person: PersonID) -> String {
        let bytes = Cryptography.hmacSHA256(
            key: installation.settings.notesSecret,
            message: Array("credential subject \(person)".utf8))
        return "urn:ombord:holder:\(Cryptography.hex(bytes.prefix(16)))"
    }
}

/// One entry as an Open Badge.
private struct Badge {
    let id: String
    let place: Int
    let base: String
    let organisation: String
    let entry: RecordedCompetence
    let subject: String
    let definition: CompetenceDefinition?
    let level: String?
    let language: Language
    let time: ZonedTime

    static let contexts = [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]

    static func issuer(_ base: String) -> String { "\(base)/.well-known/issuer.json" }
    static func statusList(_ base: String) -> String { "\(base)/credentials/status" }
    static func moment(_ day: CivilDay) -> String { "\(day)T00:00:00Z" }

    private var address: String { "\(base)/credentials/\(id)" }

    /// What a JWT carries beside the credential (Open Badges 3.0, section 8.2).
    var claims: [(String, JSON)] {
        let start = seconds(entry.entry.achievedOn)
        var claims: [(String, JSON)] = [
            ("iss", .string(Self.issuer(base))), ("jti", .string(address)),
            ("sub", .string(subject)), ("nbf", .integer(start)),
        ]
        if let until = entry.entry.validUntil {
            claims.append(("exp", .integer(seconds(until.adding(days: 1)))))
        }
        return claims
    }

    private func seconds(_ day: CivilDay) -> Int {
        (day.number - (CivilDay("1970-01-01")?.number ?? 0)) * 86_400
    }

    var json: JSON {
        let title = entry.title.text(in: language)
        return .object([
            "@context": .array(Self.contexts.map { .string($0) }), "id": .string(address),
            "type": .array(["VerifiableCredential", "OpenBadgeCredential"]),
            "issuer": .object([
                "id": .string(Self.issuer(base)), "type": .array(["Profile"]),
                "name": .string(organisation),
            ]),
            "validFrom": .string(Self.moment(entry.entry.achievedOn)),
            "validUntil": entry.entry.validUntil.map {
                .string(Self.moment($0.adding(days: 1)))
            },
            "name": .string(title),
            "credentialSubject": .object([
                "id": .string(subject), "type": .array(["AchievementSubject"]),
                "achievement": achievement(title),
            ]),
            "credentialStatus": .object([
                "id": .string("\(Self.statusList(base))#\(place)"),
                "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": .string(String(place)),
                "statusListCredential": .string(Self.statusList(base)),
            ]),
        ])
    }

    private func achievement(_ title: String) -> JSON {
        let alignments = (definition?.identifiers ?? []).map { identifier in
            JSON.object([
                "type": .array(["Alignment"]), "targetName": .string(identifier.title),
                "targetUrl": .string(identifier.uri),
                "targetFramework": .string(identifier.scheme.uppercased()),
            ])
        }
        let facets = CompetenceFacet.allCases.compactMap { definition?.facets[$0] }
            .map { $0.text(in: language) }.joined(separator: " ")
        return .object([
            "id": .string(
                "\(base)/competences/\(entry.entry.competence)"
                    + (entry.entry.level.map { "/\($0)" } ?? "")),
            "type": .array(["Achievement"]), "achievementType": "Competency",
            "name": .string(level.map { "\(title) – \($0)" } ?? title),
            "description": .string(facets.isEmpty ? title : facets),
            "criteria": .object(["narrative": .string(facets.isEmpty ? title : facets)]),
            "alignment": alignments.isEmpty ? nil : .array(alignments),
        ])
    }
}

/// The GZIP file format (RFC 1952) without compressing: a list of few set bits is small enough.
enum GZip {
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        let size = 65_535
        var index = 0
        repeat {
            let end = min(index + size, bytes.count)
            let length = UInt16(end - index)
            result.append(end == bytes.count ? 1 : 0)
            result += [UInt8(length & 0xFF), UInt8(length >> 8)]
            result += [UInt8(~length & 0xFF), UInt8(~length >> 8)]
            result += bytes[index..<end]
            index = end
        } while index < bytes.count
        result += little(checksum(bytes))
        return result + little(UInt32(truncatingIfNeeded: bytes.count))
    }

    private static func little(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// CRC-32 as GZIP computes it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
