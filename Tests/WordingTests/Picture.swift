import Foundation
import FoundationXML
import Testing

/// An SVG document as a reader of XML finds it.
final class Picture: NSObject, XMLParserDelegate {
    struct Label {
        var text: String
        var x: Double
        var y: Double
        var size: Double

        /// What an ordinary sans-serif font takes, counted apart from the code that drew it: for
        /// a proportional text about 0.55 of the size to a letter.
        var right: Double { x + 0.55 * size * Double(text.count) }
    }

    enum Fault: Error {
        case notXML(String)
    }

    private(set) var labels: [Label] = []
    private(set) var classes: [String: Int] = [:]
    private(set) var titles: [String] = []
    private var viewBox: [Double] = []
    private var boxes: [(left: Double, top: Double, right: Double, bottom: Double)] = []
    private var identifiers: [String] = []
    private var roots: [String: String] = [:]
    private var text = ""
    private var attributes: [String: String] = [:]

    init(_ svg: String) throws {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw Fault.notXML(parser.parserError.map { "\($0)" } ?? "line \(parser.lineNumber)")
        }
    }

    /// Nothing outside the view box, no label over another, and a title and description.
    func expectTidy() {
        #expect(viewBox.count == 4)
        guard viewBox.count == 4 else { return }
        let (right, bottom) = (viewBox[2], viewBox[3])
        for label in labels {
            #expect(
                label.x >= 0 && label.right <= right && label.y - label.size >= 0
                    && label.y <= bottom - 3, "\(label)")
        }
        for box in boxes {
            #expect(
                box.left >= 0 && box.top >= 0 && box.right <= right + 0.2
                    && box.bottom <= bottom + 0.2, "\(box)")
        }
        for (index, label) in labels.enumerated() {
            for other in labels[(index + 1)...] where abs(label.y - other.y) < 11 {
                #expect(
                    label.right <= other.x || other.right <= label.x, "\(label) lies on \(other)")
            }
        }
        #expect(Set(identifiers).count == identifiers.count)
        for name in (roots["aria-labelledby"] ?? "-").split(separator: " ") {
            #expect(identifiers.contains(String(name)))
        }
        #expect(roots["role"] == "img")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        text = ""
        self.attributes = attributes
        if name == "svg" {
            roots = attributes
            viewBox = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
        }
        if let id = attributes["id"] { identifiers.append(id) }
        if let look = attributes["class"] { classes[look, default: 0] += 1 }
        if name == "rect", let x = number("x"), let y = number("y"), let width = number("width"),
            let height = number("height"), attributes["class"] != "check"
        {
            boxes.append((x, y, x + width, y + height))
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        if name == "title" { titles.append(text) }
        if name == "text", let x = number("x"), let y = number("y"), let size = number("font-size")
        {
            labels.append(Label(text: text, x: x, y: y, size: size))
        }
    }

    private func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
}
