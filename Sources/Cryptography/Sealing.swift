import COpenSSL

// Authenticated encryption: AES-256-GCM (NIST SP 800-38D) and HKDF (RFC 5869).
extension Cryptography {
    /// The length of a nonce for `seal`, in bytes.
    public static let nonceLength = 12
    /// The length of what `seal` adds to a text, in bytes.
    public static let tagLength = 16

    /// A key of 32 bytes for one purpose, derived from a secret (HKDF-SHA-256).
    ///
    /// - Parameters:
    ///   - salt: names the application.
    ///   - info: names the purpose; different purposes give unrelated keys.
    public static func derivedKey(
        secret: [UInt8], salt: [UInt8], info: [UInt8]
    ) -> [UInt8] {
        let extracted = hmacSHA256(key: salt, message: secret)
        // One block of output is as long as the key that is asked for.
        return hmacSHA256(key: extracted, message: info + [1])
    }

    /// Encrypts a text so that nobody without the key can read or change it.
    ///
    /// - Parameters:
    ///   - nonce: never used before with the same key.
    ///   - associated: what the text belongs to; only with the same is it opened again.
    /// - Returns: the ciphertext and, behind it, its tag; nil where a length is wrong.
    public static func seal(
        _ text: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) -> [UInt8]? {
        guard let context = start(1, key, nonce, associated) else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        // The buffers have a byte to spare: OpenSSL takes no null pointer for an empty text.
        var sealed = [UInt8](repeating: 0, count: text.count + tagLength + 1)
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_CipherUpdate(context, &sealed, &count, text + [0], Int32(text.count)) == 1,
            EVP_CipherFinal_ex(context, &sealed, &rest) == 1, count == text.count, rest == 0
        else { return nil }
        var tag = [UInt8](repeating: 0, count: tagLength)
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag) == 1
        else { return nil }
        return Array(sealed.prefix(text.count)) + tag
    }

    /// The text that `seal` was given, or nil where the key, the nonce or what it belongs to is
    /// another, or a single bit was altered.
    public static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], associated: [UInt8]
    ) -> [UInt8]? {
        guard sealed.count >= tagLength, let context = start(0, key, nonce, associated) else {
            return nil
        }
        defer { EVP_CIPHER_CTX_free(context) }
        let length = sealed.count - tagLength
        var tag = Array(sealed.suffix(tagLength))
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag) == 1
        else { return nil }
        var text = [UInt8](repeating: 0, count: length + tagLength + 1)
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_CipherUpdate(context, &text, &count, sealed, Int32(length)) == 1,
            EVP_CipherFinal_ex(context, &text, &rest) == 1
        else { return nil }
        return Array(text.prefix(length))
    }

    /// A cipher that has taken in what the text belongs to; the caller frees it.
    private static func start(
        _ direction: Int32, _ key: [UInt8], _ nonce: [UInt8], _ associated: [UInt8]
    ) -> OpaquePointer? {
        guard key.count == 32, nonce.count == nonceLength else { return nil }
        guard let context = EVP_CIPHER_CTX_new() else { return nil }
        var count: Int32 = 0
        guard
            EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, direction) == 1,
            EVP_CipherUpdate(context, nil, &count, associated + [0], Int32(associated.count)) == 1
        else {
            EVP_CIPHER_CTX_free(context)
            return nil
        }
        return context
    }
}
