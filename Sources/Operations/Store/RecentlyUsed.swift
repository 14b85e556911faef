import Synchronization

/// What was made last, by what it was made for, so that it need not be made again at once.
///
/// It has two generations: when the young are so many they become the old, and the old are let go.
/// What is asked for stays among the young.
public final class RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let generation: Int
    private let generations = Mutex<(young: [Key: Value], old: [Key: Value])>(([:], [:]))

    /// - Parameter generation: How many are kept at least; at most there are twice as many.
    public init(generation: Int) {
        self.generation = generation
    }

    public subscript(key: Key) -> Value? {
        get {
            generations.withLock { generations in
                if let value = generations.young[key] { return value }
                guard let value = generations.old[key] else { return nil }
                keep(value, key, &generations)
                return value
            }
        }
        set {
            generations.withLock { generations in
                if let newValue {
                    keep(newValue, key, &generations)
                } else {
                    generations.young[key] = nil
                    generations.old[key] = nil
                }
            }
        }
    }

    private func keep(
        _ value: Value, _ key: Key, _ generations: inout (young: [Key: Value], old: [Key: Value])
    ) {
        if generations.young.count >= generation { generations = ([:], generations.young) }
        generations.young[key] = value
    }
}
