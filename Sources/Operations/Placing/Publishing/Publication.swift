import CivilCalendar
public import Engine
import Placements
import Storage
import Wording

/// The publishing of an allocation, or of a change of it: one act on many students that goes on
/// after a stop.
public struct PlacementPublication: Hashable, Sendable {
    public let id: String
    public let round: String
    /// The draft that is published; nil for a swap.
    public let draft: String?
    /// What the coordinator wrote to those whose place is another.
    public let reason: String
    public let actor: PersonID
    public let isFinished: Bool
    public let total: Int
    /// Carried out, and those that could not be.
    public let done: Int
    public let refused: Int
    public let startedAt: Instant
    public let finishedAt: Instant?

    public var waiting: Int { total - done - refused }

    static let columns = """
        p.id, p.round, p.draft, p.reason, p.actor, p.status, p.total, p.started_at, p.finished_at,
        p.done, p.refused
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        round = row.text(1)
        draft = row.optionalText(2)
        reason = row.text(3)
        actor = PersonID(row.text(4))
        isFinished = row.text(5) == "done"
        total = row.int(6)
        startedAt = Instant(milliseconds: row.integer(7))
        finishedAt = row.optionalInteger(8).map { Instant(milliseconds: $0) }
        done = row.int(9)
        refused = row.int(10)
    }
}

/// Why nothing begins, moves or ends for a student, though the place is published.
public enum PlacementObstacleToStart: String, Sendable, CaseIterable {
    /// It is not known who in the system the student is.
    case nobody
    /// No programme has been published for the profession and study year.
    case noProgramme = "no-programme"
    /// The student is in the programme already, for another placement.
    case alreadyEnrolled = "already-enrolled"
    /// The period ended before it was done: nothing of it is changed any more.
    case over
    /// The engine refused it: the detail says why.
    case refused
}

/// What publishing would do for one student.
public struct PlaceChangeLine: Sendable {
    public let change: PlaceChange
    /// What would happen in the student's enrolment, each command after the one before.
    public let consequences: [Consequences]
    public let obstacle: PlacementObstacleToStart?
}

extension Installation {
    /// How many students one transaction publishes.
    public static let publishingChunk = 25

    /// How an allocation differs from what stands published. Changes nothing.
    public func difference(
        publishing draft: PlacementDraft, of round: PlacementRound
    ) throws -> PlaceDifference? {
        try query { try $0.difference(draft, round.id) }
    }

    /// What publishing would bring about for some of the students, computed by the code that would
    /// do it. Changes nothing.
    public func preview(
        _ changes: [PlaceChange], of round: PlacementRound, reason: String, by person: PersonID
    ) throws -> [PlaceChangeLine] {
        try query { transaction in
            let publisher = try PlacePublisher(
                transaction, round: round.id, students: changes.map(\.student), reason: reason,
                actor: person)
            return try changes.map { try publisher.line($0) }
        }
    }

    /// Begins to publish a draft: what is to be done is written down, and done by
    /// `continuePublication`, here or by the service, whatever happens in between.
    ///
    /// - Parameters:
    ///   - better: The better draft that whoever publishes knows of; see `DraftReview`.
    ///   - shown: The mark of what whoever publishes was shown; see `PublicationOutlook`.
    /// - Returns: the publication's id; the same for the same key.
    /// - Throws: `OperationError.noSuchRound` for whoever does not coordinate it; `.invalid` where
    ///   the draft breaks a rule in the round as it is now, changes nothing, or is not what was
    ///   shown any more, or a better draft was not confirmed. Nothing has then changed.
    public func publishPlacements(
        _ draft: String, of round: String, reason: String, by person: PersonID,
        confirming better: String? = nil, shown: String? = nil, key: String? = nil
    ) async throws -> String {
        let id = random.identifier("q")
        // What is dear is done, and kept, before the one writer is asked for.
        _ = try query { transaction in
            try transaction.placementRound(round, for: person).flatMap { known in
                try transaction.draft(draft, known.id).flatMap { found in
                    try transaction.difference(found, known.id).flatMap {
                        try transaction.review(found, known.id, $0)
                    }
                }
            }
        }
        let found = try await transact { transaction in
            try transaction.once(key, fingerprint: "publish \(round) \(draft) \(reason)") {
                let known = try transaction.needRound(round, for: person)
                let difference = try transaction.publishable(
                    draft, round, reason, confirming: better, shown: shown)
                try transaction.publish(difference, draft, known, reason, person, as: id)
                return id
            }
        }
        wakeUps.ring()
        return found
    }

    /// Carries a publication some students further: one transaction.
    @discardableResult
    public func continuePublication(_ id: String) async throws -> PlacementPublication {
        let publication = try await transact { transaction in
            try transaction.continuePublication(id, limit: Self.publishingChunk)
        }
        wakeUps.ring(except: 3)
        return publication
    }

    /// The oldest publication that is not finished.
    public func unfinishedPublication() throws -> String? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT id FROM placement_publication WHERE status = 'running'
                ORDER BY started_at, id LIMIT 1
                """
            ) { $0.text(0) }
        }
    }

    /// A publication of a round; nil where the round has none of that id.
    public func publication(
        _ id: String, of round: PlacementRound
    ) throws -> PlacementPublication? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT \(PlacementPublication.columns) FROM placement_publication p
                WHERE p.id = ? AND p.round = ?
                """, [.text(id), .text(round.id)], PlacementPublication.init)
        }
    }

    /// The publications of a round, the newest first.
    public func publications(of round: PlacementRound) throws -> [PlacementPublication] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementPublication.columns) FROM placement_publication p
                WHERE p.round = ? ORDER BY p.started_at DESC, p.id LIMIT 100
                """, [.text(round.id)], PlacementPublication.init)
        }
    }

    /// The students for whom nothing could begin, move or end, with the reason.
    public func refusals(
        of publication: PlacementPublication, page: Int, pageSize: Int
    ) throws -> [(student: String, detail: String)] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT student, detail FROM placement_publication_item
                WHERE publication = ? AND status = 'refused' ORDER BY student LIMIT ? OFFSET ?
                """, [.text(publication.id), SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { ($0.text(0), $0.optionalText(1) ?? "") }
        }
    }
}

extension Transaction {
    /// The difference to a draft of a round; nil until the draft is done.
    func difference(_ draft: PlacementDraft, _ round: String) throws -> PlaceDifference? {
        guard let result = try draftResult(draft) else { return nil }
        return PlaceDifference(
            from: try assignments(ofRound: round), to: result.allocation,
            withdrawn: try withdrawnStudents(round), over: try overPeriods(round))
    }

    func draft(_ id: String, _ round: String) throws -> PlacementDraft? {
        try connection.first(
            """
            SELECT \(PlacementDraft.columns) FROM placement_draft d WHERE d.id = ? AND d.round = ?
            """, [.text(id), .text(round)], PlacementDraft.init)
    }

    func withdrawnStudents(_ round: String) throws -> Set<String> {
        Set(
            try connection.all(
                """
                SELECT id FROM placement_student WHERE round = ? AND withdrawn_at IS NOT NULL
                """, [.text(round)]
            ) { $0.text(0) })
    }

    fileprivate func publish(
        _ difference: PlaceDifference, _ draft: String, _ round: PlacementRound,
        _ reason: String, _ person: PersonID, as id: String
    ) throws {
        try begin(difference, round.id, draft: draft, reason, person, as: id)
        try connection.run(
            """
            UPDATE placement_round SET status = 'published', published_draft = ?,
                published_at = coalesce(published_at, ?) WHERE id = ?
            """, [.text(draft), .integer(now.milliseconds), .text(round.id)])
        if round.status != .published { try endQuestions(round.id, person) }
    }

    /// Nobody is reminded of a question that can be answered no more.
    private func endQuestions(_ round: String, _ person: PersonID) throws {
        let asks = try connection.all(
            """
            SELECT \(PlacementAsk.columns) FROM placement_ask k
            WHERE k.round = ? AND k.answered_at IS NULL ORDER BY k.kind, k.person
            """, [.text(round)], PlacementAsk.init)
        let day = civilNow.day
        let wording = Wording(language: try needPerson(person).language)
        for ask in asks where try store.load(ask.enrolment).enrolment.status.isUnderWay {
            let open = try asked(ask.enrolment, of: ask.person)
            if open.contains(where: { $0.isOpenToAnswer(on: day) }) { continue }
            try perform(
                .stop(on: day, reason: wording.text("placed-questions-over")),
                on: ask.enrolment, by: .person(person))
        }
    }

    /// Writes down what is to be done.
    ///
    /// - Throws: `OperationError.invalid` where another publication of the round is under way.
    func begin(
        _ difference: PlaceDifference, _ round: String, draft: String?, _ reason: String,
        _ person: PersonID, as id: String
    ) throws {
        try requireNoneUnderWay(round)
        try connection.run(
            """
            INSERT INTO placement_publication
                (id, round, draft, reason, actor, status, total, started_at)
            VALUES (?, ?, ?, ?, ?, 'running', ?, ?)
            """,
            [
                .text(id), .text(round), SQLValue(draft), .text(reason), .text(person.rawValue),
                SQLValue(difference.changes.count), .integer(now.milliseconds),
            ])
        for change in difference.changes {
            try connection.run(
                """
                INSERT INTO placement_publication_item
                    (publication, student, kind, why, ward, period, supervisor, status)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')
                """,
                [
                    .text(id), .text(change.student), .text(change.kind.rawValue),
                    SQLValue(change.end?.rawValue), SQLValue(change.new?.ward),
                    SQLValue(change.new?.period), SQLValue(change.new?.supervisor),
                ])
        }
    }
}
