import COpenSSL

/// SHA-256 and HMAC-SHA-256 by the machine's OpenSSL (FIPS 180-4, RFC 2104).
///
/// Debian keeps OpenSSL patched; compiling a second copy into the service would cost minutes of
/// every build and months of every advisory.
public enum Cryptography {
    /// The SHA-256 digest of the bytes, 32 bytes long.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The SHA-256 digest of the bytes, 32 bytes long.
    public static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
        sha256(Array(bytes))
    }

    /// The SHA-256 digest of the text's UTF-8, 32 bytes long.
    public static func sha256(of text: String) -> [UInt8] {
        var text = text
        return text.withUTF8 { digest(of: UnsafeRawBufferPointer($0)) }
    }

    /// The SHA-256 digest of the bytes where they lie, 32 bytes long.
    public static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            let done = EVP_Digest(
                bytes.baseAddress, bytes.count, digest.baseAddress, nil, sha256Method, nil)
            precondition(done == 1, "OpenSSL has no SHA-256")
            count = 32
        }
    }

    /// A UUID that follows from a name in a namespace (RFC 9562, 5.5: version 5, by SHA-1, which
    /// is good for names and for nothing that is to be trusted).
    ///
    /// - Parameter namespace: the namespace's own UUID, 16 bytes.
    public static func uuid(named name: String, in namespace: [UInt8]) -> String {
        let bytes = namespace + Array(name.utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var length: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha1(), nil)
        precondition(done == 1 && length == 20, "OpenSSL has no SHA-1")
        digest[6] = digest[6] & 0x0F | 0x50
        digest[8] = digest[8] & 0x3F | 0x80
        var rest = hex(digest.prefix(16))[...]
        var parts: [Substring] = []
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return parts.joined(separator: "-")
    }

    /// The namespace for names that are addresses (RFC 9562, 6.6).
    public static let addressNamespace: [UInt8] = [
        0x6B, 0xA7, 0xB8, 0x11, 0x9D, 0xAD, 0x11, 0xD1, 0x80, 0xB4, 0x00, 0xC0, 0x4F, 0xD4, 0x30,
        0xC8,
    ]

    /// The HMAC-SHA-256 of a message under a key, 32 bytes long (RFC 2104).
    public static func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &digest, &length)
        return digest
    }

    /// Whether two byte strings are equal, in a time that does not depend on where they differ.
    public static func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    /// Bytes as lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String { hex(bytes[...]) }

    /// Bytes as lower-case hexadecimal digits.
    public static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            var end = 0
            for byte in bytes {
                for digit in [byte >> 4, byte & 15] {
                    text[end] = UInt8(ascii: digit < 10 ? "0" : "W") + digit
                    end += 1
                }
            }
            return end
        }
    }
}

/// Looked up once: to ask OpenSSL's providers each time costs more than to hash a short text. It is
/// shared by all threads, which OpenSSL allows (EVP_MD_fetch(3)): nothing changes it.
nonisolated(unsafe) private let sha256Method =
    EVP_MD_fetch(nil, "SHA256", nil) ?? EVP_sha256()
