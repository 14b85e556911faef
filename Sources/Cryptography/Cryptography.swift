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

    private static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            let done = EVP_Digest(
                bytes.baseAddress, bytes.count, digest.baseAddress, nil, sha256Method, nil)
            precondition(done == 1, "OpenSSL has no SHA-256")
            count = 32
        }
    }

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
