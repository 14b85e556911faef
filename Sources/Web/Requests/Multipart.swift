import Hummingbird
import NIOCore

/// A file that a form sent.
struct UploadedFile: Hashable, Sendable {
    /// The file's own name, without folders.
    let name: String
    let bytes: [UInt8]
}

/// The fields and files of a form that sends files: `multipart/form-data` (RFC 7578).
///
/// It is strict: what browsers do not send is not read.
struct Multipart: Sendable {
    static let mostParts = 100
    static let longestHead = 2048

    private(set) var form = Form(fields: [:])
    private(set) var files: [String: UploadedFile] = [:]

    /// - Returns: nil where it is not that, or a field is not UTF-8.
    init?(_ bytes: some Collection<UInt8>, boundary: String) {
        let bytes = Array(bytes)
        let mark = Array("--\(boundary)".utf8)
        guard bytes.starts(with: mark) else { return nil }
        var position = mark.count
        var count = 0
        while true {
            let rest = bytes[position...]
            if rest.starts(with: "--".utf8) {
                // After the last mark there is nothing but an end of line.
                guard rest.count == 2 || rest.dropFirst(2).elementsEqual("\r\n".utf8) else {
                    return nil
                }
                return
            }
            count += 1
            guard count <= Self.mostParts, rest.starts(with: "\r\n".utf8),
                let part = Part(bytes, from: position + 2, until: mark)
            else { return nil }
            guard keep(part) else { return nil }
            position = part.end
        }
    }

    /// The first of a name counts, as in every form.
    private mutating func keep(_ part: Part) -> Bool {
        if let file = part.fileName {
            // A field for a file that nobody chose comes without name and contents.
            if file.isEmpty && part.contents.isEmpty { return true }
            if files[part.name] == nil {
                files[part.name] = UploadedFile(name: file, bytes: Array(part.contents))
            }
            return true
        }
        guard !part.contents.contains(0),
            let text = String(validating: part.contents, as: UTF8.self)
        else { return false }
        if form.fields[part.name] == nil { form.set(part.name, text) }
        return true
    }

    /// The boundary that a content type names, or nil where it is no form with files.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.first?.lowercased().trimmed == "multipart/form-data" else { return nil }
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, String(sides[0]).trimmed.lowercased() == "boundary" else {
                continue
            }
            var text = String(sides[1]).trimmed
            if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
                text = String(text.dropFirst().dropLast())
            }
            let isFine =
                (1...70).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "0")...UInt8(ascii: "9"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "a")...UInt8(ascii: "z"):
                        true
                    default: "'()+_,-./:=?".utf8.contains(byte)
                    }
                }
            return isFine ? text : nil
        }
        return nil
    }
}

/// One part of the body: what its head says of it, and where its contents are.
private struct Part {
    var name = ""
    /// Nil for a field that is no file.
    var fileName: String?
    let contents: ArraySlice<UInt8>
    /// Where the mark after it ends.
    let end: Int

    init?(_ bytes: [UInt8], from start: Int, until mark: [UInt8]) {
        let blank = Array("\r\n\r\n".utf8)
        let farthest = min(bytes.count, start + Multipart.longestHead)
        guard let headEnd = Self.place(of: blank, in: bytes, from: start, to: farthest),
            let head = String(validating: bytes[start..<headEnd], as: UTF8.self)
        else { return nil }
        let body = headEnd + blank.count
        let close = Array("\r\n".utf8) + mark
        // The end of the head may be the beginning of the mark, where there are no contents.
        guard
            let bodyEnd = Self.place(
                of: close, in: bytes, from: body, to: bytes.count)
        else { return nil }
        contents = bytes[body..<bodyEnd]
        end = bodyEnd + close.count
        guard read(head) else { return nil }
    }

    /// - Returns: false where the head does not say which field it is.
    private mutating func read(_ head: String) -> Bool {
        var isNamed = false
        for line in head.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { return false }
            let field = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...]
            switch field {
            case "content-disposition":
                if isNamed { return false }
                isNamed = true
                guard readDisposition(String(value).trimmed) else { return false }
            case "content-transfer-encoding":
                // Given up by RFC 7578 § 4.7; what is encoded would be taken for contents.
                if !["binary", "8bit", "7bit"].contains(String(value).trimmed.lowercased()) {
                    return false
                }
            default: break
            }
        }
        return isNamed
    }

    private mutating func readDisposition(_ text: String) -> Bool {
        guard text.lowercased().hasPrefix("form-data;"),
            let name = Self.parameter("name", in: text), !name.isEmpty, name.utf8.count <= 200
        else { return false }
        self.name = name
        if let file = Self.parameter("filename", in: text) {
            let last = file.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
            fileName = String(
                String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 0x20 })
                    .prefix(100))
        }
        return true
    }

    /// A quoted parameter, with what browsers escape in it (the HTML standard, section 4.10.21.8).
    private static func parameter(_ name: String, in text: String) -> String? {
        var rest = text[...]
        while let start = rest.firstRange(of: "\(name)=\"") {
            let before = text[..<start.lowerBound].last
            guard let end = text[start.upperBound...].firstIndex(of: "\"") else { return nil }
            if before == ";" || before == " " {
                return String(text[start.upperBound..<end]).replacing("%22", with: "\"")
                    .replacing("%0D", with: "\r").replacing("%0A", with: "\n")
            }
            rest = text[text.index(after: end)...]
        }
        return nil
    }

    private static func place(
        of wanted: [UInt8], in bytes: [UInt8], from start: Int, to end: Int
    ) -> Int? {
        guard let first = wanted.first, end - start >= wanted.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index <= end - wanted.count {
                if bytes[index] == first,
                    bytes[index..<index + wanted.count].elementsEqual(wanted)
                {
                    return index
                }
                index += 1
            }
            return nil
        }
    }
}

extension Request {
    /// The form in the body, with its files.
    ///
    /// - Throws: `HTTPError`: of another type, too large, or not a form.
    func multipart(upTo limit: Int) async throws -> Multipart {
        guard let boundary = Multipart.boundary(of: headers[.contentType] ?? "") else {
            throw HTTPError(.unsupportedMediaType)
        }
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw HTTPError(.contentTooLarge)
        }
        let body = try await body.collect(upTo: limit)
        guard let form = Multipart(body.readableBytesView, boundary: boundary) else {
            throw HTTPError(.badRequest)
        }
        return form
    }
}
