import Delivery
import Testing

struct MailAddressTests {
    @Test(arguments: [
        "a@b", "ola.nordmann@sye.oslo.kommune.no", "o'hara+tag@x-y.example", "1@2.3",
        String(repeating: "a", count: 64) + "@example.org", "blabar@xn--blbr-roah.no",
    ])
    func takesWhatCanBeSentTo(text: String) throws {
        #expect("\(try MailAddress(text))" == text)
    }

    static let refused: [(String, MailAddressError)] = [
        ("b@x.no>\r\nRCPT TO:<evil@x.no", MailAddressError.controlCharacter),
        ("b@x.no\n", .controlCharacter), ("b\0@x.no", .controlCharacter),
        ("b\t@x.no", .controlCharacter), ("b\u{85}@x.no", .controlCharacter),
        ("b @x.no", .forbiddenCharacter(" ")), ("b@x .no", .forbiddenCharacter(" ")),
        ("<b@x.no", .forbiddenCharacter("<")), ("b@x.no>", .forbiddenCharacter(">")),
        ("b@x.no,c", .forbiddenCharacter(",")), ("b;c@x.no", .forbiddenCharacter(";")),
        ("\"b\"@x.no", .forbiddenCharacter("\"")), ("b\\@x.no", .forbiddenCharacter("\\")),
        ("b(c)@x.no", .forbiddenCharacter("(")), ("b@[127.0.0.1]", .forbiddenCharacter("[")),
        ("b@x_y.no", .forbiddenCharacter("_")),
        ("b@x.no> NOTIFY=FAILURE", .forbiddenCharacter(">")),
        ("", .atMissing), ("ola", .atMissing), ("a@b@c", .severalAts), ("@x.no", .localPartEmpty),
        ("åse@x.no", .localPartNotASCII), ("a@blåbær.no", .domainNotASCII), ("a@", .domainEmpty),
        (".a@x.no", .misplacedDot), ("a..b@x.no", .misplacedDot), ("a.@x.no", .misplacedDot),
        ("a@x..no", .domainLabelEmpty), ("a@.no", .domainLabelEmpty), ("a@no.", .domainLabelEmpty),
        ("a@-x.no", .domainLabelHyphen), ("a@x-.no", .domainLabelHyphen),
        (String(repeating: "a", count: 65) + "@x.no", .localPartTooLong),
        ("a@" + String(repeating: "a", count: 64) + ".no", .domainLabelTooLong),
        ("a@" + String(repeating: "a.", count: 126) + "no", .tooLong),
    ]

    @Test(arguments: refused)
    func refusesWhatCannot(text: String, reason: MailAddressError) {
        #expect(throws: reason) { try MailAddress(text) }
    }

    @Test func namesAreOneLineInOneDirection() throws {
        #expect(try DisplayName("  Åse 李 👩‍👩‍👧 \"Ø\", AS ").text == "Åse 李 👩‍👩‍👧 \"Ø\", AS")
        #expect(throws: DisplayNameError.controlCharacter) { try DisplayName("Ola\r\nBcc: a@b") }
        #expect(throws: DisplayNameError.controlCharacter) {
            try DisplayName("Ola\u{2028}Nordmann")
        }
        #expect(throws: DisplayNameError.directionControl) { try DisplayName("Ola\u{202E}fdp") }
        #expect(throws: DisplayNameError.empty) { try DisplayName("   ") }
        #expect(throws: DisplayNameError.tooLong) {
            try DisplayName(String(repeating: "å", count: 201))
        }
    }

    @Test func aNameFromElsewhereIsCleaned() {
        #expect(DisplayName(cleaning: "Ola\r\nNord\u{202E}mann")?.text == "Ola  Nordmann")
        #expect(DisplayName(cleaning: "\u{202E}\n") == nil)
    }

    @Test(arguments: ["a", "a@", "@b", "a b@c", "a@b>", "a@b\r\nX: y", "å@b", "a@b@c", ".a@b"])
    func messageIdentitiesAreChecked(text: String) {
        #expect(MessageID(text) == nil)
        #expect(MessageID("7f3a-1.2@ombord.example")?.text == "7f3a-1.2@ombord.example")
    }
}
