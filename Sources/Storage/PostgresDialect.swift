/// How the store's SQL is said to PostgreSQL.
///
/// Texts compare by their bytes, as in SQLite, whatever the server's language is; that is what
/// `COLLATE "C"` does. References can be put off to the end of a transaction, for copying.
enum PostgresDialect {
    /// A statement with `$1`, `$2` … for each `?`, and its tokens replaced.
    ///
    /// `? IS NULL` says nothing of a type, which PostgreSQL wants to know; and `lower(?)` nothing
    /// of a language, where columns have none and only A to Z are folded.
    static func statement(_ sql: String) -> String {
        var result: [UInt8] = []
        var number = 0
        var isInText = false
        let bytes = Array(Dialect.replacingTokens(sql, token).utf8)
        let (isNull, lower) = (Array(" IS N".utf8), Array("lower(".utf8))
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "'") { isInText.toggle() }
            guard byte == UInt8(ascii: "?"), !isInText else {
                result.append(byte)
                continue
            }
            number += 1
            result += Array("$\(number)".utf8)
            if bytes[(index + 1)...].starts(with: isNull) { result += Array("::text".utf8) }
            if bytes[..<index].suffix(lower.count).elementsEqual(lower) {
                result += Array(" COLLATE \"C\"".utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A schema step.
    static func schema(_ sql: String) -> String {
        deferrable(collated(Dialect.replacingTokens(sql, token)))
    }

    private static func token(_ token: Substring) -> String? {
        switch token {
        case "integer": return "BIGINT"
        case "bytes": return "BYTEA"
        case "strict", "strict, without rowid": return ""
        case "skip locked": return "FOR UPDATE SKIP LOCKED"
        case "references at the end": return "SET CONSTRAINTS ALL DEFERRED"
        default:
            guard token.hasPrefix("append-only ") else { return nil }
            return appendOnly(table: token.dropFirst("append-only ".count))
        }
    }

    private static func appendOnly(table: Substring) -> String {
        """
        CREATE OR REPLACE FUNCTION rows_are_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            RAISE EXCEPTION 'rows are never changed or deleted'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER \(table)_is_kept BEFORE DELETE ON \(table)
        FOR EACH ROW EXECUTE FUNCTION rows_are_kept();
        CREATE TRIGGER \(table)_is_fixed BEFORE UPDATE ON \(table)
        FOR EACH ROW EXECUTE FUNCTION rows_are_kept();
        """
    }

    private static func collated(_ sql: String) -> String {
        // Columns are written as `name TEXT`, followed by a constraint, a comma or the line's end.
        var result = ""
        for line in sql.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            result += words.map { word in
                switch word {
                case "TEXT": "TEXT COLLATE \"C\""
                case "TEXT,": "TEXT COLLATE \"C\","
                case "TEXT;": "TEXT COLLATE \"C\";"
                default: String(word)
                }
            }.joined(separator: " ") + "\n"
        }
        return result
    }

    private static func deferrable(_ sql: String) -> String {
        var result = ""
        var rest = sql[...]
        while let found = rest.firstRange(of: "REFERENCES ") {
            guard let end = rest[found.upperBound...].firstIndex(of: ")") else { break }
            result += rest[...end] + " DEFERRABLE"
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

/// What both databases' dialects share.
enum Dialect {
    /// The text with each `{token}` replaced by what the closure gives for it; nil leaves it.
    static func replacingTokens(
        _ sql: String, _ replacement: (Substring) -> String?
    ) -> String {
        guard sql.utf8.contains(UInt8(ascii: "{")) else { return sql }
        var result = ""
        var rest = sql[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let token = rest[rest.index(after: open)..<close]
            result += replacement(token) ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
