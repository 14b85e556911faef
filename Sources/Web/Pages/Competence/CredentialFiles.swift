import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Operations

// Credentials, and what anybody needs to check them; nothing here is a page.
extension WebContext {
    /// One's own credential, to keep and to show to others. Making one is an act: it takes its
    /// place in the list by which it can be revoked.
    func makeCredential(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        try check(try await request.form(), request, context)
        guard let entry = Int(try context.identifier("entry")) else { throw PageError.notFound }
        let text = try await hidden {
            try await installation.credential(
                for: entry, of: reader.id, in: context.language)
        }
        return file(
            text, "application/vc+jwt",
            disposition: "attachment; filename=\"competence-\(entry).jwt\"")
    }

    func credentialKeys() throws -> Response {
        file(try installation.credentialKeys().text, "application/jwk-set+json")
    }

    func issuerProfile() throws -> Response {
        file(try installation.issuerProfile().text, "application/ld+json")
    }

    func credentialStatus() throws -> Response {
        guard let list = try installation.credentialStatusList() else { throw PageError.notFound }
        return file(list, "application/vc+jwt")
    }

    private func file(
        _ text: String, _ type: String, disposition: String? = nil
    ) -> Response {
        var headers: HTTPFields = [.contentType: type]
        if let disposition { headers[.contentDisposition] = disposition }
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
