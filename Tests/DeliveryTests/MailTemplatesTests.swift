import Delivery
import Foundation
import Support
import Testing

struct MailTemplatesTests {
    private func message(
        _ templates: MailTemplates, _ kind: MailKind, _ language: MailLanguage
    ) throws -> (MailMessage, RenderedMail) {
        let values = templates.sampleValues(kind, language: language)
        let mail = try templates.render(kind, language: language, values: values)
        var message = try sampleMessage(
            id: "\(kind.rawValue).\(language.rawValue)@ombord.example", subject: mail.subject,
            text: mail.text, html: mail.html)
        switch kind {
        case .talkInvitation: message.invitation = .init(try sampleInvitation())
        case .talkMoved: message.invitation = .init(try sampleInvitation(sequence: 1))
        case .talkCancelled:
            message.invitation = .init(try sampleInvitation(method: .cancel, sequence: 2))
        default: break
        }
        return (message, mail)
    }

    /// Every mail in every language, as bytes for the wire and as text for a reader of the change.
    @Test(arguments: MailLanguage.shipped)
    func everyMailIsAsRecorded(language: MailLanguage) throws {
        let templates = try MailTemplates(folder: templates)
        var raw: [Data] = []
        var readable = ""
        var written: [RenderedMail] = []
        for kind in MailKind.allCases {
            let (message, mail) = try message(templates, kind, language)
            let bytes = message.bytes()
            #expect(wireFaults(bytes) == [], "\(kind)")
            expectGolden(lineFeeds(bytes), "\(language.rawValue)/\(kind.rawValue).eml")
            readable += "==== \(kind.rawValue)\n\(mail.subject)\n\n\(mail.text)\n"
            raw.append(Data(bytes))
            written.append(mail)
        }
        expectGolden(readable, "\(language.rawValue)/all.txt")
        for (mail, read) in zip(written, try verify("mail", raw, as: ReadMail.self)) {
            #expect(read.defects == [])
            #expect(read.subject == mail.subject)
            let texts = read.parts.filter { $0.type == "text/plain" }
            #expect(texts.map { $0.text.replacing("\r\n", with: "\n") } == [mail.text])
            let html = read.parts.first { $0.type == "text/html" }?.text ?? ""
            #expect(html.contains("<html lang=\"\(language.rawValue)\">"))
            #expect(!html.contains("{{") && !mail.text.contains("{{"))
            #expect(html.components(separatedBy: "class=\"button\"").count == 2)
            for trace in ["<img", "<script", "src=", "&amp;lt;"] { #expect(!html.contains(trace)) }
        }
    }

    /// A mail with only what it must have is whole, and has no empty places in it.
    @Test(arguments: MailKind.allCases, MailLanguage.shipped)
    func optionalValuesMayBeLeftOut(kind: MailKind, language: MailLanguage) throws {
        let templates = try MailTemplates(folder: templates)
        let samples = templates.sampleValues(kind, language: language)
        var values: [String: MailValue] = [:]
        for variable in kind.variables where variable.isRequired {
            values[variable.name] = samples[variable.name]
        }
        let mail = try templates.render(kind, language: language, values: values)
        for text in [mail.subject, mail.text, mail.html] {
            for trace in ["Absent", "{{", "nil", "Optional(", " .\n", " , ", "«»", ": \n", "()"] {
                #expect(!text.contains(trace), "\(trace) in \(text)")
            }
        }
        #expect(!mail.html.contains("<p></p>") && !mail.html.contains("<ul>\n</ul>"))
        for name in values.keys {
            var fewer = values
            fewer[name] = nil
            #expect(throws: MailRenderingError.missingValue(kind, name)) {
                try templates.render(kind, language: language, values: fewer)
            }
        }
    }

    @Test func valuesCannotBecomeMarkupOrLines() throws {
        let templates = try MailTemplates(folder: templates)
        var values = templates.sampleValues(.reminder, language: .bokmal)
        values["step"] = "<b>&amp;\r\nBcc: x\"</b> {{link}}"
        values["stepText"] = "Første <i>avsnitt</i>\nlinje to\n\n- punkt & prikk\n- to"
        let mail = try templates.render(.reminder, language: .bokmal, values: values)
        #expect(mail.subject.hasPrefix("Husk: <b>&amp; Bcc: x\"</b> {{link}}"))
        #expect(mail.text.contains("<b>&amp; Bcc: x\"</b> {{link}}"))
        #expect(mail.html.contains("&lt;b&gt;&amp;amp; Bcc: x&quot;&lt;/b&gt; {{link}}"))
        #expect(mail.html.contains("<p>Første &lt;i&gt;avsnitt&lt;/i&gt;<br>linje to</p>"))
        #expect(mail.html.contains("<ul>\n<li>punkt &amp; prikk</li>\n<li>to</li>\n</ul>"))
        #expect(mail.text.contains("\n\n- punkt & prikk\n- to\n\n"))
    }

