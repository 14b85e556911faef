import Hummingbird
import NIOCore

/// The fields of a form that a browser sent.
struct Form: Sendable {
    /// The largest body that is read.
    static let longestBytes = 64 * 1024
    private static let mostFields = 200

    private(set) var fields: [String: String] = [:]

    /// The field without spaces around it, or nil where it is empty or was not sent.
    subscript(_ name: String) -> String? {
        guard let value = fields[name] else { return nil }
        let trimmed = value.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Fields that no browser has sent, such as what a link has chosen.
    init(fields: [String: String]) {
        self.fields = fields
    }

    mutating func set(_ name: String, _ value: String) { fields[name] = value }

    /// Reads `application/x-www-form-urlencoded` (the WHATWG URL standard, section 5).
    ///
    /// - Returns: nil where it is not that, or not UTF-8.
    init?(urlEncoded bytes: some Collection<UInt8>) {
        let pairs = bytes.split(separator: UInt8(ascii: "&"))
        guard pairs.count <= Self.mostFields else { return nil }
        for pair in pairs {
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]),
                let value = Self.decoded(sides.count > 1 ? sides[1] : pair.suffix(0))
            else { return nil }
            // The first of a name counts, so that nothing can be hung on after a form's own.
            if fields[name] == nil { fields[name] = value }
        }
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit)
                else { return nil }
                decoded.append(high << 4 | low)
            case 0..<0x20, 0x7F: return nil
            default: decoded.append(byte)
            }
        }
        guard !decoded.contains(0) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Request {
    /// The form in the body.
    ///
    /// - Throws: `HTTPError`: of another type, too large, or not a form.
    func form() async throws -> Form {
        let type = headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
            throw HTTPError(.unsupportedMediaType)
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > Form.longestBytes {
            throw HTTPError(.contentTooLarge)
        }
        let body = try await body.collect(upTo: Form.longestBytes)
        guard let form = Form(urlEncoded: body.readableBytesView) else {
            throw HTTPError(.badRequest)
        }
        return form
    }
}

extension String {
    /// As it stands in a link's query.
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Without white space at either end.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
