import COpenSSL

/// SHA-256 and HMAC-SHA-256 by the machine's OpenSSL (FIPS 180-4, RFC 2104).
///
/// Debian keeps OpenSSL patched; compiling a second copy into the service would cost minutes of
/// every build and months of every advisory.
public enum Cryptography {
    /// The SHA-256 digest of the bytes, 32 bytes long.
    public static func sha256(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            _ = SHA256(buffer.baseAddress ?? emptyBytes, buffer.count, &digest)
        }
        if done == nil { return sha256(Array(bytes)) }
        return digest
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
    public static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(hexDigits[Int(byte >> 4)])
            text.append(hexDigits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

// SHA256() takes no null pointer, even for no bytes.
nonisolated(unsafe) private let emptyBytes = UnsafePointer(
    UnsafeMutablePointer<UInt8>.allocate(capacity: 1))
