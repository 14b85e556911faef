import Engine
import Foundation
import Support
import Testing
import Wording

@Suite struct CatalogueTests {
    @Test("Every file in Languages is a language, and is right", arguments: Wording.languages)
    func loads(language: Language) throws {
        let catalogue = try Wording.catalogue(language)
        #expect(catalogue.keys.count > 200)
    }

    @Test("No file is left out")
    func files() throws {
        let folder = Repository.url("Sources/Wording/Languages").path(percentEncoded: false)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let parts = [
            "", "-admin", "-board", "-competence", "-diagnostics", "-entrance", "-mentors",
            "-people", "-placed", "-placements", "-placing",
        ]
        #expect(
            Set(names)
                == Set(Wording.languages.flatMap { language in
                    parts.map { "\(language)\($0).yaml" }
                }))
        #expect(Set(Wording.languages).isSuperset(of: Language.shipped))
    }

    @Test("All languages have the same texts with the same placeholders")
    func sameTexts() throws {
        let catalogues = try Wording.languages.map { try Wording.catalogue($0) }
        let keys = Set(catalogues.flatMap(\.keys))
        for catalogue in catalogues {
            for key in keys.sorted() {
                let found = catalogue.placeholders(key)
                let expected = catalogues.first { $0.placeholders(key) != nil }?.placeholders(key)
                #expect(found == expected, "\(key) in \(catalogue.language)")
            }
        }
    }

    @Test(
        "A fault in a language file is located",
        arguments: [
            ("a: \"x\"\nb:\n  c: \"{name\"\n", "xx.yaml:3:6: b.c: a placeholder is written {name}"),
            ("a: \"}\"\n", "xx.yaml:1:4: a: a placeholder is written {name}"),
            ("a: \"{}\"\n", "xx.yaml:1:4: a: a placeholder is written {name}"),
            ("a:\n  - \"x\"\n", "xx.yaml:2:3: a is not a text"),
            ("a: \"x\"\nB: \"y\"\n", "xx.yaml:2:1: a key is small letters, digits and hyphens"),
            ("a: \"  \"\n", "xx.yaml:1:4: a has no text"),
            ("just text\n", "xx.yaml:1:1: expected keys and texts"),
            ("", "xx.yaml:1:1: the file is empty"),
        ])
    func faults(yaml: String, expected: String) {
        do {
            _ = try Catalogue(yaml, language: "xx", file: "xx.yaml")
            Issue.record("no fault was found")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test("What is not YAML, and what is written twice, has a line")
    func notYAML() {
        for (yaml, line) in [("a: \"x\"\nb: \"y\n", 2), ("a: \"x\"\na: \"y\"\n", 1)] {
            do {
                _ = try Catalogue(yaml, language: "xx", file: "xx.yaml")
                Issue.record("no fault was found in \(yaml)")
            } catch {
                #expect(error.line >= line)
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test(
        "Other languages fall back",
        arguments: [
            ("nb", "nb"), ("nn", "nn"), ("en", "en"), ("no", "nb"), ("nn-NO", "nn"),
            ("en-GB", "en"), ("de", "en"), ("", "en"),
        ])
    func fallback(asked: String, spoken: String) {
        #expect(Wording(language: Language(asked)).language == Language(spoken))
    }

    @Test("A key that is missing shows itself, and so does a value")
    func missing() {
        let wording = Wording(language: .english)
        #expect(wording.text("no.such.key") == "[no.such.key]")
        #expect(wording.text("list.and", ["first": "a"]) == "a and {last}")
    }

    @Test("Every key that the sources name exists in every language")
    func keysInSources() throws {
        var used: Set<String> = []
        for (path, text) in try Self.sources() {
            let isTemplate = path.hasSuffix(".mustache")
            // Elsewhere, text("...") may be anything: a column's value, a node.
            guard isTemplate || text.contains("import Wording") || path.contains("Sources/Wording/")
            else { continue }
            let call =
                isTemplate || path.contains("Sources/Wording/")
                ? /\b[tT]ext\(\s*"([^"\\]+)"/ : /(?:[wW]ording|words)\??\.text\(\s*"([^"\\]+)"/
            for match in text.matches(of: call) { used.insert(String(match.1)) }
        }
        #expect(used.count > 60)
        for language in Wording.languages {
            let keys = Set(try Wording.catalogue(language).keys)
            let missing = used.subtracting(keys).sorted()
            #expect(missing.isEmpty, "\(language) lacks \(missing)")
        }
    }

    private static func sources() throws -> [(String, String)] {
        let root = Repository.url("Sources")
        let names = FileManager.default.enumerator(atPath: root.path(percentEncoded: false))
        var result: [(String, String)] = []
        while let name = names?.nextObject() as? String {
            guard name.hasSuffix(".swift") || name.hasSuffix(".mustache") else { continue }
            let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
            result.append(("Sources/\(name)", text))
        }
        return result
    }
}
