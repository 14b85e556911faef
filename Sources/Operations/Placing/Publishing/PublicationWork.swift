import CivilCalendar
import Engine
import JSONText
import Placements
import Storage

// How a publication goes on by itself. What has been done is written in the transaction that does
// it, so that whoever carries on after a stop begins where that ended, and nobody is told twice.
extension Transaction {
    func publication(_ id: String) throws -> PlacementPublication {
        let found = try connection.first(
            "SELECT \(PlacementPublication.columns) FROM placement_publication p WHERE p.id = ?",
            [.text(id)], PlacementPublication.init)
        guard let found else {
            throw OperationError.invalid(field: "publication", problem: .unknown(id))
        }
        return found
    }

    /// Publishes the next students, and tells everybody once when all are.
    func continuePublication(_ id: String, limit: Int) throws -> PlacementPublication {
        let publication = try publication(id)
        if publication.isFinished { return publication }
        let waiting = try connection.all(
            """
            SELECT i.student, i.kind, i.why, i.ward, i.period, i.supervisor
            FROM placement_publication_item i
            WHERE i.publication = ? AND i.status = 'waiting' ORDER BY i.student LIMIT ?
            """, [.text(id), SQLValue(limit)]
        ) { row in
            PlaceChange(
                student: row.text(0), kind: PlaceChange.Kind(rawValue: row.text(1)) ?? .start,
                old: nil,
                new: row.optionalText(3).flatMap { ward in
                    row.optionalText(4).map {
                        PlaceChange.Place(
                            ward: ward, period: $0, supervisor: row.optionalText(5))
                    }
                },
                end: row.optionalText(2).flatMap { RoundAssignment.End(rawValue: $0) })
        }
        let publisher = try PlacePublisher(
            self, round: publication.round, students: waiting.map(\.student),
            reason: publication.reason, actor: publication.actor)
        var done = 0
        for change in waiting where try carryOut(change, id, publisher) { done += 1 }
        try connection.run(
            "UPDATE placement_publication SET done = done + ?, refused = refused + ? WHERE id = ?",
            [SQLValue(done), SQLValue(waiting.count - done), .text(id)])
        if waiting.count < limit { try finish(id) }
        return try self.publication(id)
    }

    /// One student: all of it and the note that it is done, or nothing of either.
    ///
    /// - Returns: whether it was done.
    private func carryOut(
        _ change: PlaceChange, _ publication: String, _ publisher: PlacePublisher
    ) throws -> Bool {
        try connection.run("SAVEPOINT placement", [])
        var status = "done"
        var detail: String?
        do {
            if let obstacle = try publisher.carryOut(publisher.completed(change), publication) {
                (status, detail) = ("refused", obstacle.rawValue)
            }
        } catch let error as OperationError {
            try connection.run("ROLLBACK TO placement", [])
            status = "refused"
            detail = if case .alreadyEnrolled = error {
                PlacementObstacleToStart.alreadyEnrolled.rawValue
            } else {
                // Whoever publishes is who reads it.
                error.sentence(in: try needPerson(publisher.actor).language, programme: nil)
            }
        }
        try connection.run("RELEASE placement", [])
        try connection.run(
            """
            UPDATE placement_publication_item SET status = ?, detail = ?
            WHERE publication = ? AND student = ?
            """, [.text(status), SQLValue(detail), .text(publication), .text(change.student)])
        return detail == nil
    }

    /// What stands published in a round, as an allocation to repair; nil where nothing does.
    func publishedBase(_ round: String) throws -> String? {
        let standing = try assignments(ofRound: round)
        if standing.isEmpty { return nil }
        return PlacementAllocation(
            instance: round,
            assignments: standing.map(\.place)
        ).json().text
    }

    private func finish(_ id: String) throws {
        try connection.run(
            """
            UPDATE placement_publication SET status = 'done', finished_at = ? WHERE id = ?
            """, [.integer(now.milliseconds), .text(id)])
        let people = try connection.all(
            "SELECT DISTINCT person FROM placement_news WHERE publication = ? ORDER BY person",
            [.text(id)]
        ) { $0.text(0) }
        let sending = SendingRules().nextSending(from: civilNow, in: WorkingCalendar())
        for person in people {
            try Outbox(self).insert(
                QueuedMessage(
                    identity: "placement-news/\(id)/\(person)", channel: .mail,
                    kind: PlacementNewsMail.kind, enrolment: nil, recipient: person,
                    body: .object(["publication": .string(id)]),
                    availableAt: installation.time.instant(sending)))
        }
        let publication = try publication(id)
        // A swap leaves nobody without a place.
        guard publication.draft != nil else { return }
        try tellUnplaced(publication, at: installation.time.instant(sending))
    }
}
