import Cryptography
import Engine
import Wording

/// The templates and the stylesheet, as they were compiled in.
enum PageTemplates {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("absence", PackageResources.absence_mustache),
        ("act", PackageResources.act_mustache),
        ("admin", PackageResources.admin_mustache),
        ("afterwards", PackageResources.afterwards_mustache),
        ("afterwardslists", PackageResources.afterwardslists_mustache),
        ("answers", PackageResources.answers_mustache),
        ("ask", PackageResources.ask_mustache),
        ("attachments", PackageResources.attachments_mustache),
        ("begin", PackageResources.begin_mustache),
        ("beginform", PackageResources.beginform_mustache),
        ("board", PackageResources.board_mustache),
        ("boardline", PackageResources.boardline_mustache),
        ("boardrow", PackageResources.boardrow_mustache),
        ("bulklines", PackageResources.bulklines_mustache),
        ("change", PackageResources.change_mustache),
        ("changes", PackageResources.changes_mustache),
        ("claim", PackageResources.claim_mustache),
        ("competenceentry", PackageResources.competenceentry_mustache),
        ("compare", PackageResources.compare_mustache),
        ("compliance", PackageResources.compliance_mustache),
        ("compliancechart", PackageResources.compliancechart_mustache),
        ("compliancetable", PackageResources.compliancetable_mustache),
        ("confirm", PackageResources.confirm_mustache),
        ("consequences", PackageResources.consequences_mustache),
        ("decideform", PackageResources.decideform_mustache),
        ("difference", PackageResources.difference_mustache),
        ("draft", PackageResources.draft_mustache),
        ("drafts", PackageResources.drafts_mustache),
        ("enrolment", PackageResources.enrolment_mustache),
        ("error", PackageResources.error_mustache),
        ("export", PackageResources.export_mustache),
        ("fieldnotes", PackageResources.fieldnotes_mustache),
        ("fields", PackageResources.fields_mustache),
        ("follow", PackageResources.follow_mustache),
        ("forms", PackageResources.forms_mustache),
        ("gap", PackageResources.gap_mustache),
        ("gapfields", PackageResources.gapfields_mustache),
        ("gapmap", PackageResources.gapmap_mustache),
        ("grid", PackageResources.grid_mustache),
        ("hidden", PackageResources.hidden_mustache),
        ("history", PackageResources.history_mustache),
        ("import", PackageResources.import_mustache),
        ("importjob", PackageResources.importjob_mustache),
        ("input", PackageResources.input_mustache),
        ("inputform", PackageResources.inputform_mustache),
        ("inputs", PackageResources.inputs_mustache),
        ("inputtext", PackageResources.inputtext_mustache),
        ("layout", PackageResources.layout_mustache),
        ("load", PackageResources.load_mustache),
        ("mail", PackageResources.mail_mustache),
        ("mailact", PackageResources.mailact_mustache),
        ("mailbox", PackageResources.mailbox_mustache),
        ("mails", PackageResources.mails_mustache),
        ("me", PackageResources.me_mustache),
        ("mentors", PackageResources.mentors_mustache),
        ("migration", PackageResources.migration_mustache),
        ("moving", PackageResources.moving_mustache),
        ("notefield", PackageResources.notefield_mustache),
        ("notes", PackageResources.notes_mustache),
        ("openclaim", PackageResources.openclaim_mustache),
        ("outbox", PackageResources.outbox_mustache),
        ("outboxlines", PackageResources.outboxlines_mustache),
        ("outboxmail", PackageResources.outboxmail_mustache),
        ("own", PackageResources.own_mustache),
        ("owninput", PackageResources.owninput_mustache),
        ("owninputs", PackageResources.owninputs_mustache),
        ("ownplacement", PackageResources.ownplacement_mustache),
        ("ownstudents", PackageResources.ownstudents_mustache),
        ("pager", PackageResources.pager_mustache),
        ("passport", PackageResources.passport_mustache),
        ("people", PackageResources.people_mustache),
        ("people-search", PackageResources.people_search_mustache),
        ("person", PackageResources.person_mustache),
        ("personlines", PackageResources.personlines_mustache),
        ("proceed", PackageResources.proceed_mustache),
        ("programme", PackageResources.programme_mustache),
        ("programmes", PackageResources.programmes_mustache),
        ("publication", PackageResources.publication_mustache),
        ("publish", PackageResources.publish_mustache),
        ("roles", PackageResources.roles_mustache),
        ("round", PackageResources.round_mustache),
        ("roundlinks", PackageResources.roundlinks_mustache),
        ("roundplaces", PackageResources.roundplaces_mustache),
        ("rounds", PackageResources.rounds_mustache),
        ("roundswaps", PackageResources.roundswaps_mustache),
        ("settings", PackageResources.settings_mustache),
        ("shortline", PackageResources.shortline_mustache),
        ("signin", PackageResources.signin_mustache),
        ("split", PackageResources.split_mustache),
        ("start", PackageResources.start_mustache),
        ("step", PackageResources.step_mustache),
        ("stepline", PackageResources.stepline_mustache),
        ("student", PackageResources.student_mustache),
        ("students", PackageResources.students_mustache),
        ("supervisorabsence", PackageResources.supervisorabsence_mustache),
        ("swap", PackageResources.swap_mustache),
        ("tables", PackageResources.tables_mustache),
        ("talk", PackageResources.talk_mustache),
        ("tutors", PackageResources.tutors_mustache),
        ("unit", PackageResources.unit_mustache),
        ("unitline", PackageResources.unitline_mustache),
        ("units", PackageResources.units_mustache),
        ("upload", PackageResources.upload_mustache),
        ("versions", PackageResources.versions_mustache),
        ("ward", PackageResources.ward_mustache),
        ("welcome", PackageResources.welcome_mustache),
        ("whatif", PackageResources.whatif_mustache),
        ("wishes", PackageResources.wishes_mustache),
        ("workshop", PackageResources.workshop_mustache),
        ("workshopfound", PackageResources.workshopfound_mustache),
    ]

    /// What could not be read of them, for the start of the service to refuse.
    static let faults: [String] = loaded.faults

    /// A template in a language; English where there is none in that.
    static func template(_ name: String, in language: Language) -> PageTemplate? {
        loaded.templates[language]?[name] ?? loaded.templates[.english]?[name]
    }

    static let stylesheet = packed(PackageResources.style_css)
    /// Changes with the stylesheet, so that it may be kept for ever.
    static let stylesheetVersion = Cryptography.hex(Cryptography.sha256(stylesheet).prefix(8))

    /// CSS without its remarks, and with as little white space as means the same.
    static func packed(_ css: [UInt8]) -> [UInt8] {
        let remarks = #//\*[^*]*\*+([^/*][^*]*\*+)*//#
        let text = String(decoding: css, as: UTF8.self).replacing(remarks, with: "")
            .replacing(#/\s+/#, with: " ").replacing(#/ ?([{};,]) ?/#) { $0.output.1 }
            .replacing(";}", with: "}").replacing(": ", with: ":")
        return Array(text.utf8)
    }

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
