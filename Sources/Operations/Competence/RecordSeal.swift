import Cryptography
import Engine
import Storage

/// One value over where all records end, which nobody makes without the installation's secret.
///
/// Whoever can write the database could take away the last entry of a record and its anchor too, or
/// put an older anchor back, and the rest would fit together. The seal would not: it is the sum
/// (exclusive or) of a keyed digest of each anchor, masked by a keyed digest of how often it was
/// made. Each write of an anchor takes the old one out and puts the new one in; the mask keeps what
/// that changed from whoever saw the seal before and after.
struct RecordSeal: Equatable {
    private static let name = "record-seal"

    private(set) var count: Int
    private(set) var sum: [UInt8]

    static let empty = RecordSeal(count: 0, sum: [UInt8](repeating: 0, count: 32))

    mutating func add(_ digest: [UInt8]) {
        for index in sum.indices { sum[index] ^= digest[index] }
    }

    mutating func next() { count += 1 }

    private func masked(_ key: [UInt8]) -> [UInt8] {
        var seal = self
        seal.add(Self.digest(key, "mask \(count)"))
        return seal.sum
    }

    static func digest(_ key: [UInt8], _ text: String) -> [UInt8] {
        Cryptography.hmacSHA256(key: key, message: Array("record seal \(text)".utf8))
    }

    static func digest(_ key: [UInt8], _ person: PersonID, _ head: RecordHead) -> [UInt8] {
        digest(key, "\(person) \(head.number) \(Cryptography.hex(head.hash))")
    }

    static func load(_ connection: any Connection, _ key: [UInt8]) throws -> RecordSeal? {
        let text = try connection.first(
            "SELECT value FROM setting WHERE name = ?", [.text(name)]
        ) { $0.text(0) }
        let parts = text?.split(separator: " ") ?? []
        guard parts.count == 2, let count = Int(parts[0]),
            let bytes = Base64.decode(parts[1]), bytes.count == 32
        else { return nil }
        var seal = RecordSeal(count: count, sum: bytes)
        seal.add(digest(key, "mask \(count)"))
        return seal
    }

    func save(_ connection: any Connection, _ key: [UInt8]) throws {
        try connection.run(
            """
            INSERT INTO setting (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.text(Self.name), .text("\(count) \(Base64.encode(masked(key)))")])
    }
}

extension Installation {
    /// Seals where all records end, as they are now: for a database from before there was a seal.
    public func sealRecords() async throws {
        try await transact { transaction in
            let old = try RecordSeal.load(transaction.connection, transaction.sealingSecret)
            let seal = RecordSeal(
                count: (old?.count ?? 0) + 1, sum: try transaction.sealOfAnchors().sum)
            try seal.save(transaction.connection, transaction.sealingSecret)
        }
    }
}

extension Transaction {
    fileprivate var sealingSecret: [UInt8] { installation.settings.notesSecret }

    /// Takes a person's old anchor out of the seal and puts the new one in.
    func sealAnchor(_ head: RecordHead, of person: PersonID) throws {
        let old = try connection.first(
            "SELECT number, hash FROM competence_head WHERE person = ?", [.text(person.rawValue)]
        ) { RecordHead(number: $0.int(0), hash: $0.bytes(1)) }
        var seal: RecordSeal
        if let known = try RecordSeal.load(connection, sealingSecret) {
            seal = known
        } else {
            // Anchors without a seal are from before there was one, or somebody has taken it away:
            // it is not made anew by the way.
            if try connection.count("SELECT count(*) FROM competence_head") > 0 { return }
            seal = .empty
        }
        if let old { seal.add(RecordSeal.digest(sealingSecret, person, old)) }
        seal.add(RecordSeal.digest(sealingSecret, person, head))
        seal.next()
        try seal.save(connection, sealingSecret)
    }

    fileprivate func sealOfAnchors() throws -> RecordSeal {
        var seal = RecordSeal.empty
        try connection.forEach("SELECT person, number, hash FROM competence_head", []) { row in
            let head = RecordHead(number: row.int(1), hash: row.bytes(2))
            seal.add(RecordSeal.digest(sealingSecret, PersonID(row.text(0)), head))
        }
        return seal
    }

    /// What is wrong with the seal, in a plain sentence; nil where nothing is.
    func sealFault() throws -> String? {
        let anchors = try sealOfAnchors()
        guard let seal = try RecordSeal.load(connection, sealingSecret) else {
            let count = try connection.count("SELECT count(*) FROM competence_head")
            return count == 0
                ? nil
                : "where the records end was never sealed, or the seal was taken away; "
                    + "`ombord competence seal` seals them as they are now"
        }
        return seal.sum == anchors.sum
            ? nil : "where a record ends was changed or taken away: the seal does not fit"
    }
}
