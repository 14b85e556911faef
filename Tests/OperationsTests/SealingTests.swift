import Cryptography
import Foundation
import Operations
import Support
import Testing

/// Whether what Ombord seals is what others call AES-256-GCM and HKDF-SHA-256.
@Suite struct SealingTests {
    private struct Case {
        var secret: [UInt8]
        var salt: [UInt8]
        var info: [UInt8]
        var nonce: [UInt8]
        var associated: [UInt8]
        var text: [UInt8]

        var key: [UInt8] {
            Cryptography.derivedKey(secret: secret, salt: salt, info: info)
        }

        var sealed: [UInt8]? {
            Cryptography.seal(text, key: key, nonce: nonce, associated: associated)
        }
    }

    private struct Answer: Decodable, Equatable {
        let key: String
        let sealed: String
        let opened: String?
    }

    /// Texts of every length around a block, and long ones, with and without what they belong to.
    private var cases: [Case] {
        let random = Operations.SeededRandom(seed: 11)
        return [0, 1, 15, 16, 17, 31, 32, 33, 255, 4_000, 20_000].flatMap { length in
            [0, 1, 40].map { associated in
                Case(
                    secret: random.bytes(32 + length % 7), salt: random.bytes(length % 70),
                    info: random.bytes(associated), nonce: random.bytes(12),
                    associated: random.bytes(associated), text: random.bytes(length))
            }
        }
    }

    @Test("Another implementation opens what Ombord seals, and Ombord what the other seals")
    func comparison() throws {
        let cases = cases
        let input = try cases.map { one in
            [
                "secret": one.secret, "salt": one.salt, "info": one.info, "nonce": one.nonce,
                "associated": one.associated, "text": one.text,
                "sealed": try World.need(one.sealed),
            ].mapValues { Cryptography.hex($0) }
        }
        let output = try python(
            script: Repository.url("Tests/OperationsTests/Python/cipher.py").path, arguments: [],
            input: try JSONSerialization.data(withJSONObject: input))
        let answers = try JSONDecoder().decode([Answer].self, from: output)
        #expect(answers.count == cases.count)
        for (one, answer) in zip(cases, answers) {
            #expect(answer.key == Cryptography.hex(one.key))
            #expect(answer.sealed == one.sealed.map { Cryptography.hex($0) })
            #expect(answer.opened == Cryptography.hex(one.text))
        }
    }

    @Test("What was sealed opens with the same of everything, and with nothing else")
    func alterations() throws {
        for one in cases where one.text.count < 40 {
            let sealed = try World.need(one.sealed)
            func opened(
                _ bytes: [UInt8], key: [UInt8]? = nil, nonce: [UInt8]? = nil,
                associated: [UInt8]? = nil
            ) -> [UInt8]? {
                Cryptography.open(
                    bytes, key: key ?? one.key, nonce: nonce ?? one.nonce,
                    associated: associated ?? one.associated)
            }
            #expect(opened(sealed) == one.text)
            for index in sealed.indices {
                var altered = sealed
                altered[index] ^= 1
                #expect(opened(altered) == nil)
            }
            #expect(opened(sealed.dropLast()) == nil)
            #expect(opened(sealed + [0]) == nil)
            #expect(opened([]) == nil)
            #expect(opened(sealed, key: one.key.map { $0 ^ 1 }) == nil)
            #expect(opened(sealed, nonce: one.nonce.reversed()) == nil)
            #expect(opened(sealed, associated: one.associated + [1]) == nil)
            #expect(opened(sealed, key: Array(one.key.dropLast())) == nil)
            #expect(opened(sealed, nonce: one.nonce + [0]) == nil)
        }
        let key = [UInt8](repeating: 1, count: 32)
        let nonce = Array(key.prefix(12))
        #expect(Cryptography.seal([1], key: [1], nonce: nonce, associated: []) == nil)
        #expect(Cryptography.seal([1], key: key, nonce: [], associated: []) == nil)
    }
}

extension Array where Element == UInt8 {
    fileprivate func dropLast() -> [UInt8] { Array(prefix(Swift.max(0, count - 1))) }
}
