/// Where somebody wanted to go before they had to sign in: a page of this installation.
///
/// What comes from outside is taken only where it is plainly a path here. A scheme, a host, a
/// second slash, a backslash, a dot alone or anything encoded in the path makes it none.
public struct LocalTarget: Hashable, Sendable, CustomStringConvertible {
    private static let longest = 400

    public let path: String

    public var description: String { path }

    /// - Returns: nil where the text is not a path of a page that one goes to.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= Self.longest, text.hasPrefix("/") else { return nil }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = halves[0].dropFirst().split(
            separator: "/", omittingEmptySubsequences: false)
        for segment in segments {
            let isPlain = segment.utf8.allSatisfy { Self.isPlain($0) || $0 == UInt8(ascii: ".") }
            guard isPlain, !segment.hasPrefix("."), !segment.isEmpty || segments.count == 1 else {
                return nil
            }
        }
        if let first = segments.first, Self.entrances.contains(String(first)) { return nil }
        if halves.count == 2 {
            guard halves[1].utf8.allSatisfy({ Self.isPlain($0) || "=&%+.".utf8.contains($0) })
            else { return nil }
        }
        path = text
    }

    /// Coming in and going out lead nowhere after one has come in.
    private static let entrances: Set<String> = ["signin", "signout", "l", "a"]

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
