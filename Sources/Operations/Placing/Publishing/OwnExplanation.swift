import CivilCalendar
import Engine
public import Placements
import Storage
import Synchronization

extension Installation {
    /// Why the student is where they are, and not where they wished to be; nil where nothing has
    /// been published for them. Wards have their names in it.
    ///
    /// It is of what stands: of a place that came by a swap it says that, and of one that came by a
    /// later publication why it was changed.
    public func explanation(of own: OwnPlacement) throws -> PlacementExplanation? {
        try query { try $0.explanation(of: own) }
    }
}

/// The allocators of the drafts that were last asked about: to read an instance of thousands takes
/// much longer than to explain one student's place.
final class PlacementExplainers: Sendable {
    /// Some students have their places by a first draft, and some by a repair of it.
    private static let mostKept = 3
    private let kept = Mutex<[(input: String, allocator: Allocator)]>([])

    func allocator(_ input: String, _ make: () throws -> Allocator) rethrows -> Allocator {
        if let known = kept.withLock({ $0.first { $0.input == input } }) { return known.allocator }
        let allocator = try make()
        kept.withLock { kept in
            kept.append((input, allocator))
            if kept.count > Self.mostKept { kept.removeFirst() }
        }
        return allocator
    }
}

/// Where a student's place comes from.
private struct PlaceOrigin {
    /// The draft whose reasons hold, or held before the students changed places.
    let draft: String
    var change: PlacementExplanation.Change?
}

extension Transaction {
    fileprivate func explanation(of own: OwnPlacement) throws -> PlacementExplanation? {
        guard own.isPublished, let origin = try origin(of: own),
            let draft = try draft(origin.draft, own.round)
        else { return nil }
        do {
            let found = try installation.rounds.result(draft.id) { try draftResult(draft) }
            guard let result = found else {
                throw OperationError.damaged("placement draft \(draft.id)")
            }
            guard result.instance.students.contains(where: { $0.id == own.student }) else {
                return nil
            }
            let allocator = try installation.explainers.allocator(draft.input) {
                try Allocator(result.instance)
            }
            // By the allocation that gave the place: what others were given since was no reason.
            var allocation = result.allocation
            if case .swapped = origin.change {
                allocation.assignments = try assignments(ofRound: own.round).map(\.place).filter {
                    $0.student == own.student
                }
            }
            var explanation = try allocator.explain(
                own.student, in: allocation, method: draft.method)
            // Somebody who has a place is told nothing that speaks of none.
            if (explanation.place == nil) != (own.place == nil) { return nil }
            explanation.profile = draft.profile
            explanation.change = origin.change
            return explanation.naming(try placeNames(own.round))
        } catch is PlacementFault {
            // The input of a finished draft was read once: it cannot be wrong now.
            throw OperationError.damaged("placement draft \(draft.id)")
        }
    }

    /// Where the place comes from that a student has; for one who has none the newest draft that
    /// was published. Nil where there is none.
    private func origin(of own: OwnPlacement) throws -> PlaceOrigin? {
        let rows = try connection.all(
            """
            SELECT \(RoundAssignment.columns) FROM placement_assignment a
            WHERE a.round = ? AND a.student = ?
            ORDER BY a.published_at, CASE WHEN a.ended_at IS NULL THEN 1 ELSE 0 END, a.ended_at,
                a.id
            """, [.text(own.round), .text(own.student)], RoundAssignment.init)
        guard let now = rows.last, now.endedAt == nil else {
            return try connection.first(
                """
                SELECT draft FROM placement_publication
                WHERE round = ? AND draft IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1
                """, [.text(own.round)]
            ) { PlaceOrigin(draft: $0.text(0)) }
        }
        // The same place is written anew where only its supervisor changes; whoever gave it up and
        // came back was given it once more.
        var first = rows.count - 1
        while first > 0, rows[first - 1].ward == now.ward, rows[first - 1].period == now.period,
            rows[first - 1].end != .withdrawn
        {
            first -= 1
        }
        let before = first > 0 ? rows[first - 1] : nil
        if let before, before.end == .swapped {
            let draft = rows[..<first].compactMap(\.draft).last
            return draft.map {
                PlaceOrigin(draft: $0, change: .swapped(on: before.endedAt.map(isoDay)))
            }
        }
        guard let draft = rows[first].draft else { return nil }
        return PlaceOrigin(
            draft: draft, change: try change(own.round, draft, rows[first], after: before))
    }

    private func isoDay(_ instant: Instant) -> String {
        installation.time.civil(instant).day.description
    }

    /// What a later publication than the first did for a student; nil for the first.
    private func change(
        _ round: String, _ draft: String, _ given: RoundAssignment, after before: RoundAssignment?
    ) throws -> PlacementExplanation.Change? {
        let found = try connection.first(
            """
            SELECT p.reason, d.base, (SELECT count(*) FROM placement_publication e
                WHERE e.round = p.round AND e.draft <> p.draft AND e.started_at < p.started_at),
                (SELECT count(*) FROM placement_publication e
                    WHERE e.round = p.round AND e.id <> p.id
                        AND e.started_at >= d.started_at AND e.started_at < p.started_at),
                (SELECT count(*) FROM placement_assignment s
                    WHERE s.round = p.round AND s.ended_why = 'swapped'
                        AND s.ended_at >= d.started_at AND s.ended_at < p.started_at)
            FROM placement_publication p JOIN placement_draft d ON d.id = p.draft
            WHERE p.round = ? AND p.draft = ? AND p.started_at <= ?
            ORDER BY p.started_at DESC, p.id LIMIT 1
            """, [.text(round), .text(draft), .integer(given.publishedAt.milliseconds)]
        ) { row in
            // What was published or swapped since it was made is not what it has repaired.
            let isRepair = !row.isNull(1) && row.int(3) == 0 && row.int(4) == 0
            return (reason: row.text(0), isRepair: isRepair, isLater: row.int(2) > 0)
        }
        guard let found else { return nil }
        let day = isoDay(given.publishedAt)
        if let before, before.end == .moved {
            return .moved(
                on: day, ward: before.ward, period: before.period, reason: found.reason,
                isRepair: found.isRepair)
        }
        return found.isRepair && found.isLater ? .added(on: day) : nil
    }

    /// The names of wards and institutions by their ids, and of periods by their days.
    private func placeNames(_ round: String) throws -> [String: String] {
        var names: [String: String] = [:]
        try connection.forEach(
            """
            SELECT w.id, i.name || ', ' || w.name FROM placement_ward w
            JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
            WHERE w.round = ?
            """, [.text(round)]
        ) { names[$0.text(0)] = $0.text(1) }
        return names
    }
}

extension PlacementExplanation {
    /// The same with names in the place of wards' ids.
    func naming(_ names: [String: String]) -> PlacementExplanation {
        var result = self
        if let ward = place?.ward { result.place?.ward = names[ward] ?? ward }
        if case .moved(let day, let ward, let period, let reason, let isRepair) = change {
            result.change = .moved(
                on: day, ward: names[ward] ?? ward, period: period, reason: reason,
                isRepair: isRepair)
        }
        for index in result.unmet.indices {
            if case .ward(let ward) = unmet[index].wish {
                result.unmet[index].name = names[ward] ?? ward
            }
            for other in result.unmet[index].hindrances.indices {
                let ward = unmet[index].hindrances[other].ward
                result.unmet[index].hindrances[other].ward = names[ward] ?? ward
            }
        }
        return result
    }
}
