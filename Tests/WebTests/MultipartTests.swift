import Support
import Testing

@testable import Web

@Suite struct MultipartTests {
    private func read(_ text: String, boundary: String = "B") -> Multipart? {
        Multipart(Array(text.replacing("\n", with: "\r\n").utf8), boundary: boundary)
    }

    private let good = """
        --B
        Content-Disposition: form-data; name="text"

        første linje
        --Blind
        --B
        Content-Disposition: form-data; name="file"; filename="C:\\mappe\\åpen %22fil%22.yaml"
        Content-Type: text/yaml

        a: 1

        --B
        Content-Disposition: form-data; name="none"; filename=""
        Content-Type: application/octet-stream


        --B
        Content-Disposition: form-data; name="text"

        en gang til
        --B--

        """

    @Test("Fields and files are read as browsers send them; the first of a name counts")
    func reads() throws {
        let form = try need(read(good.replacing("\n--Blind", with: "\n-- Blind")))
        #expect(form.form.fields == ["text": "første linje\r\n-- Blind"])
        #expect(
            form.files == [
                "file": UploadedFile(
                    name: "åpen \"fil\".yaml", bytes: Array("a: 1\r\n".utf8))
            ])
    }

    @Test("Bytes of a file stay as they are, also those that are no text")
    func bytes() throws {
        let contents: [UInt8] = [0xFF, 0x00, 0x0D, 0x0A, 0x2D, 0x2D, 0x0D, 0x0D, 0x0A]
        let head = "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n"
        let body = Array(head.utf8) + contents + Array("\r\n--B--".utf8)
        let form = try need(Multipart(body, boundary: "B"))
        #expect(form.files["f"]?.bytes == contents)
        // As a field it would have to be text.
        let field = Array(head.replacing("; filename=\"x\"", with: "").utf8) + contents
            + Array("\r\n--B--".utf8)
        #expect(Multipart(field, boundary: "B") == nil)
    }

    @Test(
        "What is no such form is refused",
        arguments: [
            "", "--B", "--B--x", "x--B--\n", "--C\n\n\n--C--\n",
            "--B\nContent-Disposition: form-data; name=\"a\"\n\nx",
            "--B\nContent-Disposition: form-data; name=\"a\"\n\nx\n--B",
            "--B\nContent-Disposition: form-data; name=\"a\"\n\nx\n--B--\nafter",
            "--B\nContent-Disposition: form-data; name=\"a\"\n\nx\n--Bx\n",
            "--B\nContent-Disposition: attachment; name=\"a\"\n\nx\n--B--\n",
            "--B\nContent-Disposition: form-data; filename=\"a\"\n\nx\n--B--\n",
            "--B\nContent-Disposition: form-data; name=\"\"\n\nx\n--B--\n",
            "--B\nContent-Disposition: form-data; name=a\n\nx\n--B--\n",
            "--B\nContent-Type: text/plain\n\nx\n--B--\n", "--B\n\nx\n--B--\n",
            "--B\nContent-Disposition: form-data; name=\"a\"\nno colon\n\nx\n--B--\n",
            """
            --B
            Content-Disposition: form-data; name="a"
            Content-Transfer-Encoding: base64

            eA==
            --B--

            """,
            """
            --B
            Content-Disposition: form-data; name="a"
            Content-Disposition: form-data; name="csrf"

            x
            --B--

            """,
            "--B\nContent-Disposition: form-data; name=\"a\"\n\n\u{0}\n--B--\n",
            "--B\nX: " + String(repeating: "y", count: 3_000)
                + "\nContent-Disposition: form-data; name=\"a\"\n\nx\n--B--\n",
            String(
                repeating: "--B\nContent-Disposition: form-data; name=\"a\"\n\nx\n", count: 101)
                + "--B--\n",
        ])
    func refuses(text: String) {
        #expect(read(text) == nil)
    }

    @Test("A form cut off anywhere is no form, and none that is altered stops the reader")
    func damaged() throws {
        let bytes = Array(good.replacing("\n--Blind", with: "").replacing("\n", with: "\r\n").utf8)
        #expect(Multipart(bytes, boundary: "B") != nil)
        // The last end of line may be missing, nothing else.
        for length in 0..<bytes.count - 2 {
            #expect(Multipart(bytes.prefix(length), boundary: "B") == nil, "\(length) bytes")
        }
        var random = SeededRandom(seed: 4)
        var refused = 0
        for _ in 0..<3_000 {
            var altered = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<altered.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: altered[place] = UInt8.random(in: 0...255, using: &random)
                case 1: altered.remove(at: place)
                default: altered.insert(0x0D, at: place)
                }
            }
            guard let form = Multipart(altered, boundary: "B") else {
                refused += 1
                continue
            }
            // Whatever is read was in the body.
            for file in form.files.values { #expect(file.bytes.count <= altered.count) }
        }
        #expect(refused > 300)
    }

    @Test(
        "The boundary is taken from the content type, where it is one",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"),
            ("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"", nil),
            ("multipart/form-data; boundary=\"a:b\"", "a:b"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/mixed; boundary=abc", nil), ("text/plain", nil), ("", nil),
            ("multipart/form-data; boundary=a\u{E5}", nil),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
        ])
    func boundary(type: String, found: String?) {
        #expect(Multipart.boundary(of: type) == found)
    }
}
