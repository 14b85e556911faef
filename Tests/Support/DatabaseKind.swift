import Foundation
public import Testing

/// The databases that Ombord runs on.
public enum DatabaseKind: String, Sendable, CaseIterable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// The one that the running test is to use.
    @TaskLocal public static var current =
        ProcessInfo.processInfo.environment["OMBORD_TEST_DATABASE"] == "postgres"
        ? DatabaseKind.postgres : .sqlite
}

/// Runs each test of a suite on one database after the other.
public struct OnBothDatabases: TestTrait, SuiteTrait, TestScoping {
    public let isRecursive = true

    /// Runs a test once for each database.
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite has no body; its tests come here themselves.
        guard testCase != nil else { return try await function() }
        for kind in DatabaseKind.allCases where kind == .sqlite || PostgresServer.isWanted {
            do {
                try await DatabaseKind.$current.withValue(kind, operation: function)
            } catch {
                Issue.record(error, "on \(kind.rawValue)")
            }
        }
    }
}

extension Trait where Self == OnBothDatabases {
    /// Runs each test on SQLite, then on PostgreSQL.
    public static var onBothDatabases: Self { Self() }
}
