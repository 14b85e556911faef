import CivilCalendar
import Engine
import Foundation
import Operations
import ProgrammeFiles
import Support

@testable import Web

extension WebWorld {
    /// Publishes the programme with something else in it.
    func publish(_ replacements: [(String, String)]) async throws -> CompiledVersion {
        let path = Repository.url("Workflows/oslo-onboarding.yaml").path
        var source = try need(ProgrammeSource(path: path))
        var text = String(decoding: source.bytes, as: UTF8.self)
        for (old, new) in replacements {
            if !text.contains(old) { throw Missing() }
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        source.bytes = Array(text.utf8)
        return try need(try await installation.publish(source).version)
    }

    /// A version with one step more, and another title.
    func publishSecond() async throws -> CompiledVersion {
        try await publish([
            (
                "      - step: medicines-course\n",
                """
                      - step: fire-drill
                        kind: task
                        title: { nb: "Brann <script>øvelse", nn: "Brannøving", en: "Fire drill" }
                        who: participant
                        opens: { after: first-day }
                        due: { weeks: 12, after: first-day, shift: next }
                      - step: medicines-course

                """
            ),
            ("nb: Kurs i legemiddelhåndtering\n", "nb: Legemiddelkurset & prøven\n"),
        ])
    }

    /// A version that nobody can move to, because it asks for something that is not known.
    func publishThird() async throws -> CompiledVersion {
        try await publish([
            (
                "facts:\n",
                """
                facts:
                  night-shifts:
                    title: { nb: Nattevakter, nn: Nattevakter, en: Night shifts }
                    required: true
                    one-of:
                      often: { nb: Ofte, nn: Ofte, en: Often }
                      never: { nb: Aldri, nn: Aldri, en: Never }

                """
            )
        ])
    }

    func enrolment(_ id: EnrolmentID) throws -> Enrolment {
        try installation.enrolment(id).enrolment
    }

    func events(_ id: EnrolmentID) throws -> Int { try enrolment(id).eventCount }

    /// Every message that there is, as "recipient kind".
    func messages() throws -> [String: Int] {
        try installation.messages(limit: 5_000).reduce(into: [:]) {
            $0["\($1.recipient) \($1.kind)", default: 0] += 1
        }
    }

    /// Lets an act on many run to its end, as the service's worker does.
    func finish(_ act: String) async throws -> BulkProgress {
        var progress = try installation.bulkProgress(act)
        while !progress.isFinished { progress = try await installation.continueBulk(act) }
        return progress
    }

    /// Has a person read the pages in a language.
    func speak(_ language: Language, _ person: PersonID) async throws {
        try await installation.setMailWishes(of: person, digest: .auto, language: language)
    }
}

extension Browser.Answer {
    /// The text as it is read, without the escapes of HTML.
    var readable: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(
            text
        ) { $0.replacing($1.0, with: $1.1) }
    }

    /// The last part of the address that the answer sends to.
    var act: String {
        get throws { String(try need(self["location"]?.split(separator: "/").last)) }
    }
}
