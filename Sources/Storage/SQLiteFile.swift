import CSQLite
import Glibc

/// What is asked of a database's file as a whole, before anybody works on it.
public enum SQLiteFile {
    /// Why a file is not to be used.
    public enum Fault: Error, Hashable, Sendable {
        /// No database, cut off, or changed by a fault of the disk; in SQLite's words.
        case damaged(String)
        /// A database of something else.
        case foreign
        /// It was written by a newer Ombord.
        case newerSchema(found: Int, known: Int)
    }

    /// Goes through a whole file, all of its pages and indexes, and gives its newest schema step.
    ///
    /// - Parameter path: A file in a folder that may be written to: SQLite keeps a log beside it.
    public static func check(_ path: String) throws(Fault) -> Int {
        let step: Int
        do throws(StorageError) {
            let connection = try SQLiteConnection(path: path, readOnly: true)
            let finding = try connection.text("PRAGMA integrity_check(1)")
            guard finding == "ok" else { throw .statement(code: 0, message: finding) }
            let tables = try connection.text(
                "SELECT count(*) FROM sqlite_master WHERE name IN ('schema_step', 'enrolment')")
            step =
                tables == "2"
                ? Int(try connection.text("SELECT max(number) FROM schema_step")) ?? 0 : 0
        } catch {
            switch error {
            case .cannotOpen(_, let reason): throw .damaged(reason)
            case .statement(_, let message): throw .damaged(message)
            default: throw .damaged("\(error)")
            }
        }
        if step == 0 { throw .foreign }
        if step > Schema.newest { throw .newerSchema(found: step, known: Schema.newest) }
        return step
    }

    /// Whether a program has the file open, which the locks show that SQLite keeps on it.
    public static func isInUse(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        // SQLite's documented lock bytes: one pending, one reserved, 510 shared. Whoever works in
        // WAL mode keeps a shared lock for as long as the file is open.
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        guard fcntl(descriptor, F_GETLK, &lock) == 0 else { return false }
        return lock.l_type != Int16(F_UNLCK)
    }
}
