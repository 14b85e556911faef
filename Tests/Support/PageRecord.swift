import Foundation

/// What is recorded of a page in a language, so that nothing is recorded twice.
///
/// What frames all pages is recorded whole once, with the pages in no language's folder. In bokmål
/// the content is recorded as it is, and the frame by its words; in another language, in which the
/// elements are the same, all of it by its words.
struct PageRecord {
    let name: String
    let text: String

    /// - Parameter name: The file's name; in the folder of a language for what is recorded by it.
    init(_ page: String, named name: String) {
        let language = name.hasSuffix(".html") ? name.prefix { $0 != "/" } : ""
        switch language {
        case "nb":
            self.name = name
            text = Self.content(of: page)
        case "nn", "en":
            self.name = name.dropLast("html".count) + "txt"
            text = Self.words(of: page[...])
        default:
            self.name = name
            text = page
        }
    }

    private static func content(of page: String) -> String {
        guard let start = page.range(of: "<main"), let end = page.range(of: "</main>\n") else {
            return page
        }
        return words(of: page[..<start.lowerBound])
            + page[start.lowerBound..<end.upperBound] + words(of: page[end.upperBound...])
    }

    private static func words(of part: Substring) -> String {
        PageWords(of: String(part)).lines.map { $0 + "\n" }.joined()
    }
}
