/// Where a database is, as people write it.
public enum DatabaseAddress: Hashable, Sendable {
    /// A SQLite file, made where it is missing: `sqlite:/var/lib/ombord/ombord.sqlite`.
    case file(path: String)
    /// What libpq takes: `postgres://user@host/name`.
    case server(String)

    public init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            self = .file(path: String(text.dropFirst("sqlite:".count)))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .server(text)
        } else {
            return nil
        }
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// - Parameter now: The time in milliseconds since 1970, recorded with a new schema step.
    public func open(now: Int64) throws -> any Database {
        switch self {
        case .file(let path): try SQLiteDatabase(path: path, now: now)
        case .server(let address): try PostgresDatabase(address: address, now: now)
        }
    }
}
