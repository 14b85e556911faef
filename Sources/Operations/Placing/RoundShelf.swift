import Cryptography
import Engine
import JSONText
public import Placements
import Storage
import Synchronization

/// What was computed from a round or read of a draft lately. Everything here is named by what it
/// was made from, so that nothing in it grows old.
final class RoundShelf: Sendable {
    private struct State {
        var capacities: [String: CapacityReport] = [:]
        var results: [String: DraftResult] = [:]
        /// What was used last stands last.
        var order: [String] = []
    }

    private static let mostKept = 8
    private let state = Mutex(State())

    func capacity(
        _ document: String, _ make: () throws -> CapacityReport
    ) rethrows -> CapacityReport {
        let name = Cryptography.hex(Cryptography.sha256(of: document))
        if let known = state.withLock({ Self.use(name, &$0).capacities[name] }) { return known }
        let made = try make()
        state.withLock { state in
            state.capacities[name] = made
            Self.keep(name, &state)
        }
        return made
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
            state.capacities[oldest] = nil
            state.results[oldest] = nil
        }
    }
}

extension Installation {
    /// The capacity of a whole round, computed anew only where something of it has changed.
    public func capacity(of contents: RoundContents) throws -> CapacityReport {
        let document = contents.supplyDocument
        return try rounds.capacity(document.text) {
            CapacityReport(try PlacementSupply(document))
        }
    }

    /// The loads of those supervisors that the allocator's instance depends on, in the same way.
    func loads(of contents: RoundContents) throws -> [String: CapacityReport.Load] {
        let document = contents.supplyDocument
        let report = try rounds.capacity("planned \(document.text)") {
            contents.plannedCapacity(try PlacementSupply(document))
        }
        return Dictionary(uniqueKeysWithValues: report.loads.map { ($0.supervisor, $0) })
    }
}
