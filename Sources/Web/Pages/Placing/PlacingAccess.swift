import Engine
import Foundation
import Hummingbird
import Operations
import Wording

/// Who reads the coordinator's pages, and which round.
extension WebContext {
    /// The reader, who coordinates placements for a unit.
    ///
    /// - Throws: `PageError.notFound` for everybody else: that the pages are there is not told.
    func needCoordinator(_ context: PageRequest) throws(PageError) -> PersonCard {
        let reader = try context.needReader()
        guard context.standing.charges.contains(.placementCoordinator) else { throw .notFound }
        return reader
    }

    /// The round of the address, which is one of the reader's units.
    func needRound(
        _ context: PageRequest
    ) throws -> (reader: PersonCard, round: PlacementRound) {
        let reader = try needCoordinator(context)
        guard
            let round = try installation.placementRound(
                try context.identifier("round"), for: reader.id)
        else { throw PageError.notFound }
        return (reader, round)
    }

    /// A part of the address that names something of a coordinator's tables, whose ids may have
    /// any characters.
    func roundID(_ name: String, _ context: PageRequest) throws(PageError) -> String {
        guard let text = context.parameters.get(name)?.removingPercentEncoding,
            text.utf8.count <= 200
        else { throw .notFound }
        return text
    }
}

extension Request {
    /// What a form that asks wrote into the address, where a space is a plus sign; nil where it is
    /// empty or too long.
    func asked(_ name: Substring) -> String? {
        let text = uri.queryParameters[name].map { String($0).replacing("+", with: " ").trimmed }
        guard let text, !text.isEmpty, text.utf8.count <= 200 else { return nil }
        return text
    }
}

extension PlacementRound {
    /// Where its pages are.
    var path: String { "/placements/\(id)" }
}

/// The line of links at the top of a round's pages.
struct RoundLinks {
    let round: PlacementRound

    func values(_ scope: PageScope) -> Values {
        let pages = [
            ("", "board"), ("/answers", "answers"), ("/students", "students"),
            ("/drafts", "drafts"), ("/split", "split"), ("/load", "load"), ("/import", "import"),
        ]
        var links = pages.map { path, name -> Values in
            ["url": round.path + path, "text": scope.text("placing.\(name).title")]
        }
        if round.publishedDraft != nil {
            let url = round.path + "/published"
            links.insert(["url": url, "text": scope.text("placing.shown.published")], at: 3)
        }
        let after: Values = [
            "url": round.path + "/afterwards", "text": scope.text("placed.after.title"),
        ]
        return [
            "round": round.name, "label": scope.text("placing.nav"),
            "links": links + [after],
        ]
    }
}
