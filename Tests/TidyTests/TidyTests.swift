import Foundation
import Support
import Testing

/// The style of the whole checkout. Run it after an edit: it names the file and the line.
@Suite struct TidyTests {
    @Test("The checkout keeps the rule", arguments: allRules)
    func checkout(rule: Rule) {
        let findings = checkoutTexts.flatMap(rule.findings(in:))
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test("The rule finds its own counterexamples, and nothing else in them", arguments: allRules)
    func examples(rule: Rule) {
        #expect(rule.examples.contains { !$0.findings.isEmpty })
        for example in rule.examples {
            let found = rule.findings(in: SourceText(path: example.path, text: example.text))
            #expect(found.map(\.line) == example.findings, "\(example.path):\n\(example.text)")
        }
    }

    @Test("The checkout was read: these rules had something to judge")
    func somethingWasRead() {
        let paths = Set(checkoutTexts.map(\.path))
        #expect(paths.isSuperset(of: ["Package.swift", "Scripts/test", "Scripts/run", ".ci/run"]))
        #expect(paths.contains("Sources/CivilCalendar/CivilDay.swift"))
        #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
        #expect(!paths.contains { $0.hasPrefix(".git/") || $0.hasPrefix(".build") })
    }

    @Test("Every excuse in the ratchet is still needed")
    func ratchet() {
        let texts = Dictionary(uniqueKeysWithValues: checkoutTexts.map { ($0.path, $0) })
        for path in Ratchet.uncheckedSendable.keys {
            let isNeeded =
                texts[path]?.code.contains { $0.hasToken("@unchecked Sendable") } ?? false
            #expect(isNeeded, "\(path) needs no entry in Ratchet.uncheckedSendable")
        }
        for path in Ratchet.norwegianLiterals.keys {
            let letters = Set("æøåÆØÅ")
            let isNeeded = texts[path]?.literals.contains { !letters.isDisjoint(with: $0) } ?? false
            #expect(isNeeded, "\(path) needs no entry in Ratchet.norwegianLiterals")
        }
    }

    @Test("No file names the folder that the checkout happens to lie in")
    func ownFolder() {
        let folder = Repository.root.path(percentEncoded: false)
        let findings = checkoutTexts.flatMap { Self.mentions(ofFolder: folder, in: $0) }
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test(
        "A file that names the folder is found",
        arguments: [
            ("/farm/barn/ombord/", "see /farm/barn/notes", 1),
            ("/farm/barn/ombord/", "(/farm/x)", 1),
            ("/farm/ombord/", "https://example.org/farm/x", 0), ("/farm/ombord/", "a/farm/b", 0),
            ("/opt/ombord/", "in /opt/swift", 0), ("/opt/ombord/", "in /opt/ombord/x", 0),
        ])
    func ownFolderExamples(folder: String, text: String, count: Int) {
        let source = SourceText(path: "A.md", text: text)
        #expect(Self.mentions(ofFolder: folder, in: source).count == count)
    }

    /// Lines that name something below the folder's first component, where that is a private
    /// arrangement: a path such as `/opt/ombord` may well stand in a guide.
    private static func mentions(ofFolder folder: String, in source: SourceText) -> [Finding] {
        let common: Set<Substring> = [
            "app", "builds", "etc", "home", "mnt", "opt", "root", "src", "srv", "tmp", "usr", "var",
        ]
        guard let top = folder.split(separator: "/").first, !common.contains(top) else { return [] }
        let path = "/\(top)/"
        guard source.mayHold(path) else { return [] }
        return source.lines.enumerated().compactMap { index, line in
            var rest = line[...]
            while let range = rest.firstRange(of: path) {
                let before = rest[..<range.lowerBound].utf8.last
                let isRooted =
                    before.map { !isWordByte($0) && !".})-*~/".utf8.contains($0) } ?? true
                if isRooted {
                    return Finding(path: source.path, line: index + 1, message: "names \(path)…")
                }
                rest = rest[range.upperBound...]
            }
            return nil
        }
    }
}

/// The text files of the checkout, without what is built, kept as data or managed by git.
private let checkoutTexts: [SourceText] = {
    let skipped: Set<String> = [".git", "var", "node_modules", "__pycache__"]
    var texts: [SourceText] = []
    var folders = [""]
    while let folder = folders.popLast() {
        let url = Repository.url(folder)
        let names =
            (try? FileManager.default.contentsOfDirectory(
                atPath: url.path(percentEncoded: false))) ?? []
        for name in names.sorted() where !skipped.contains(name) && !name.hasPrefix(".build") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            let file = Repository.url(path)
            let values = try? file.resourceValues(forKeys: [.isDirectoryKey, .isSymbolicLinkKey])
            if values?.isSymbolicLink == true { continue }
            if values?.isDirectory == true {
                folders.append(path)
            } else if let data = try? Data(contentsOf: file),
                let text = String(data: data, encoding: .utf8)
            {
                texts.append(SourceText(path: path, text: text))
            }
        }
    }
    return texts
}()
