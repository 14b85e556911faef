import Engine
import Mustache
import Operations
import Support
import Testing
import Wording

@testable import Web

@Suite struct PageTemplateTests {
    /// Values for the names that a template may ask for, of every type and with texts that have to
    /// be escaped.
    private struct Maker {
        var random: Support.SeededRandom
        let names: [String]

        /// Most names at the top, a few within.
        mutating func values(_ depth: Int = 0) -> Values {
            var values: Values = [:]
            for name in names where random.next() % (depth == 0 ? 4 : 12) < 3 {
                values[name] = value(depth)
            }
            return values
        }

        private mutating func value(_ depth: Int) -> Any {
            switch random.next() % (depth < 2 ? 10 : 4) {
            case 0: return "a <b> & \"c\" 'd' «é» \(random.next() % 100)"
            case 1: return ""
            case 2: return random.next() % 2 == 0
            case 3: return "text \(random.next() % 100)"
            case 4: return [values(depth + 1), values(depth + 1)]
            case 5: return [Values]()
            case 6: return ["one", "<two>"]
            case 7: return ["title": "a", "text": "b & c"]
            case 8: return ["options": [values(depth + 1)]]
            default: return values(depth + 1)
            }
        }
    }

    @Test("Every page's template says what the Mustache library makes of it, whatever it is given")
    func sameAsLibrary() throws {
        var library = MustacheLibrary()
        for (name, text) in PageTemplates.sources {
            // The words are filled in beforehand, as the library's values.
            try library.register(text, named: name)
        }
        let wording = Wording(language: .nynorsk)
        var judged = 0
        for (name, _) in PageTemplates.sources {
            let names = Self.names(of: name)
            let template = try need(PageTemplates.template(name, in: .nynorsk))
            for seed in 0..<12 {
                var maker = Maker(
                    random: Support.SeededRandom(seed: UInt64(seed)), names: names)
                var values = maker.values()
                values["words"] = Words(wording: wording)
                let own = String(
                    decoding: PageRenderer.render(template, values), as: UTF8.self)
                #expect(own == library.render(values, withTemplate: name), "\(name), \(seed)")
                judged += own.utf8.count
            }
        }
        #expect(judged > 100_000)
    }

    /// The names that a template and its partials ask for.
    private static func names(of template: String) -> [String] {
        var names: Set<String> = []
        var rest = [template]
        while let name = rest.popLast() {
            let source = PageTemplates.sources.first { $0.name == name }?.text ?? ""
            for match in source.matches(of: #/\{\{[#^{]?([a-z0-9-]+)\}\}/#) {
                names.insert(String(match.output.1))
            }
            for match in source.matches(of: #/\{\{> ([a-z]+)\}\}/#) {
                rest.append(String(match.output.1))
            }
        }
        return names.sorted()
    }

    /// `{{words.a.b}}` for the library.
    private struct Words: MustacheParent {
        let wording: Wording
        var path = "page"

        func child(named name: String) -> Any? {
            let key = "\(path).\(name)"
            let text = wording.text(key)
            return text == "[\(key)]" ? Words(wording: wording, path: key) : text
        }
    }

    @Test("What the tags mean", arguments: [
        ("a{{x}}b", "a&lt;1&gt;b"), ("{{{x}}}", "<1>"), ("{{#on}}a{{/on}}{{^on}}b{{/on}}", "a"),
        ("{{#off}}a{{/off}}{{^off}}b{{/off}}", "b"), ("{{#none}}a{{/none}}", ""),
        ("{{^none}}b{{/none}}", "b"),
        ("{{#list}}\n-{{.}}\n{{/list}}\nend\n", "-1\n-2\nend\n"),
        ("{{^empty}}nothing{{/empty}}", "nothing"), ("{{group.y}}", "2"),
        ("{{#group}}{{y}}{{x}}{{/group}}", "2&lt;1&gt;"), ("  {{! a remark }}\nx\n", "x\n"),
        ("{{words.saved}}", "Saved &amp; done"),
        ("{{> part}}!", "(&lt;1&gt;)!"), ("{{number}}", "7"),
    ] as [(String, String)])
    func meaning(_ source: String, _ expected: String) throws {
        let template = try PageTemplate(
            source, words: { $0 == "saved" ? "Saved & done" : nil },
            partial: { $0 == "part" ? "({{x}})" : nil })
        let values: Values = [
            "x": "<1>", "on": true, "off": false, "list": ["1", "2"], "empty": [String](),
            "group": ["y": "2"] as Values, "number": 7,
        ]
        #expect(String(decoding: PageRenderer.render(template, values), as: UTF8.self) == expected)
    }

    @Test("What is wrong with a template is told", arguments: [
        ("{{#a}}", "{{#a}} has no end"), ("{{/a}}", "{{/a}} ends nothing"),
        ("{{#a}}{{/b}}", "{{/b}} ends nothing"), ("{{a", "a tag has no end"),
        ("{{{a}}", "a tag has no end"), ("{{> none}}", "there is no template none"),
        ("{{> ring}}", "{{> ring}} goes around in a ring"),
        ("  {{> part}}\n", "{{> part}} is indented"),
        ("{{words.none}}", "{{words.none}} names no text"), ("{{A}}", "{{A}} is no name"),
    ])
    func faults(_ source: String, _ message: String) {
        #expect(throws: PageTemplate.Fault(message: message)) {
            try PageTemplate(
                source, words: { _ in nil },
                partial: { ["ring": "{{> ring}}", "part": "x"][$0] })
        }
    }
}
