import CivilCalendar

/// A zone of the machine's tz database (RFC 9636): when its clocks change, and the rule by which
/// they go on changing after the last change that is written down.
///
/// It is read here because the system library's calendars would bring several megabytes of tables
/// of the world into the memory of every service.
struct ZoneFile: Equatable, Sendable {
    /// From a second since 1970 on, clocks are so many seconds ahead of UTC.
    struct Change: Equatable, Sendable {
        let from: Int64
        let offset: Int
    }

    private let changes: [Change]
    private let first: Int
    private let rule: ZoneRule

    /// - Returns: nil where the bytes are no such file.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let old = reader.header() else { return nil }
        var body = old
        if old.version >= UInt8(ascii: "2") {
            // The first part is for readers that know 32-bit seconds only.
            reader.position += old.size(timeBytes: 4)
            guard let new = reader.header() else { return nil }
            body = new
        }
        let timeBytes = old.version >= UInt8(ascii: "2") ? 8 : 4
        let times = (0..<body.times).compactMap { _ in reader.signed(timeBytes) }
        let kinds = (0..<body.times).compactMap { _ in reader.byte() }
        var offsets: [Int] = []
        for _ in 0..<body.types {
            guard let offset = reader.signed(4), reader.skip(2) else { return nil }
            offsets.append(Int(offset))
        }
        guard times.count == body.times, kinds.count == body.times, let first = offsets.first,
            kinds.allSatisfy({ Int($0) < offsets.count }), times == times.sorted(),
            reader.skip(body.rest(timeBytes: timeBytes))
        else { return nil }
        self.first = first
        changes = zip(times, kinds).map { Change(from: $0, offset: offsets[Int($1)]) }
        let footer = reader.remainder.drop { $0 == 0x0A }.prefix { $0 != 0x0A }
        guard let rule = ZoneRule(footer) else {
            // Without a rule the last offset holds for ever.
            guard footer.isEmpty else { return nil }
            self.rule = ZoneRule(standard: changes.last?.offset ?? first)
            return
        }
        self.rule = rule
    }

    /// How far clocks are ahead of UTC, in seconds.
    func offset(at seconds: Int64) -> Int {
        guard let start = changes.first, seconds >= start.from else {
            return changes.isEmpty ? rule.offset(at: seconds) : first
        }
        if let last = changes.last, seconds >= last.from { return rule.offset(at: seconds) }
        return changes[Self.place(of: seconds, in: changes) - 1].offset
    }

    /// The first change after a second.
    func change(after seconds: Int64) -> Change? {
        let place = Self.place(of: seconds, in: changes)
        if place < changes.count { return changes[place] }
        return rule.change(after: seconds)
    }

    /// How many changes have begun by a second.
    static func place(of seconds: Int64, in changes: [Change]) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ZoneFile {
    private struct Header {
        let version: UInt8
        /// How many there are: marks for UTC, marks for standard time, leap seconds, changes,
        /// kinds of time, letters of their names.
        let counts: [Int]

        var times: Int { counts[3] }
        var types: Int { counts[4] }

        /// The bytes of everything after the header.
        func size(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + rest(timeBytes: timeBytes)
        }

        /// The bytes of what stands after the kinds of time.
        func rest(timeBytes: Int) -> Int {
            counts[5] + counts[2] * (timeBytes + 4) + counts[1] + counts[0]
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        var remainder: ArraySlice<UInt8> { bytes.dropFirst(position) }

        mutating func byte() -> UInt8? {
            guard position < bytes.count else { return nil }
            defer { position += 1 }
            return bytes[position]
        }

        mutating func skip(_ count: Int) -> Bool {
            position += count
            return position <= bytes.count
        }

        /// A signed number of four or eight bytes, the highest first.
        mutating func signed(_ count: Int) -> Int64? {
            guard position + count <= bytes.count else { return nil }
            var value: UInt64 = 0
            for byte in bytes[position..<(position + count)] { value = value << 8 | UInt64(byte) }
            position += count
            let unused = 64 - UInt64(count) * 8
            return Int64(bitPattern: value << unused) >> unused
        }

        mutating func header() -> Header? {
            guard bytes.count >= position + 44,
                bytes[position..<(position + 4)].elementsEqual(Array("TZif".utf8))
            else { return nil }
            let version = bytes[position + 4]
            position += 20
            let counts = (0..<6).compactMap { _ in signed(4).map { Int($0) } }
            guard counts.allSatisfy({ (0...65_536).contains($0) }) else { return nil }
            return Header(version: version, counts: counts)
        }
    }
}
