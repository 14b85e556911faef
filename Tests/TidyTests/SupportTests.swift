import Foundation
import Support
import Testing

/// The tests' own tools, where a fault would let a faulty product pass.
@Suite struct SupportTests {
    @Test("A golden file is recorded only when asked, and compared by bytes")
    func golden() throws {
        let folder = try TemporaryFolder()
        let besideTest = folder.url.appending(path: "Test.swift").path(percentEncoded: false)
        let golden = GoldenFile(name: "letters/one.eml", besideTest: besideTest)

        let missing = try golden.compare("a\r\n", recording: false)
        #expect(missing?.contains("not recorded") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.url.path + "/Golden"))
        #expect(try golden.compare("a\r\ncafé\n", recording: true) == nil)
        #expect(try golden.compare("a\r\ncafé\n", recording: false) == nil)

        let lineEnd = try #require(try golden.compare("a\ncafé\n", recording: false))
        #expect(lineEnd.contains("@@ line 1") && lineEnd.contains("- a\\r\n"))
        // The same letter as two code points: equal to Swift, another file on disk.
        let accent = try #require(try golden.compare("a\r\ncafe\u{301}\n", recording: false))
        #expect(accent.contains("@@ line 2"))
        let longer = try #require(try golden.compare("a\r\ncafé\nmore", recording: false))
        #expect(longer.contains("@@ line 3") && longer.contains("+ more"))
    }

    @Test("A page's words are read as they stand, in lines")
    func words() {
        let page = """
            <h1>Hei,\n  <strong>Åse</strong>!</h1><ul><li>Én <a href="/x" title="mer">ting</a>.
            <tr><th scope="row">Sum</th><td>4</td></tr>
            <svg role="img" aria-label="Et bilde"><tspan>a</tspan>b</svg> 1 &lt; 2
            """
        #expect(
            PageWords(of: page).lines == [
                "Hei, Åse!", "Én [mer] ting.", "| Sum | 4", "[Et bilde]", "ab", "1 &lt; 2",
            ])
    }

    @Test("The same seed gives the same numbers; the first are those of the published algorithm")
    func seededRandom() {
        var random = SeededRandom(seed: 1_234_567)
        let first = (0..<3).map { _ in random.next() }
        #expect(
            first == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test("A script's answer comes back whole, and its failure is told")
    func scripts() throws {
        let folder = try TemporaryFolder()
        let script = folder.url.appending(path: "echo.py")
        try Data(
            """
            import sys
            text = sys.stdin.read()
            if not text:
                sys.exit("nothing to read")
            print(sys.argv[1], text * 3)
            """.utf8
        ).write(to: script)
        let path = script.path(percentEncoded: false)
        let long = String(repeating: "blåbær ", count: 40_000)
        let answer = try python(script: path, arguments: ["ord"], input: Data(long.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == "ord \(long + long + long)\n")
        let failure = #expect(throws: PythonFailure.self) {
            try python(script: path, arguments: ["ord"])
        }
        #expect(failure?.description.contains("nothing to read") == true)
    }

    @Test("A helper process is started, asked and stopped")
    func servers() throws {
        let folder = try TemporaryFolder()
        let script = folder.url.appending(path: "server.py")
        try Data(
            """
            import signal, sys
            if sys.argv[1] == "deaf":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if sys.argv[1] == "broken":
                sys.exit("cannot listen")
            print(4711)
            for line in sys.stdin:
                print("heard", line.strip())
            """.utf8
        ).write(to: script)
        let path = script.path(percentEncoded: false)
        let server = try PythonServer(script: path, arguments: ["polite"])
        #expect(server.port == 4711)
        #expect(try server.ask("hei på deg") == "heard hei på deg")
        server.stop()
        #expect(throws: (any Error).self) { try server.ask("still there?") }
        let deaf = try PythonServer(script: path, arguments: ["deaf"])
        deaf.stop(patience: 1)
        #expect(!deaf.isRunning && !server.isRunning)
        let failure = #expect(throws: PythonFailure.self) {
            try PythonServer(script: path, arguments: ["broken"])
        }
        #expect(failure?.description.contains("cannot listen") == true)
    }
}
