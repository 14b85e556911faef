import COpenSSL

// Signatures that anybody can check: Ed25519 (RFC 8032).
extension Cryptography {
    /// The length of a seed, which is the private key, in bytes.
    public static let seedLength = 32

    /// The public key of a seed, 32 bytes long; nil where the seed has another length.
    public static func ed25519PublicKey(seed: [UInt8]) -> [UInt8]? {
        guard let key = privateKey(seed) else { return nil }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, length == 32 else {
            return nil
        }
        return bytes
    }

    /// The signature of a message, 64 bytes long; nil where the seed has another length. The same
    /// message has the same signature.
    public static func ed25519Signature(of message: [UInt8], seed: [UInt8]) -> [UInt8]? {
        guard let key = privateKey(seed), let context = EVP_MD_CTX_new() else { return nil }
        defer {
            EVP_PKEY_free(key)
            EVP_MD_CTX_free(context)
        }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
            length == 64
        else { return nil }
        return signature
    }

    private static func privateKey(_ seed: [UInt8]) -> OpaquePointer? {
        guard seed.count == seedLength else { return nil }
        return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
    }
}

extension Base64 {
    /// Base64 as addresses take it, without padding (RFC 4648, section 5).
    public static func encodeForURL(_ bytes: [UInt8]) -> String {
        let plain = encode(bytes).utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
