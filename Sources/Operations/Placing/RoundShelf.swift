import Engine
public import Placements
import Storage
import Synchronization

/// What was computed from a round or read of a draft lately. Everything here is named by what it
/// was made from, so that nothing in it grows old.
final class RoundShelf: Sendable {
    private struct State {
        var results: [String: DraftResult] = [:]
        /// What was used last stands last.
        var order: [String] = []
    }

    private static let mostKept = 8
    private let state = Mutex(State())
    /// A ward's capacity follows from what is said of the ward and of nothing else.
    private let capacities = RecentlyUsed<PlacementSupply, CapacityReport>(generation: 1_000)

    /// The capacity of all wards of a supply, computed anew only for those of which something has
    /// changed.
    func capacity(of supply: PlacementSupply) -> CapacityReport {
        CapacityReport(
            joining: supply.byWard.map { part in
                if let known = capacities[part] { return known }
                let made = CapacityReport(part)
                capacities[part] = made
                return made
            }, name: supply.name)
    }

    func result(_ draft: String, _ make: () throws -> DraftResult?) rethrows -> DraftResult? {
        if let known = state.withLock({ Self.use(draft, &$0).results[draft] }) { return known }
        guard let made = try make() else { return nil }
        state.withLock { state in
            state.results[draft] = made
            Self.keep(draft, &state)
        }
        return made
    }

    private static func use(_ name: String, _ state: inout State) -> State {
        if let index = state.order.firstIndex(of: name) {
            state.order.remove(at: index)
            state.order.append(name)
        }
        return state
    }

    private static func keep(_ name: String, _ state: inout State) {
        state.order.removeAll { $0 == name }
        state.order.append(name)
        while state.order.count > mostKept {
            let oldest = state.order.removeFirst()
            state.results[oldest] = nil
        }
    }
}

extension Installation {
    /// The capacity of a whole round, computed anew only where something of it has changed.
    public func capacity(of contents: RoundContents) throws -> CapacityReport {
        rounds.capacity(of: try contents.supply())
    }

    /// Computes the capacities of the newest rounds that are not published, which takes a second
    /// for a city and would be waited for by whoever looks first.
    func prepareCapacities() throws {
        let open = try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PlacementRound.columns) FROM placement_round r
                WHERE r.status <> 'published' ORDER BY r.created_at DESC, r.id LIMIT 3
                """, [], PlacementRound.init
            ).map {
                try RoundContents(
                    $0, places: RoundReader(round: $0.id, transaction: transaction))
            }
        }
        for contents in open { _ = try capacity(of: contents) }
    }

    /// The loads of those supervisors that the allocator's instance depends on, in the same way.
    func loads(of contents: RoundContents) throws -> [String: CapacityReport.Load] {
        let report = contents.plannedCapacity(try contents.supply())
        return Dictionary(uniqueKeysWithValues: report.loads.map { ($0.supervisor, $0) })
    }
}
