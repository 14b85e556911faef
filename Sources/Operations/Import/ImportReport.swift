import Wording

/// What an import would do, or did, row by row.
public struct ImportReport: Hashable, Sendable {
    /// What became of a row, or would.
    public enum Outcome: String, CaseIterable, Sendable {
        case new, changed, unchanged, error
    }

    /// What is said of one row of a file.
    public struct Line: Hashable, Sendable {
        public let file: String
        /// The line of the file, counted from one.
        public let number: Int
        public let key: String
        public internal(set) var outcome: Outcome
        /// What is wrong and what to do, or what is new.
        public internal(set) var message: String
    }

    public var lines: [Line] = []
    /// Whether it was carried out: no row had an error, and it was not a dry run.
    public var isApplied = false

    public var errors: [Line] { lines.filter { $0.outcome == .error } }

    /// How many rows had the outcome.
    public func count(_ outcome: Outcome) -> Int { lines.count { $0.outcome == outcome } }
}

/// What can be imported.
public enum ImportKind: String, CaseIterable, Sendable {
    case units, people, employments, competences, starts

    /// What can be exported too.
    public static let exported: [ImportKind] = [.units, .people, .employments, .competences]

    var required: [String] {
        switch self {
        case .units: ["id", "name", "kind"]
        case .people: ["id", "name"]
        case .employments: ["person", "unit", "position", "percentage", "from"]
        case .competences: ["person", "competence", "level", "achieved-on"]
        case .starts: ["person", "programme"]
        }
    }

    /// The columns that it knows; `starts` takes `anchor:<name>`, `fact:<name>` and `role:<name>`
    /// besides.
    var known: Set<String> {
        switch self {
        case .units:
            [
                "id", "name", "kind", "parent", "manager", "hr", "programme-owner",
                "placement-coordinator",
            ]
        case .people:
            [
                "id", "name", "email", "private-email", "language", "unit", "digest", "born-on",
            ]
        case .employments: ["person", "unit", "position", "percentage", "from", "until"]
        case .competences:
            onlyExported.union([
                "person", "competence", "level", "achieved-on", "valid-until", "form", "evidence",
            ])
        case .starts: ["person", "programme", "unit"]
        }
    }
}

extension ImportKind {
    /// Columns that an export has and an import leaves unread: how something came to be on record
    /// here is not for another system to say.
    var onlyExported: Set<String> {
        self == .competences ? ["source", "attested-by", "recorded-on"] : []
    }
}

/// A row with its fields by column.
struct ImportRow: Sendable {
    let number: Int
    private let fields: [String: String]

    init(_ line: CSVTable.Line, _ header: [String]) {
        number = line.number
        fields = Dictionary(
            zip(header, line.fields.map(CSVTable.unguarded)).enumerated()
                .filter { !line.absent.contains($0.offset) }.map(\.element),
            uniquingKeysWith: { first, _ in first })
    }

    /// The field, or what is there already where the row does not speak of it.
    ///
    /// Only a column that is there and empty empties: a system that exports names and addresses
    /// does not mean that nobody has a unit.
    func field(_ column: String, else old: String?) -> String? {
        fields[column] == nil ? old : self[column]
    }

    /// The field, or nil where it is empty or the table has no such column.
    subscript(_ column: String) -> String? {
        fields[column].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What tells the row's subject from others.
    func key(_ kind: ImportKind) -> String {
        switch kind {
        case .units, .people: self["id"] ?? ""
        case .employments: joined("person", "unit", "position", "from")
        case .competences: joined("person", "competence", "level", "achieved-on")
        case .starts: joined("person", "programme")
        }
    }

    private func joined(_ columns: String...) -> String {
        columns.map { self[$0] ?? "" }.joined(separator: " ")
    }

    /// The fields of columns such as `anchor:first-day`, by what follows the prefix.
    func all(_ prefix: String) -> [(name: String, value: String)] {
        fields.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
            .sorted { $0.name < $1.name }
    }
}

/// What a row changes of what is there, by column, so that whoever looks an import through sees it.
struct ColumnChanges {
    private var changed: [String] = []
    private var emptied: [String] = []

    var isEmpty: Bool { changed.isEmpty && emptied.isEmpty }

    mutating func note(_ column: String, _ old: String?, _ new: String?) {
        if old == new { return }
        if new == nil { emptied.append(column) } else { changed.append(column) }
    }

    func message(_ wording: Wording) -> String {
        [("changed", changed), ("emptied", emptied)].filter { !$0.1.isEmpty }.map { key, columns in
            wording.text("import.note.\(key)", ["columns": columns.joined(separator: ", ")])
        }.joined(separator: "; ")
    }
}

/// Why a row cannot be imported.
struct RowFault: Error {
    /// A sentence of the language files, or one that is written already.
    private enum Contents {
        case key(String, [String: String])
        case sentence(String)
    }

    private let contents: Contents

    init(_ key: String, _ values: [String: String] = [:]) { contents = .key(key, values) }

    init(sentence: String) { contents = .sentence(sentence) }

    func message(_ wording: Wording) -> String {
        switch contents {
        case .key(let key, let values): wording.text("import.fault.\(key)", values)
        case .sentence(let sentence): sentence
        }
    }
}
