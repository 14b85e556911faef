import Foundation
public import Testing

/// Compares a whole artefact with the file `Golden/<name>` beside the test, byte by byte.
///
/// A difference is a failure that shows the first line that differs. With `OMBORD_RECORD=1` the
/// file is written instead, and the reviewer reads the change in the commit.
///
/// - Parameters:
///   - actual: What the code under test made.
///   - name: The file's name, with folders where that helps.
public func expectGolden(
    _ actual: String, _ name: String, file: StaticString = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let recording = ProcessInfo.processInfo.environment["OMBORD_RECORD"] == "1"
    // What a page looks like is recorded in bokmål; in another language, what it says.
    let isOther = name.hasPrefix("nn/") || name.hasPrefix("en/")
    let isWords = isOther && name.hasSuffix(".html")
    let kept = isWords ? PageWords(of: actual).lines.joined(separator: "\n") + "\n" : actual
    let keptName = isWords ? name.dropLast("html".count) + "txt" : name
    let golden = GoldenFile(name: keptName, besideTest: "\(file)")
    do {
        if let complaint = try golden.compare(kept, recording: recording) {
            Issue.record(Comment(rawValue: complaint), sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(
            "Golden/\(keptName) could not be read or written: \(error)",
            sourceLocation: sourceLocation)
    }
}

/// A recorded artefact on disk, and how it is compared.
public struct GoldenFile {
    private let name: String
    private let url: URL

    /// The file `Golden/<name>` in the folder of a test file.
    public init(name: String, besideTest testFile: String) {
        self.name = name
        url = URL(filePath: testFile).deletingLastPathComponent()
            .appending(path: "Golden").appending(path: name)
    }

    /// What is wrong with the artefact, or nil where it is as recorded (or was recorded now).
    public func compare(_ actual: String, recording: Bool) throws -> String? {
        // Bytes, because two strings of different bytes may be equal to Swift (é as one or two).
        let actualBytes = Array(actual.utf8)
        let path = url.path(percentEncoded: false)
        let recorded =
            FileManager.default.fileExists(atPath: path) ? try Data(contentsOf: url) : nil
        if let recorded, Array(recorded) == actualBytes { return nil }
        if recording {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actualBytes).write(to: url)
            return nil
        }
        guard let recorded else {
            return "Golden/\(name) is not recorded. Read this and run again with OMBORD_RECORD=1:\n"
                + actual
        }
        let expected = String(decoding: recorded, as: UTF8.self)
        return "Golden/\(name) differs. Where the new text is right, run again with "
            + "OMBORD_RECORD=1.\n" + Self.firstDifference(expected: expected, actual: actual)
    }

    /// The first lines that differ, with the three lines before them.
    public static func firstDifference(expected: String, actual: String) -> String {
        let old = visibleLines(expected)
        let new = visibleLines(actual)
        var first = 0
        while first < old.count, first < new.count, Array(old[first].utf8) == Array(new[first].utf8)
        {
            first += 1
        }
        var report = ["@@ line \(first + 1): - is recorded, + is new"]
        report += old[max(0, first - 3)..<first].map { "  \($0)" }
        report += old[first..<min(old.count, first + 6)].map { "- \($0)" }
        report += new[first..<min(new.count, first + 6)].map { "+ \($0)" }
        return report.joined(separator: "\n")
    }

    private static func visibleLines(_ text: String) -> [String] {
        // By bytes: to Swift "\r\n" is one character, and would hide the line feed in it.
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
                .replacing("\r", with: "\\r").replacing("\t", with: "\\t")
        }
    }
}
