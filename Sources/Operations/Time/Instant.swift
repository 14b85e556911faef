/// A moment in time in milliseconds since 1970-01-01 UTC.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public var seconds: Int64 { milliseconds / 1000 }

    /// The instant so many seconds later, or earlier where they are negative.
    public func adding(seconds: Double) -> Instant {
        Instant(milliseconds: milliseconds + Int64(seconds * 1000))
    }

    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
}

/// Tells the time, and lets it pass. There is the machine's clock, the demonstration's and the
/// tests'.
public protocol WallClock: Sendable {
    func now() -> Instant

    /// Returns when so much time has passed, however the clock is set meanwhile.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func wait(seconds: Double) async throws
}

extension WallClock {
    /// Waits as the machine does.
    public func wait(seconds: Double) async throws {
        try await Task.sleep(for: .seconds(seconds))
    }
}

/// Gives bytes that nobody can guess. Tests give bytes that they can.
public protocol RandomSource: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

extension RandomSource {
    /// A new identifier: a letter that says of what, and 120 random bits in base 32.
    public func identifier(_ prefix: Character) -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        var text = [UInt8](String(prefix).utf8)
        for byte in bytes(24) { text.append(alphabet[Int(byte & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// A number from 0 up to but not including 1.
    public func fraction() -> Double {
        let value = bytes(4).reduce(0) { $0 << 8 | UInt64($1) }
        return Double(value) / Double(UInt64(1) << 32)
    }
}
