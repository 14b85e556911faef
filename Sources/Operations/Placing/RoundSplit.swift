import Cryptography
public import Engine
import JSONText
public import Placements
import Storage

/// What the division between schools is made from, named by its contents.
public struct SplitInput: Sendable {
    public let instance: PlacementInstance
    public let question: SplitQuestion
    /// SHA-256 of the documents.
    public let hash: String
}

/// A division that a coordinator keeps: the schools' quotas in all drafts from then on.
public struct KeptSplit: Sendable {
    public let lines: [SchoolSplit.Line]
    public let allotments: [SchoolSplit.Allotment]
    public let madeAt: Instant
    public let madeBy: String?
}

extension RoundContents {
    /// What the division is made from, whatever was kept before.
    public func splitInput() throws(PlacementFault) -> SplitInput {
        var whole = self
        whole.split = nil
        let document = whole.wholeDocument
        let instance = try PlacementInstance(document)
        let question = whole.splitQuestion(instance)
        let needs = question.needs.map {
            "\($0.school) \($0.profession) \($0.year) \($0.periods) \($0.count)"
        }
        let shares = question.shares.map { "\($0.school) \($0.profession) \($0.weight)" }
        let text = ([document.text] + needs + shares).joined(separator: "\n")
        return SplitInput(
            instance: instance, question: question,
            hash: Cryptography.hex(Cryptography.sha256(of: text)))
    }
}

extension Installation {
    /// Keeps a division between schools.
    public func keepSplit(
        _ split: SchoolSplit, of round: String, by person: PersonID
    ) async throws {
        let text = split.json.text
        try await transact { transaction in
            _ = try transaction.needRound(round, for: person)
            try transaction.connection.run(
                """
                INSERT INTO placement_split (round, result, made_at, made_by)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (round) DO UPDATE SET result = excluded.result,
                    made_at = excluded.made_at, made_by = excluded.made_by
                """,
                [
                    .text(round), .text(text), .integer(transaction.now.milliseconds),
                    .text(person.rawValue),
                ])
        }
    }

    /// Lets go of a kept division: the agreements are the quotas again.
    public func dropSplit(of round: String, by person: PersonID) async throws {
        try await transact { transaction in
            _ = try transaction.needRound(round, for: person)
            try transaction.connection.run(
                "DELETE FROM placement_split WHERE round = ?", [.text(round)])
        }
    }

    /// The division that was kept; nil where none was.
    public func keptSplit(of round: PlacementRound) throws -> KeptSplit? {
        try query { transaction in
            let row = try transaction.connection.first(
                """
                SELECT s.result, s.made_at, p.name FROM placement_split s
                LEFT JOIN person p ON p.id = s.made_by WHERE s.round = ?
                """, [.text(round.id)]
            ) { ($0.text(0), Instant(milliseconds: $0.integer(1)), $0.optionalText(2)) }
            guard let (text, madeAt, name) = row else { return nil }
            guard let json = JSON(text) else {
                throw OperationError.damaged("placement split \(round.id)")
            }
            return KeptSplit(
                lines: (json["schools"]?.array ?? []).map(SchoolSplit.Line.init),
                allotments: (json["allotments"]?.array ?? []).map(SchoolSplit.Allotment.init),
                madeAt: madeAt, madeBy: name)
        }
    }
}
