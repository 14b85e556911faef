import CivilCalendar
import Competence
public import Engine
import JSONText
public import ProgrammeFiles
import Foundation
import Storage
import Synchronization

/// A programme's file and the modules that it includes, as they are stored with its version.
public struct ProgrammeSource: Hashable, Sendable {
    public var name: String
    public var bytes: [UInt8]
    /// The contents of `modules/<id>.yaml`, by id.
    public var modules: [String: [UInt8]]

    public init(name: String, bytes: [UInt8], modules: [String: [UInt8]]) {
        self.name = name
        self.bytes = bytes
        self.modules = modules
    }

    /// Reads a file and the modules beside it that it asks for.
    public init?(path: String) {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        let folder = (path as NSString).deletingLastPathComponent
        let asked = Mutex<[String: [UInt8]]>([:])
        _ = ProgrammeCompiler.compile(name: path, bytes: [UInt8](bytes)) { id in
            let module = FileManager.default.contents(atPath: "\(folder)/modules/\(id).yaml")
            guard let module else { return nil }
            asked.withLock { $0[id] = [UInt8](module) }
            return [UInt8](module)
        }
        self.init(name: path, bytes: [UInt8](bytes), modules: asked.withLock { $0 })
    }

    func compile(
        frameworks: [Framework] = []
    ) -> (programme: CompiledProgramme?, diagnostics: [Diagnostic]) {
        let modules = modules
        return ProgrammeCompiler.compile(name: name, bytes: bytes, frameworks: frameworks) {
            modules[$0]
        }
    }

    /// The files as one document. Programme files are UTF-8, or they would not have compiled.
    var bundle: JSON {
        let modules = modules.sorted { $0.key < $1.key }.map {
            JSON.Member($0.key, .string(String(decoding: $0.value, as: UTF8.self)))
        }
        return .object([
            "name": .string((name as NSString).lastPathComponent),
            "text": .string(String(decoding: bytes, as: UTF8.self)),
            "modules": .object(modules),
        ])
    }

    init?(bundle: JSON) {
        guard let name = bundle["name"]?.string, let text = bundle["text"]?.string else {
            return nil
        }
        var modules: [String: [UInt8]] = [:]
        for member in bundle["modules"]?.members ?? [] {
            modules[member.name] = Array((member.value.string ?? "").utf8)
        }
        self.init(name: name, bytes: Array(text.utf8), modules: modules)
    }
}

extension Installation {
    /// Publishes a programme file with its modules as an immutable version. The same contents
    /// again are the same version. What its steps record is held to the frameworks that are
    /// published; a version that is there already stays, whatever frameworks have come since.
    ///
    /// - Parameter actor: Who publishes it, where somebody does so in the pages.
    /// - Returns: the version, or nil where the file has errors.
    public func publish(
        _ source: ProgrammeSource, by actor: Actor = .operatorCommand
    ) async throws -> (version: CompiledVersion?, diagnostics: [Diagnostic]) {
        let frameworks = try frameworkShelf().versions.map(\.framework)
        let (checked, diagnostics) = source.compile(frameworks: frameworks)
        guard let compiled = try checked ?? published(source) else { return (nil, diagnostics) }
        let programme = compiled.programme
        let hash = compiled.contentHash
        let number = try await transact { transaction in
            let connection = transaction.connection
            let known = try connection.first(
                "SELECT number FROM programme_version WHERE hash = ?", [.text(hash)]
            ) { $0.int(0) }
            if let known { return known }
            let number =
                try connection.count(
                    "SELECT coalesce(max(number), 0) FROM programme_version WHERE programme = ?",
                    [.text(programme.id.rawValue)]) + 1
            try connection.run(
                """
                INSERT INTO programme_version
                    (hash, programme, number, files, published_at, published_by)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(hash), .text(programme.id.rawValue), SQLValue(number),
                    .text(source.bundle.text), .integer(transaction.now.milliseconds),
                    .text(actor.stored),
                ])
            return number
        }
        let version = CompiledVersion(hash: hash, number: number, programme: programme)
        library.add(version)
        return (version, diagnostics)
    }

    /// A programme that cannot be published anew, where it was before.
    private func published(_ source: ProgrammeSource) throws -> CompiledProgramme? {
        guard let compiled = source.compile().programme else { return nil }
        let known = try query { transaction in
            try transaction.connection.count(
                "SELECT count(*) FROM programme_version WHERE hash = ?",
                [.text(compiled.contentHash)])
        }
        return known > 0 ? compiled : nil
    }
}

extension Transaction {
    /// The version of this hash, compiled from the files that were stored with it.
    func version(_ hash: String) throws -> CompiledVersion {
        if let version = installation.library.version(hash) { return version }
        let stored = try connection.first(
            "SELECT number, files FROM programme_version WHERE hash = ?", [.text(hash)]
        ) { ($0.int(0), $0.text(1)) }
        guard let (number, files) = stored, let bundle = JSON(files),
            let source = ProgrammeSource(bundle: bundle),
            let compiled = source.compile().programme, compiled.contentHash == hash
        else { throw OperationError.damaged("programme version \(hash)") }
        let version = CompiledVersion(hash: hash, number: number, programme: compiled.programme)
        installation.library.add(version)
        return version
    }

    /// The newest version of a programme.
    func newestVersion(of programme: ProgrammeID) throws -> CompiledVersion {
        let hash = try connection.first(
            "SELECT hash FROM programme_version WHERE programme = ? ORDER BY number DESC LIMIT 1",
            [.text(programme.rawValue)]
        ) { $0.text(0) }
        guard let hash else { throw OperationError.noSuchProgramme(programme) }
        return try version(hash)
    }
}

extension Installation {
    /// The newest version of a programme.
    public func newestProgramme(_ id: ProgrammeID) throws -> Programme {
        try query { try $0.newestVersion(of: id).programme }
    }
}
