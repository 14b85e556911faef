import Engine
import HTTPTypes
import NIOCore
import Operations

@testable import Web

extension WebWorld {
    /// Two homes of the city: the ward, of which "hr" is HR above, and a home of its own whose HR
    /// is "home-hr", with a newcomer, and who owns no programmes.
    func home() async throws {
        try await load(
            .units,
            """
            id,name,kind,parent,manager,hr,programme-owner
            east,Bydel øst,agency,,,,
            home,Eikelund <b>sykehjem</b>,institution,east,,,

            """)
        try await load(
            .people,
            """
            id,name,email,private-email,language,unit,digest
            home-hr,Vidar Ness,vidar@example.org,,nb,home,
            home-leader,Tone Eik,tone@example.org,,nb,home,
            home-new,Jonas Bakke,jonas@example.org,,nb,home,

            """)
        try await load(
            .units,
            """
            id,name,kind,parent,manager,hr,programme-owner
            home,Eikelund <b>sykehjem</b>,institution,east,home-leader,home-hr,

            """)
    }

    /// - Parameter people: Those who have to be there before.
    func load(_ kind: ImportKind, _ text: String, after people: String? = nil) async throws {
        if let people { try await load(.people, people) }
        let table = ImportTable(kind: kind, file: "\(kind).csv", bytes: Array(text.utf8))
        let report = try await installation.importTables([table], dryRun: false)
        if !report.isApplied { throw Missing() }
    }
}

extension Browser {
    static let boundary = "----ombord0123456789"

    /// Sends fields and files as a form that carries files does.
    func upload(
        _ path: String, _ fields: [String: String],
        files: [String: (name: String, bytes: [UInt8])] = [:]
    ) async throws -> Answer {
        var body: [UInt8] = []
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            body += Array(
                """
                --\(Self.boundary)\r\nContent-Disposition: form-data; name="\(name)"\r\n\r\n\
                \(value)\r\n
                """.utf8)
        }
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            body += Array(
                """
                --\(Self.boundary)\r\nContent-Disposition: form-data; name="\(name)"; \
                filename="\(file.name)"\r\nContent-Type: application/octet-stream\r\n\r\n
                """.utf8)
            body += file.bytes + Array("\r\n".utf8)
        }
        body += Array("--\(Self.boundary)--\r\n".utf8)
        let type = ["content-type": "multipart/form-data; boundary=\(Self.boundary)"]
        return try await send(.post, path, type, ByteBuffer(bytes: body))
    }

    /// Sends the page's form that goes to an address, with its own hidden fields and these.
    func upload(
        _ page: Answer, to action: String, _ fields: [String: String] = [:],
        files: [String: (name: String, bytes: [UInt8])] = [:]
    ) async throws -> Answer {
        try await upload(
            action, try need(page.form(action)).merging(fields) { $1 }, files: files)
    }
}