    /// The end of a cover says one thing to who is back and another to who acted for them.
    @Test(arguments: MailLanguage.shipped)
    func whoIsBackIsToldSo(language: MailLanguage) throws {
        let templates = try MailTemplates(folder: templates)
        var values = templates.sampleValues(.coverEnded, language: language)
        let standIn = try templates.render(.coverEnded, language: language, values: values)
        values["isHolder"] = true
        let holder = try templates.render(.coverEnded, language: language, values: values)
        #expect(standIn.text.contains("Lærke Sørbø") && !standIn.text.contains("Bjørn Æsøy"))
        #expect(holder.text.contains("Bjørn Æsøy") && !holder.text.contains("Lærke Sørbø"))
        #expect(holder.text.contains("\n- ") && !standIn.text.contains("\n- "))
    }

    @Test func valuesOfAnotherShapeAreRefused() throws {
        let templates = try MailTemplates(folder: templates)
        func refusal(_ name: String, _ value: MailValue) -> MailRenderingError? {
            var values = templates.sampleValues(.digest, language: .english)
            values[name] = value
            do {
                _ = try templates.render(.digest, language: .english, values: values)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal("link", "javascript:alert(1)") == .wrongValue(.digest, "link"))
        #expect(refusal("link", "https://a.example/\r\nx") == .wrongValue(.digest, "link"))
        #expect(refusal("items", "none") == .wrongValue(.digest, "items"))
        #expect(refusal("why", true) == .wrongValue(.digest, "why"))
        #expect(refusal("why", "  ") == .missingValue(.digest, "why"))
        #expect(refusal("items", .list([["due": "x"]])) == .missingValue(.digest, "title"))
        #expect(refusal("stranger", "x") == nil)
    }

    @Test func theNearestLanguageServes() throws {
        let folder = try copyOfTemplates()
        try FileManager.default.removeItem(at: folder.url.appending(path: "Mail/nn"))
        let templates = try MailTemplates(folder: folder.url.path() + "/Mail")
        let values = templates.sampleValues(.digest, language: .nynorsk)
        let mail = try templates.render(.digest, language: .nynorsk, values: values)
        #expect(mail.language == .bokmal)
        #expect(mail.html.contains("<html lang=\"nb\">"))
    }

    /// Every fault in a folder is reported at once, each with its file and line.
    @Test func faultsAreLocated() throws {
        let folder = try copyOfTemplates()
        func write(_ text: String, _ path: String) throws {
            try Data(text.utf8).write(to: folder.url.appending(path: "Mail/" + path))
        }
        try write(
            "subject: {{stepp}}\nbutton: Go\n\nHello\n{{#agenda}}\n{{step}\n",
            "nb/reminder.mustache")
        try write(
            "subject: x\n\n{{{why}}} {{>part}} {{isParticipant}} {{steps}}\n"
                + "{{/steps}}\n{{ }}{{}}\n",
            "nb/welcome.mustache")
        try write(
            "just text\nsubject: a\nsubject: b\nbutton: c\n\n{{#items}}{{due}}{{/items}}{{due}}",
            "nn/digest.mustache")
        try write("x", "en/hello.mustache")
        try write("{{body}} {{recipient}}", "layout.txt")
        try Data([0xFF, 0xFE]).write(to: folder.url.appending(path: "Mail/en/paused.mustache"))
        try FileManager.default.removeItem(
            at: folder.url.appending(path: "Mail/en/stopped.mustache"))
        do {
            _ = try MailTemplates(folder: folder.url.path() + "/Mail")
            Issue.record("the folder was taken")
        } catch {
            expectGolden("\(error)\n", "template-problems.txt")
        }
    }

    @Test func anEmptyFolderSaysSo() throws {
        let folder = try TemporaryFolder()
        #expect(throws: MailTemplateProblems.self) {
            try MailTemplates(folder: folder.url.path())
        }
    }

    private func copyOfTemplates() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: URL(filePath: templates), to: folder.url.appending(path: "Mail"))
        return folder
    }
}
