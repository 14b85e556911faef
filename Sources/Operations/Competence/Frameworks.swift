public import Competence
public import Engine
public import ProgrammeFiles
import Storage
import Synchronization

/// An immutable version of a framework, named by its content.
public struct FrameworkVersion: Sendable {
    /// SHA-256 of the file, 64 hexadecimal digits.
    public let hash: String
    /// Counted from one for each framework.
    public let number: Int
    public let framework: Framework
}

/// The frameworks that have been compiled since the service started, by version.
final class FrameworkLibrary: Sendable {
    private let compiled = Mutex<[String: FrameworkVersion]>([:])

    func version(_ hash: String) -> FrameworkVersion? { compiled.withLock { $0[hash] } }

    func add(_ version: FrameworkVersion) { compiled.withLock { $0[version.hash] = version } }
}

/// The newest versions of all frameworks, of which each competence is in one.
public struct FrameworkShelf: Sendable {
    public let versions: [FrameworkVersion]

    /// The framework that a competence is in.
    public func version(of competence: CompetenceID) -> FrameworkVersion? {
        versions.first { $0.framework.competence(competence) != nil }
    }

    /// What a competence is, or nil where no framework has it.
    public func definition(_ competence: CompetenceID) -> CompetenceDefinition? {
        version(of: competence)?.framework.competence(competence)
    }

    /// The ladder that a competence is measured on.
    public func ladder(of competence: CompetenceID) -> Ladder? {
        version(of: competence)?.framework.ladder(of: competence)
    }

    /// What a level is called; the level's id where no framework knows it.
    public func title(of level: LevelID, for competence: CompetenceID) -> LocalizedText {
        ladder(of: competence)?.level(level)?.title ?? LocalizedText([.english: level.rawValue])
    }
}

extension Installation {
    /// Publishes a framework file as an immutable version. The same contents again are the same
    /// version.
    ///
    /// - Returns: the version, or nil where the file has errors.
    public func publishFramework(
        name: String, bytes: [UInt8], by actor: Actor = .operatorCommand
    ) async throws -> (version: FrameworkVersion?, diagnostics: [Diagnostic]) {
        let (compiled, diagnostics) = FrameworkCompiler.compile(name: name, bytes: bytes)
        guard let compiled else { return (nil, diagnostics) }
        let framework = compiled.framework
        let hash = compiled.contentHash
        let number = try await transact { transaction in
            let connection = transaction.connection
            let known = try connection.first(
                "SELECT number FROM framework_version WHERE hash = ?", [.text(hash)]
            ) { $0.int(0) }
            if let known { return known }
            try transaction.refuseForeign(framework)
            let number =
                try connection.count(
                    "SELECT coalesce(max(number), 0) FROM framework_version WHERE framework = ?",
                    [.text(framework.id.rawValue)]) + 1
            try connection.run(
                """
                INSERT INTO framework_version
                    (hash, framework, number, name, file, published_at, published_by)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(hash), .text(framework.id.rawValue), SQLValue(number),
                    .text("\(framework.id).yaml"),
                    .text(String(decoding: bytes, as: UTF8.self)),
                    .integer(transaction.now.milliseconds), .text(actor.stored),
                ])
            return number
        }
        let version = FrameworkVersion(hash: hash, number: number, framework: framework)
        frameworks.add(version)
        return (version, diagnostics)
    }

    /// The newest versions of all frameworks.
    public func frameworkShelf() throws -> FrameworkShelf {
        try query { try $0.frameworkShelf() }
    }
}

extension Transaction {
    func frameworkShelf() throws -> FrameworkShelf {
        let hashes = try connection.all(
            """
            SELECT hash FROM framework_version v WHERE number = (
                SELECT max(number) FROM framework_version n WHERE n.framework = v.framework)
            ORDER BY framework
            """
        ) { $0.text(0) }
        return FrameworkShelf(versions: try hashes.map { try framework($0) })
    }

    private func framework(_ hash: String) throws -> FrameworkVersion {
        if let version = installation.frameworks.version(hash) { return version }
        let stored = try connection.first(
            "SELECT number, name, file FROM framework_version WHERE hash = ?", [.text(hash)]
        ) { ($0.int(0), $0.text(1), $0.text(2)) }
        guard let (number, name, file) = stored,
            let compiled = FrameworkCompiler.compile(name: name, bytes: Array(file.utf8)).framework,
            compiled.contentHash == hash
        else { throw OperationError.damaged("framework version \(hash)") }
        let version = FrameworkVersion(
            hash: hash, number: number, framework: compiled.framework)
        installation.frameworks.add(version)
        return version
    }

    /// A competence has one meaning: no other framework may have it.
    fileprivate func refuseForeign(_ framework: Framework) throws {
        for version in try frameworkShelf().versions where version.framework.id != framework.id {
            for competence in framework.competences
            where version.framework.competence(competence.id) != nil {
                throw OperationError.invalid(
                    field: "competence",
                    problem: .competenceElsewhere(
                        competence.id.rawValue, framework: version.framework.id.rawValue))
            }
        }
    }
}
