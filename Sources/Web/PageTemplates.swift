import Cryptography
import Engine
import Wording

/// The templates and the stylesheet, as they were compiled in.
enum PageTemplates {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("absence", PackageResources.absence_mustache),
        ("act", PackageResources.act_mustache),
        ("attachments", PackageResources.attachments_mustache),
        ("begin", PackageResources.begin_mustache),
        ("beginform", PackageResources.beginform_mustache),
        ("board", PackageResources.board_mustache),
        ("boardline", PackageResources.boardline_mustache),
        ("boardrow", PackageResources.boardrow_mustache),
        ("bulklines", PackageResources.bulklines_mustache),
        ("change", PackageResources.change_mustache),
        ("changes", PackageResources.changes_mustache),
        ("checklist", PackageResources.checklist_mustache),
        ("compliance", PackageResources.compliance_mustache),
        ("compliancechart", PackageResources.compliancechart_mustache),
        ("compliancetable", PackageResources.compliancetable_mustache),
        ("consequences", PackageResources.consequences_mustache),
        ("difference", PackageResources.difference_mustache),
        ("enrolment", PackageResources.enrolment_mustache),
        ("error", PackageResources.error_mustache),
        ("fieldnotes", PackageResources.fieldnotes_mustache),
        ("fields", PackageResources.fields_mustache),
        ("forms", PackageResources.forms_mustache),
        ("hidden", PackageResources.hidden_mustache),
        ("history", PackageResources.history_mustache),
        ("layout", PackageResources.layout_mustache),
        ("mail", PackageResources.mail_mustache),
        ("mailbox", PackageResources.mailbox_mustache),
        ("me", PackageResources.me_mustache),
        ("migration", PackageResources.migration_mustache),
        ("moving", PackageResources.moving_mustache),
        ("pager", PackageResources.pager_mustache),
        ("people", PackageResources.people_mustache),
        ("programme", PackageResources.programme_mustache),
        ("programmes", PackageResources.programmes_mustache),
        ("settings", PackageResources.settings_mustache),
        ("start", PackageResources.start_mustache),
        ("step", PackageResources.step_mustache),
        ("stepline", PackageResources.stepline_mustache),
        ("versions", PackageResources.versions_mustache),
    ]

    /// What could not be read of them, for the start of the service to refuse.
    static let faults: [String] = loaded.faults

    /// A template in a language; English where there is none in that.
    static func template(_ name: String, in language: Language) -> PageTemplate? {
        loaded.templates[language]?[name] ?? loaded.templates[.english]?[name]
    }

    static let stylesheet = PackageResources.style_css
    /// Changes with the stylesheet, so that it may be kept for ever.
    static let stylesheetVersion = Cryptography.hex(Cryptography.sha256(stylesheet).prefix(8))

    /// The text of every template, for the tests that read them.
    static var sources: [(name: String, text: String)] {
        files.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
    }

    private static let loaded: (templates: [Language: [String: PageTemplate]], faults: [String]) = {
        let sources = Dictionary(
            Self.sources.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        var templates: [Language: [String: PageTemplate]] = [:]
        var faults: [String] = []
        for language in Wording.languages {
            let wording = Wording(language: language)
            for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
                do throws(PageTemplate.Fault) {
                    templates[language, default: [:]][name] = try PageTemplate(
                        text, words: { wording.ifSaid("page.\($0)") }, partial: { sources[$0] })
                } catch {
                    faults.append("\(name).mustache, \(language): \(error.message)")
                }
            }
        }
        return (templates, faults)
    }()
}

extension Wording {
    /// The text of a key, or nil where there is none.
    fileprivate func ifSaid(_ key: String) -> String? {
        let text = text(key)
        return text == "[\(key)]" ? nil : text
    }
}
