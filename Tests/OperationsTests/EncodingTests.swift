import Cryptography
import JSONText
import Testing

/// What histories are hashed over: neither may ever give other bytes.
@Suite struct EncodingTests {
    /// The examples of FIPS 180-2, and its million.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func aDigestIsTheStandards(text: String, digest: String) {
        #expect(Cryptography.hex(Cryptography.sha256(of: text)) == digest)
        #expect(Cryptography.hex(Cryptography.sha256(Array(text.utf8))) == digest)
        #expect(Cryptography.hex(Cryptography.sha256(Array(text.utf8)[...]).prefix(4)).count == 8)
    }

    @Test func aDocumentIsTheseBytes() {
        let json = JSON.object([
            "text": "æ \"x\" \\ \n \u{1}\u{1F} /", "none": nil, "null": .null, "yes": true,
            "whole": .integer(-7), "part": .number(2.5), "list": .array(["a", 1, .array([])]),
            "empty": .object([]),
        ])
        let text =
            #"{"text":"æ \"x\" \\ \n \u0001\u001f /","null":null,"yes":true,"#
            + #""whole":-7,"part":2.5,"list":["a",1,[]],"empty":{}}"#
        #expect(json.text == text)
        #expect(JSON(text) == json)
    }

    @Test(arguments: [1, 500, 511, 512, 513, 5_000])
    func aLongDocumentIsWhole(length: Int) {
        let long = String(repeating: "ø", count: length)
        let json = JSON.array([.string(long), .string("\n" + long), .string("end")])
        #expect(json.text == "[\"\(long)\",\"\\n\(long)\",\"end\"]")
        #expect(JSON(json.text) == json)
    }
}
