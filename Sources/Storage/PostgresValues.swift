import CPostgreSQL

/// The types of PostgreSQL that the store meets, by the numbers that never change.
enum PostgresType {
    static let bool: Oid = 16
    static let bytes: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let numeric: Oid = 1700

    /// What a value is sent as. The server finds out itself what a missing one would be.
    static func of(_ value: SQLValue) -> Oid {
        switch value {
        case .null: 0
        case .integer: int8
        case .text: text
        case .bytes: bytes
        }
    }

    /// The same in two bits.
    static func kind(_ value: SQLValue) -> UInt64 {
        switch value {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .bytes: 3
        }
    }
}

/// The values of a statement in the form in which they are sent: binary, one after another.
final class PostgresParameters {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    func lay(_ values: [SQLValue]) {
        // One byte, so that an empty text has an address too: a null pointer would be NULL.
        bytes.removeAll(keepingCapacity: true)
        bytes.append(0)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for value in values {
            let start = bytes.count
            switch value {
            case .null: break
            case .integer(let integer):
                withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .bytes(let array): bytes.append(contentsOf: array)
            }
            offsets.append(value == .null ? nil : start)
            lengths.append(Int32(bytes.count - start))
            formats.append(1)
        }
    }

    func with<R>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers = offsets.map { offset in
                offset.flatMap { place in start.map { UnsafePointer($0 + place) } }
            }
            return body(Int32(pointers.count), pointers, lengths, formats)
        }
    }
}

/// What the server answered to one statement.
final class PostgresResult {
    private let result: OpaquePointer?

    init(_ result: OpaquePointer?) { self.result = result }

    deinit { PQclear(result) }

    var rowCount: Int { Int(PQntuples(result)) }

    /// How many rows were inserted, changed or deleted.
    var changedRows: Int {
        guard let result, PQresultStatus(result) == PGRES_COMMAND_OK
            || PQresultStatus(result) == PGRES_TUPLES_OK
        else { return 0 }
        // A SELECT counts too, and changes nothing.
        if tag.hasPrefix("SELECT") { return 0 }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    var tag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    var isFailure: Bool {
        switch PQresultStatus(result) {
        case PGRES_FATAL_ERROR, PGRES_PIPELINE_ABORTED, PGRES_BAD_RESPONSE: result != nil
        default: false
        }
    }

    var error: StorageError? {
        guard isFailure else { return nil }
        // "D" and "M" of libpq's field codes: the code of the standard, and the sentence.
        let state = field(UInt8(ascii: "C"))
        let message = field(UInt8(ascii: "M"))
        switch state {
        case "" where PQresultStatus(result) == PGRES_FATAL_ERROR:
            // Nothing that the server has said: libpq found that it is gone.
            return .lost(String(cString: PQresultErrorMessage(result)))
        case "40001", "40P01": return .conflict(message)
        case "55P03", "57014", "53300": return .busy
        case "53100": return .full
        case let state where state.hasPrefix("23"): return .constraint(message)
        case let state where state.hasPrefix("57P") || state.hasPrefix("08") || state == "25P03":
            return .lost(message)
        default: return .statement(code: 0, message: "\(state) \(message)")
        }
    }

    private func field(_ code: UInt8) -> String {
        PQresultErrorField(result, Int32(code)).map { String(cString: $0) } ?? ""
    }

    func isNull(_ row: Int, _ column: Int) -> Bool {
        PQgetisnull(result, Int32(row), Int32(column)) == 1
    }

    func type(_ column: Int) -> Oid { PQftype(result, Int32(column)) }

    /// The value where it lies, as long as the result is kept.
    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, Int32(row), Int32(column)),
            count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }
}

/// A row of an answer; all values are in binary form.
struct PostgresRow: ResultRow {
    let result: PostgresResult
    let row: Int

    func isNull(_ column: Int) -> Bool { result.isNull(row, column) }

    func integer(_ column: Int) -> Int64 {
        let bytes = result.bytes(row, column)
        switch result.type(column) {
        case PostgresType.bool: return Int64(bytes.first ?? 0)
        case PostgresType.int2, PostgresType.int4, PostgresType.int8:
            return Self.bigEndian(bytes)
        case PostgresType.numeric: return Self.numeric(bytes)
        default: return Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
        }
    }

    func text(_ column: Int) -> String {
        switch result.type(column) {
        case PostgresType.bool, PostgresType.int2, PostgresType.int4, PostgresType.int8,
            PostgresType.numeric:
            isNull(column) ? "" : String(integer(column))
        default: String(decoding: result.bytes(row, column), as: UTF8.self)
        }
    }

    func bytes(_ column: Int) -> [UInt8] { [UInt8](result.bytes(row, column)) }

    func utf8(_ column: Int) -> UnsafeRawBufferPointer { result.bytes(row, column) }

    private static func bigEndian(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        guard let first = bytes.first else { return 0 }
        // The first byte has the sign.
        return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) {
            $0 << 8 | Int64($1)
        }
    }

    /// The whole part of a `numeric`, which is what PostgreSQL makes of a sum: a count of digits of
    /// four places each, the power of the first, the sign, and the digits.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        func short(_ index: Int) -> Int64 {
            let start = index * 2
            guard start + 1 < bytes.count else { return 0 }
            return bigEndian(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 2]))
        }
        let (count, weight, sign) = (short(0), short(1), short(2))
        var value: Int64 = 0
        var place: Int64 = 0
        while place <= weight {
            value = value &* 10_000 &+ (place < count ? short(4 + Int(place)) : 0)
            place += 1
        }
        return sign == 0x4000 ? -value : value
    }
}
