import Delivery
import Engine
import Operations
import Placements
import Testing
import Wording

/// What is wrong with a field or with a template of mail is said in everybody's language.
@Suite struct FaultSentenceTests {
    private static let problems: [FieldProblem] = [
        .empty, .tooLong(limit: 9), .notBetween(1, 9), .tooMany(limit: 9), .notAName,
        .notAnAddress, .taken, .unknown("x"), .again("x"), .noVersion(3, programme: "p"),
        .notAWeek, .weekBeforeFirst, .beforeItsDeadline,
        .notHTTPS, .notAnEventKind("x", known: ["a", "b"]), .closed, .decided,
        .underWay, .notReady, .noFinishedDraft, .ruleForbids, .notAnEndedMigration("a"),
        .brokenRules([], count: 0), .brokenRules([], count: 3), .worse(thanNumber: 2, id: "d"),
        .nothingToPublish, .shownOtherwise, .periodOver, .weeksOver,
        .awayAlready(from: "2026-W40", to: "2026-W42"),
        .takenBack("a"), .renamedFromNothing(step: "s", former: "t", programme: "p"),
        .competenceElsewhere("c", framework: "f"), .holdsRealData,
    ]

    private static let templateFaults: [MailTemplateFault] = [
        .notAField, .fieldTwice("n"), .fieldMissing("n"), .notATemplate, .tagNotClosed,
        .sectionNotClosed("n"), .sectionNotOpen("n"), .tagEmpty, .tagUnescaped,
        .tagNotAllowed(">x"), .isFlag("n"), .isList("n"), .noSuchValue("n", known: ["a", "b"]),
        .noLanguages, .noSuchKind, .fileMissing, .notUTF8,
    ]

    private static let facts: [FactTextError] = [
        .noSuchFact("f", known: ["a", "b"]),
        .noValue("x", of: "f", type: .yesOrNo),
        .noValue("x", of: "f", type: .number(from: 0, to: 9)),
        .noValue("x", of: "f", type: .oneOf([FactChoice(id: "a", title: .empty)])),
        .noValue("x", of: "f", type: .someOf([FactChoice(id: "a", title: .empty)])),
    ]

    private static let addresses: [MailAddressError] = [
        .controlCharacter, .forbiddenCharacter(" "), .forbiddenCharacter(";"), .atMissing,
        .severalAts, .tooLong, .localPartEmpty, .localPartTooLong, .localPartNotASCII,
        .misplacedDot, .domainEmpty, .domainNotASCII, .domainLabelEmpty, .domainLabelTooLong,
        .domainLabelHyphen,
    ]

    /// All sentences of the samples, by what they are about.
    private static func sentences(_ language: Language) -> [String] {
        let wording = Wording(language: language)
        let errors = problems + [.placement(.notSolved)]
        return errors.map {
            OperationError.invalid(field: "field", problem: $0)
                .sentence(in: language, programme: nil)
        }
            + templateFaults.map {
                MailTemplateProblem(path: "Mail/x", line: 3, fault: $0).line(wording)
            }
            + [
                MailRenderingError.missingValue(.welcome, "n"),
                MailRenderingError.wrongValue(.welcome, "n"),
            ].map { $0.sentence(wording) } + facts.map { $0.sentence(wording) }
            + addresses.map { $0.sentence(wording) }
    }

    @Test("Every one is a sentence without gaps", arguments: Wording.languages)
    func whole(_ language: Language) {
        for sentence in Self.sentences(language) {
            #expect(!sentence.contains("["), "\(sentence)")
            #expect(!sentence.contains(/(^|[^\{])\{[a-z]+\}/), "\(sentence)")
        }
    }

    @Test("No Norwegian sentence is the English one", arguments: [Language.bokmål, .nynorsk])
    func translated(_ language: Language) {
        for (own, english) in zip(Self.sentences(language), Self.sentences(.english)) {
            #expect(own != english)
        }
    }

    @Test("There are as many sentences as there are texts: a new text needs a sample")
    func texts() throws {
        let keys = try Wording.catalogue(.english).keys
        #expect(keys.count { $0.hasPrefix("field-problem.") } == Self.problems.count)
        #expect(
            keys.count { $0.hasPrefix("mail-template.") } == Self.templateFaults.count + 2)
        #expect(keys.count { $0.hasPrefix("fact-text.") } == Self.facts.count)
        #expect(keys.count { $0.hasPrefix("mail-address.") } == Self.addresses.count)
    }
}
