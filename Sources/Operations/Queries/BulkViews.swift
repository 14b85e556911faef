public import Engine
import JSONText
import Storage

/// An act on many as a page shows it.
public struct BulkActView: Sendable {
    public let progress: BulkProgress
    public let change: BulkChange
    public let startedBy: Actor
    /// The act by which it was taken back, or is being.
    public let undoneBy: String?
}

/// Somebody whom an act on many could not change.
public struct BulkRefusal: Sendable {
    public let enrolment: EnrolmentID
    public let participant: PersonID
    /// Why, as things stand now; nil where nothing stands in the way any more.
    public let error: OperationError?
    public let plan: Programme
}

extension Installation {
    /// An act on many, or nil where there is none of that id, or it is none of the person's
    /// business: it is shown to whoever began it and to HR of all units that it is about.
    public func bulkAct(_ act: String, for person: PersonID) throws -> BulkActView? {
        let units = try unitsAsHR(person).map(\.id)
        return try query { transaction in
            let connection = transaction.connection
            let stored = try connection.first(
                "SELECT kind, arguments, actor FROM bulk_act WHERE id = ?", [.text(act)]
            ) { ($0.text(0), $0.text(1), $0.text(2)) }
            guard let (kind, arguments, actor) = stored else { return nil }
            let startedBy = Actor(stored: actor)
            if startedBy != .person(person) {
                guard try transaction.isAbout(act, onlyUnits: Set(units)) else { return nil }
            }
            guard let json = JSON(arguments) else {
                throw OperationError.damaged("act \(act)")
            }
            let undoneBy = try connection.first(
                "SELECT id FROM bulk_act WHERE undoes = ? AND status <> 'cancelled'", [.text(act)]
            ) { $0.text(0) }
            return BulkActView(
                progress: try transaction.bulkProgress(act),
                change: try BulkChange(kind: kind, json), startedBy: startedBy,
                undoneBy: undoneBy)
        }
    }

    /// Those whom an act could not change, a page at a time, with the reason as it is now.
    public func refused(
        by act: BulkActView, page: Int, pageSize: Int
    ) throws -> [BulkRefusal] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT enrolment FROM bulk_item WHERE act = ? AND status = 'refused'
                ORDER BY enrolment LIMIT ? OFFSET ?
                """, [.text(act.progress.act), SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { EnrolmentID($0.text(0)) }.map { id in
                let line = try transaction.line(act.change, id)
                var error: OperationError?
                if case .refused(let found) = line.outcome { error = found }
                return BulkRefusal(
                    enrolment: id, participant: line.participant, error: error, plan: line.plan)
            }
        }
    }

    /// Those whom an act has changed, a page at a time.
    public func changed(
        by act: BulkActView, page: Int, pageSize: Int
    ) throws -> [EnrolmentID] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT enrolment FROM bulk_item WHERE act = ? AND status = 'done'
                ORDER BY enrolment LIMIT ? OFFSET ?
                """, [.text(act.progress.act), SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { EnrolmentID($0.text(0)) }
        }
    }

    /// What an act on many would bring about for some of those that it is about, computed by the
    /// code that would do it. Changes nothing.
    public func preview(_ change: BulkChange, of ids: [EnrolmentID]) throws -> [BulkLine] {
        try query { transaction in try ids.map { try transaction.line(change, $0) } }
    }
}

extension Transaction {
    fileprivate func isAbout(_ act: String, onlyUnits units: Set<String>) throws -> Bool {
        let found = try connection.all(
            """
            SELECT DISTINCT e.unit FROM bulk_item i JOIN enrolment e ON e.id = i.enrolment
            WHERE i.act = ?
            """, [.text(act)]
        ) { $0.optionalText(0) }
        return !found.isEmpty
            && found.allSatisfy { unit in unit.map { units.contains($0) } ?? false }
    }
}
