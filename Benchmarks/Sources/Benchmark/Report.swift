/// A figure with its limit, as it is printed and judged.
struct Figure {
    let number: Int
    let name: String
    /// What was measured, in words.
    let measured: String
    /// What it is held against, measured in the same run or given.
    let against: String
    /// The one number that is judged.
    let value: String
    let threshold: String
    /// Nil where it was not measured.
    let isMet: Bool?

    var verdict: String {
        switch isMet {
        case true?: "ok"
        case false?: "MISSED"
        case nil: "not measured"
        }
    }
}

/// Prints figures as a table that is also Markdown.
func table(_ figures: [Figure]) -> String {
    let header = ["", "figure", "measured", "against", "value", "threshold", ""]
    let rows =
        [header]
        + figures.map {
            ["\($0.number)", $0.name, $0.measured, $0.against, $0.value, $0.threshold, $0.verdict]
        }
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
        "| "
            + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            .joined(separator: " | ") + " |"
    }
    lines.insert(
        "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|",
        at: 1)
    return lines.joined(separator: "\n")
}

extension Double {
    /// With so many digits after the point.
    func text(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((magnitude * scale).rounded())
        let sign = self < 0 ? "-" : ""
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        if digits == 0 { return sign + String(whole) }
        let tail = String(rest)
        return sign + "\(whole)." + String(repeating: "0", count: digits - tail.count) + tail
    }
}

extension [Double] {
    var median: Double { percentile(50) }

    func percentile(_ percent: Double) -> Double {
        if isEmpty { return 0 }
        return sorted()[Int((Double(count - 1) * percent / 100).rounded())]
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}

/// How long the work takes, in seconds.
func time(_ work: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    return try clock.measure(work).seconds
}

func time(_ work: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    return try await clock.measure(work).seconds
}

/// Why the benchmark cannot go on.
struct BenchmarkFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
