import Foundation
import Support
import Testing

/// A language that nobody speaks: English with every text in brackets, as files beside the program.
private struct MadeUpLanguage {
    let folder: TemporaryFolder

    init(without missing: String? = nil, with extra: String? = nil) throws {
        folder = try TemporaryFolder()
        let language = folder.url.appendingPathComponent("Languages/qq")
        try FileManager.default.createDirectory(at: language, withIntermediateDirectories: true)
        let shipped = Repository.url("Sources/Wording/Languages")
        let names = try FileManager.default.contentsOfDirectory(atPath: shipped.path)
        for name in names where name.hasPrefix("en") {
            let text = try String(contentsOf: shipped.appendingPathComponent(name), encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { line in missing.map { !line.contains($0) } ?? true }
                .map { $0.replacing(#/: "((?:[^"\\]|\\.)*)"/#) { ": \"⟦\($0.output.1)⟧\"" } }
            try lines.joined(separator: "\n").write(
                to: language.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        if let extra {
            try extra.write(
                to: language.appendingPathComponent("x.yaml"), atomically: true, encoding: .utf8)
        }
    }

    /// Starts the service with the language and has it answer until it is ready, or gives up.
    func serve<R>(_ body: (_ log: String, _ port: String?) throws -> R) throws -> R {
        let process = Process()
        let errors = Pipe()
        process.executableURL = try Products.program("ombord")
        process.arguments = [
            "serve", "--demo", "small", "--port", "0", "--data",
            folder.url.appendingPathComponent("data").path,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "OMBORD_LANGUAGES": folder.url.appendingPathComponent("Languages").path
        ]) { $1 }
        process.currentDirectoryURL = Repository.root
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var log = ""
        while !log.contains("Ombord is ready") {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            log += String(decoding: data, as: UTF8.self)
        }
        let port = log.split(separator: "listening on 127.0.0.1:").dropFirst().first?.prefix {
            $0.isNumber
        }
        return try body(log, port.map(String.init))
    }
}

@Suite struct LanguageTests {
    @Test("A language is added by adding files: pages speak it, and no text comes from elsewhere")
    func addedByFiles() throws {
        try MadeUpLanguage().serve { log, port in
            let port = try #require(port, "\(log)")
            let answer = String(
                decoding: try python(
                    script: Repository.url("Tests/EndToEndTests/Python/get.py").path,
                    arguments: ["http://127.0.0.1:\(port)/nothing?lang=qq"]), as: UTF8.self)
            #expect(answer.hasPrefix("404 "))
            #expect(answer.contains("<html lang=\"qq\">"))
            #expect(answer.contains("hreflang=\"qq\" aria-current=\"true\">⟦English⟧</a>"))
            let body = answer.split(separator: "<body>", maxSplits: 1).last ?? ""
            let texts = body.split(separator: "<").compactMap { piece in
                piece.split(separator: ">", maxSplits: 1).dropFirst().first?
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }.filter { !$0.isEmpty }
            #expect(texts.count > 8)
            // The product's name, and the other languages' own names, are the same in all.
            let names = ["Ombord", "Bokmål", "Nynorsk", "English"]
            for text in texts where !names.contains(text) {
                #expect(text.hasPrefix("⟦") && text.hasSuffix("⟧"), "\(text)")
            }
            #expect(!log.contains("lacks texts"))
        }
    }

    @Test("What a language lacks is told at the start, and English stands in")
    func lacking() throws {
        try MadeUpLanguage(without: "skip-to-content").serve { log, port in
            #expect(port != nil)
            #expect(log.contains("a language lacks texts"))
            #expect(log.contains("page.skip-to-content"))
        }
    }

    @Test("A text that there is no use for stops the start, with its place")
    func strange() throws {
        try MadeUpLanguage(with: "page:\n  no-such-text: \"x\"\n").serve { log, port in
            #expect(port == nil)
            #expect(
                log.contains("qq/x.yaml:2:17: page.no-such-text is no text of Ombord"), "\(log)")
        }
    }
}
