import Cryptography
public import JSONText
import Storage

/// A key by which credentials are signed.
struct CredentialKey {
    let id: String
    let seed: [UInt8]
    let publicKey: [UInt8]
}

extension Installation {
    /// Begins to sign with a new key. What was signed with those before stays valid: their public
    /// keys stay published.
    ///
    /// - Returns: the new key's id.
    public func rotateCredentialKey() async throws -> String {
        let seed = random.bytes(Cryptography.seedLength)
        let nonce = random.bytes(Cryptography.nonceLength)
        return try await transact { transaction in
            try transaction.connection.run(
                "UPDATE credential_key SET retired_at = ? WHERE retired_at IS NULL",
                [.integer(transaction.now.milliseconds)])
            return try transaction.makeCredentialKey(seed, nonce).id
        }
    }

    /// The public keys, as a JSON Web Key Set (RFC 7517, RFC 8037).
    public func credentialKeys() throws -> JSON {
        let keys = try query { transaction in
            try transaction.connection.all(
                "SELECT id, public_key FROM credential_key ORDER BY made_at, id"
            ) { ($0.text(0), $0.bytes(1)) }
        }
        return .object([
            "keys": .array(
                keys.map { id, key in
                    .object([
                        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                        "kid": .string(credentialKeyAddress(id)),
                        "x": .string(Base64.encodeForURL(key)),
                    ])
                })
        ])
    }

    /// Where a key can be found: the key set, and which key in it.
    func credentialKeyAddress(_ id: String) -> String {
        "\(settings.baseURL)/.well-known/jwks.json#\(id)"
    }
}

extension Transaction {
    /// The key that signs now, or nil where there is none yet.
    func credentialKey() throws -> CredentialKey? {
        let found = try connection.first(
            """
            SELECT id, sealed, public_key FROM credential_key
            WHERE retired_at IS NULL ORDER BY made_at DESC LIMIT 1
            """
        ) { ($0.text(0), $0.bytes(1), $0.bytes(2)) }
        guard let (id, sealed, publicKey) = found else { return nil }
        let nonce = Array(sealed.prefix(Cryptography.nonceLength))
        let seed = Cryptography.open(
            Array(sealed.dropFirst(Cryptography.nonceLength)), key: sealingKey, nonce: nonce,
            associated: Array(id.utf8))
        guard let seed else { throw OperationError.damaged("credential key \(id)") }
        return CredentialKey(id: id, seed: seed, publicKey: publicKey)
    }

    func makeCredentialKey(_ seed: [UInt8], _ nonce: [UInt8]) throws -> CredentialKey {
        guard let publicKey = Cryptography.ed25519PublicKey(seed: seed) else {
            throw OperationError.damaged("credential key")
        }
        // Named by its contents, so that the same key never has two names.
        let id = Cryptography.hex(Cryptography.sha256(publicKey).prefix(8))
        guard
            let sealed = Cryptography.seal(
                seed, key: sealingKey, nonce: nonce, associated: Array(id.utf8))
        else { throw OperationError.damaged("credential key") }
        try connection.run(
            "INSERT INTO credential_key (id, sealed, public_key, made_at) VALUES (?, ?, ?, ?)",
            [
                .text(id), .bytes(nonce + sealed), .bytes(publicKey),
                .integer(now.milliseconds),
            ])
        return CredentialKey(id: id, seed: seed, publicKey: publicKey)
    }

    /// The secret that outlives a change of the one that signs links.
    private var sealingKey: [UInt8] {
        Cryptography.derivedKey(
            secret: installation.settings.notesSecret, salt: Array("ombord".utf8),
            info: Array("credential key".utf8))
    }
}
