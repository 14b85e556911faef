public import Engine
public import JSONText
public import Placements
import Storage

/// A proposal of who goes where, made from a round as it was at one moment.
public struct PlacementDraft: Hashable, Sendable {
    /// How far it has come.
    public enum Status: String, Sendable, CaseIterable {
        case waiting, running, done, cancelled
        /// No allocation was made; `fault` says why.
        case failed
    }

    public let id: String
    public let round: String
    /// From 1 within the round.
    public let number: Int
    public let status: Status
    public let method: AllocationMethod
    public let profile: AllocationProfile
    public let seed: Int
    /// In seconds.
    public let timeLimit: Int
    /// SHA-256 of the instance that it was made from, 64 hexadecimal digits.
    public let input: String
    /// The draft that it disturbs as little as can be.
    public let base: String?
    public let placed: Int?
    public let students: Int
    public let partsDone: Int
    public let parts: Int
    public let fault: DraftFault?
    public let startedAt: Instant
    public let startedBy: PersonID
    public let finishedAt: Instant?

    public var isUnderWay: Bool { status == .waiting || status == .running }

    static let columns = """
        d.id, d.round, d.number, d.status, d.method, d.profile, d.seed, d.time_limit, d.input,
        d.base, d.placed, d.students, d.parts_done, d.parts, d.fault, d.started_at, d.started_by,
        d.finished_at
        """

    init(_ row: any ResultRow) throws {
        guard let status = Status(rawValue: row.text(3)),
            let method = AllocationMethod(rawValue: row.text(4)),
            let profile = AllocationProfile(rawValue: row.text(5))
        else { throw OperationError.damaged("placement draft \(row.text(0))") }
        id = row.text(0)
        round = row.text(1)
        number = row.int(2)
        self.status = status
        self.method = method
        self.profile = profile
        seed = row.int(6)
        timeLimit = row.int(7)
        input = row.text(8)
        base = row.optionalText(9)
        placed = row.optionalInteger(10).map { Int($0) }
        students = row.int(11)
        partsDone = row.int(12)
        parts = row.int(13)
        fault = row.optionalText(14).map { DraftFault(text: $0) }
        startedAt = Instant(milliseconds: row.integer(15))
        startedBy = PersonID(row.text(16))
        finishedAt = row.optionalInteger(17).map { Instant(milliseconds: $0) }
    }
}

/// A finished draft with what it was made from and what is proven about it; or, in the same shape,
/// what stands published, so that whatever shows the one can show the other.
public struct DraftResult: Sendable {
    /// Of what stands published the draft that was published last.
    public let draft: PlacementDraft
    /// The instance as it was when the draft was made.
    public let instance: PlacementInstance
    public let allocation: PlacementAllocation
    /// The member `certificate` of the result; of what stands published its objective and who is
    /// without a place, and no proof.
    public let certificate: JSON
    /// Since when it stands, where this is what stands published and not a draft.
    public let published: PublishedDraft?
    /// How many it places in each cell, counted once.
    let placed: [PlacedCell: Int]
}

/// Students of one profession and study year at a ward in a period.
struct PlacedCell: Hashable, Sendable {
    let ward: String
    let period: String
    let profession: String
    let year: Int
}

extension PlacementAllocation {
    func cells(of instance: PlacementInstance) -> [PlacedCell: Int] {
        let students = Dictionary(
            instance.students.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return assignments.reduce(into: [:]) { cells, each in
            guard let student = students[each.student] else { return }
            let cell = PlacedCell(
                ward: each.ward, period: each.period, profession: student.profession,
                year: student.year)
            cells[cell, default: 0] += 1
        }
    }
}

extension Installation {
    /// The drafts of a round that somebody coordinates, the newest first.
    public func placementDrafts(of round: PlacementRound) throws -> [PlacementDraft] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementDraft.columns) FROM placement_draft d
                WHERE d.round = ? ORDER BY d.number DESC
                """, [.text(round.id)], PlacementDraft.init)
        }
    }

    /// A draft of a round; nil where the round has none of that id.
    public func placementDraft(
        _ id: String, of round: PlacementRound
    ) throws -> PlacementDraft? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT \(PlacementDraft.columns) FROM placement_draft d
                WHERE d.id = ? AND d.round = ?
                """, [.text(id), .text(round.id)], PlacementDraft.init)
        }
    }

    /// What a draft came to; nil until it is done.
    public func draftResult(_ draft: PlacementDraft) throws -> DraftResult? {
        try rounds.result(draft.id) { try query { try $0.draftResult(draft) } }
    }
}

extension Transaction {
    /// What a draft came to; nil until it is done.
    func draftResult(_ draft: PlacementDraft) throws -> DraftResult? {
        let texts = try connection.first(
            """
            SELECT i.document, d.result FROM placement_draft d
            JOIN placement_input i ON i.hash = d.input WHERE d.id = ?
            """, [.text(draft.id)]
        ) { ($0.text(0), $0.optionalText(1)) }
        guard let (document, found) = texts, let result = found else { return nil }
        guard let document = JSON(document), let json = JSON(result) else {
            throw OperationError.damaged("placement draft \(draft.id)")
        }
        let instance = try PlacementInstance(document)
        let allocation = try PlacementAllocation(json)
        return DraftResult(
            draft: draft, instance: instance, allocation: allocation,
            certificate: json["certificate"] ?? .null, published: nil,
            placed: allocation.cells(of: instance))
    }
}
