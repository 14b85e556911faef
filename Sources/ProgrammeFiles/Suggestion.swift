/// Finds what somebody who misspelt a name most likely meant.
enum Suggestion {
    /// The nearest name, or, where nothing is near, the list of what there is.
    static func hint(for name: String, among candidates: [String], kind: Hint.Kind) -> Hint {
        if let near = nearest(to: name, among: candidates) { return .near(near) }
        if candidates.isEmpty { return .thereAreNo(kind) }
        if candidates.count > 40 { return .nothing }
        return .all(candidates, kind)
    }

    /// The candidate with the smallest edit distance, where it is small for the name's length.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let written = Array(name.lowercased().utf8.prefix(64))
        guard !written.isEmpty else { return nil }
        let limit = max(1, min(3, written.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(written, Array(candidate.lowercased().utf8))
            if distance <= limit, best.map({ distance < $0.distance }) ?? true {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let replacing = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(replacing, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
