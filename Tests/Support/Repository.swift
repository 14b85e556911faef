public import Foundation

/// The checkout that the tests were compiled from: where they find workflows, templates and code.
public enum Repository {
    /// The folder that holds `Package.swift`.
    public static let root = URL(filePath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file or folder of the checkout, named from its root.
    public static func url(_ relativePath: String) -> URL {
        root.appending(path: relativePath)
    }
}
