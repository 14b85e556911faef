import CivilCalendar
import Cryptography
import Engine
import Hummingbird
import Operations
import Wording

/// A page that is opened so often that it is not made anew while it says the same.
///
/// All of its HTML follows from its own values, the reader, the language and the day: the values
/// are read from the database each time, and only what is made of them is kept.
protocol KeptPage: Page, Sendable {
    /// Whether the other is filled with the same.
    func isSame(as other: Self) -> Bool
}

/// The bodies of the pages that were shown last, without what is each request's own: the token
/// and the key of its forms.
final class KeptPages: Sendable {
    private struct Name: Hashable {
        let template: String
        let reader: PersonID?
    }

    private struct Entry {
        let page: any KeptPage
        let language: Language
        let day: CivilDay
        let body: BodyWithPlaces
    }

    /// They stand in a body where a request's own belong. Nobody can write them into a text,
    /// because they follow from the service's secret and are never shown.
    private let token: String
    private let key: String
    private let entries = RecentlyUsed<Name, Entry>(generation: 128)

    init(_ secret: [UInt8]) {
        token = Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("kept page: token".utf8)))
        key = Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("kept page: key".utf8)))
    }

    /// The body of a page, made where the last one that its reader got was another.
    func body<P: KeptPage>(
        _ page: P, _ scope: PageScope, make: (P, PageScope) throws -> [UInt8]
    ) rethrows -> [UInt8] {
        let name = Name(template: page.template, reader: scope.reader)
        if let entry = entries[name], entry.language == scope.language, entry.day == scope.today,
            let kept = entry.page as? P, kept.isSame(as: page)
        {
            return entry.body.filled(scope.formToken, scope.pageKey)
        }
        var open = scope
        open.formToken = token
        open.pageKey = key
        let body = BodyWithPlaces(try make(page, open), Array(token.utf8), Array(key.utf8))
        entries[name] = Entry(page: page, language: scope.language, day: scope.today, body: body)
        return body.filled(scope.formToken, scope.pageKey)
    }
}

/// HTML with places for a form's token and for the page's part of its key.
private struct BodyWithPlaces: Sendable {
    private let bytes: [UInt8]
    /// What lies between the places, and whether a token or a key follows.
    private var parts: [(range: Range<Int>, isToken: Bool)] = []
    private let end: Range<Int>

    init(_ bytes: [UInt8], _ token: [UInt8], _ key: [UInt8]) {
        self.bytes = bytes
        var start = 0
        var index = 0
        while index < bytes.count {
            let rest = bytes[index...]
            let isToken = rest.starts(with: token)
            guard isToken || rest.starts(with: key) else {
                index += 1
                continue
            }
            parts.append((start..<index, isToken))
            index += isToken ? token.count : key.count
            start = index
        }
        end = start..<bytes.count
    }

    func filled(_ token: String, _ key: String) -> [UInt8] {
        var filled: [UInt8] = []
        filled.reserveCapacity(bytes.count + parts.count * 64)
        for part in parts {
            filled.append(contentsOf: bytes[part.range])
            filled.append(escaping: part.isToken ? token : key)
        }
        filled.append(contentsOf: bytes[end])
        return filled
    }
}

extension WebContext {
    /// What a page is filled with, as it was read last where nothing has been written since.
    func unlessChanged<P: KeptPage>(
        _ request: Request, _ reader: PersonCard, _ read: () throws -> P
    ) throws -> P {
        let address = request.uri.description
        // Whoever makes addresses up shall not fill the memory with them.
        guard address.utf8.count <= 200 else { return try read() }
        return try installation.unlessChanged(
            AnswerName(address, for: reader.id, on: installation.nowCivil.day), read)
    }

    /// The body of a page that is kept.
    func keptBody(_ page: some KeptPage, _ scope: PageScope) throws -> [UInt8] {
        try keptPages.body(page, scope) { try body($0, $1) }
    }
}
