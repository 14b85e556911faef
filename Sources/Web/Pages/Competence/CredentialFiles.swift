import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Operations

// Credentials, and what anybody needs to check them; nothing here is a page.
extension WebContext {
    /// One's own credential, to keep and to show to others.
    func downloadCredential(_ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
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

    func credentialStatus() async throws -> Response {
        file(try await installation.credentialStatusList(), "application/vc+jwt")
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
