import Cryptography

/// Moves all that an installation has from one database to another, and sees that it arrived.
public enum DatabaseCopy {
    /// A table that has been copied.
    public struct Table: Hashable, Sendable {
        public let name: String
        public let rows: Int
        /// SHA-256 over all rows in the order of their key, in hexadecimal.
        public let digest: String
    }

    /// Why nothing was copied.
    public enum Refusal: Error, Hashable, Sendable {
        case targetHasRows(table: String)
        /// What was read back is not what was written; the copy is not to be used.
        case differs(table: String)
    }

    private static let page = 500

    /// Copies every row of one snapshot of the source in one transaction of the target, and then
    /// compares each table's rows on both sides.
    ///
    /// - Parameter layouts: The tables, as SQLite describes them on its side.
    public static func copy(
        from source: any Database, to target: any Database, layouts: [TableLayout]
    ) throws -> [Table] {
        let written = try target.writeBlocking { connection in
            for layout in layouts {
                let isEmpty = try connection.count("SELECT count(*) FROM \(layout.name)") == 0
                if !isEmpty { throw Refusal.targetHasRows(table: layout.name) }
            }
            // Rows refer to each other in circles.
            try connection.run("{references at the end}", [])
            return try source.read { reader in
                try layouts.map { layout in
                    try summary(layout, reader) { row in
                        try connection.post(layout.insertion, row)
                    }
                }
            }
        }
        let arrived = try tables(of: target, layouts: layouts)
        for (sent, found) in zip(written, arrived) where sent != found {
            throw Refusal.differs(table: sent.name)
        }
        return written
    }

    /// What a database holds, table by table, without copying it.
    public static func tables(
        of database: any Database, layouts: [TableLayout]
    ) throws -> [Table] {
        try database.read { reader in try layouts.map { try summary($0, reader) { _ in } } }
    }

    /// Goes through a table a page at a time, in the order of its key.
    private static func summary(
        _ layout: TableLayout, _ connection: any Connection, _ body: ([SQLValue]) throws -> Void
    ) throws -> Table {
        var digest = [UInt8](repeating: 0, count: 32)
        var count = 0
        var last: [SQLValue] = []
        while true {
            let rows = try connection.all(layout.query(isFirst: last.isEmpty), last) { row in
                layout.columns.indices.map { layout.value(row, $0) }
            }
            for row in rows {
                try body(row)
                digest = Cryptography.sha256(digest + row.flatMap(encoded))
            }
            count += rows.count
            guard rows.count == page, let final = rows.last else { break }
            last = layout.key.map { final[$0] }
        }
        return Table(name: layout.name, rows: count, digest: Cryptography.hex(digest))
    }

    /// A value as bytes that no other value has.
    private static func encoded(_ value: SQLValue) -> [UInt8] {
        func sized(_ kind: Character, _ bytes: [UInt8]) -> [UInt8] {
            Array("\(kind)\(bytes.count):".utf8) + bytes
        }
        return switch value {
        case .null: Array("n".utf8)
        case .integer(let integer): Array("i\(integer);".utf8)
        case .text(let text): sized("t", Array(text.utf8))
        case .bytes(let bytes): sized("b", bytes)
        }
    }

    /// A table's columns and its key.
    public struct TableLayout: Hashable, Sendable {
        enum Kind: String { case integer = "INTEGER", text = "TEXT", bytes = "BLOB" }

        let name: String
        let columns: [String]
        let kinds: [Kind]
        /// The places of the key's columns among the columns.
        let key: [Int]

        var insertion: String {
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            let names = columns.joined(separator: ", ")
            return "INSERT INTO \(name) (\(names)) VALUES (\(marks))"
        }

        func query(isFirst: Bool) -> String {
            let names = key.map { columns[$0] }.joined(separator: ", ")
            let marks = key.map { _ in "?" }.joined(separator: ", ")
            return "SELECT \(columns.joined(separator: ", ")) FROM \(name)"
                + (isFirst ? "" : " WHERE (\(names)) > (\(marks))")
                + " ORDER BY \(names) LIMIT \(DatabaseCopy.page)"
        }

        func value(_ row: any ResultRow, _ column: Int) -> SQLValue {
            if row.isNull(column) { return .null }
            return switch kinds[column] {
            case .integer: .integer(row.integer(column))
            case .text: .text(row.text(column))
            case .bytes: .bytes(row.bytes(column))
            }
        }
    }
}

extension SQLiteDatabase {
    /// All tables of an installation, which are the same in every database.
    public func layouts() throws -> [DatabaseCopy.TableLayout] {
        try read { connection in
            let names = try connection.all(
                """
                SELECT name FROM sqlite_master
                WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'schema_step'
                ORDER BY name
                """
            ) { $0.text(0) }
            return try names.map { name in
                let columns = try connection.all("PRAGMA table_info(\(name))") {
                    (name: $0.text(1), kind: $0.text(2), key: $0.int(5))
                }
                let key = columns.indices.filter { columns[$0].key > 0 }
                    .sorted { columns[$0].key < columns[$1].key }
                return DatabaseCopy.TableLayout(
                    name: name, columns: columns.map(\.name),
                    kinds: try columns.map {
                        guard let kind = DatabaseCopy.TableLayout.Kind(rawValue: $0.kind) else {
                            throw StorageError.statement(
                                code: 0, message: "a column of \(name) is \($0.kind)")
                        }
                        return kind
                    }, key: key)
            }
        }
    }
}
