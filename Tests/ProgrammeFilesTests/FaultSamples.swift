import Engine
import ProgrammeFiles

/// A sample of every fault, and of everything that a fault may be made of.
enum FaultSamples {
    static let all: [ProgrammeFault] =
        files.map { .file($0) } + places.map { .place($0) } + shapes.map { .shape($0) }
        + names.map { .name($0) } + ids.map { .id($0) } + roles.map { .role($0) }
        + declarations.map { .declaration($0) } + conditions.map { .condition($0) }
        + steps.map { .step($0) } + evaluations.map { .evaluation($0) }
        + timings.map { .timing($0) } + rules.map { .rule($0) }
        + frameworks.map { .framework($0) } + records.map { .record($0) }

    private static let files: [FileFault] =
        [
            .unreadable, .tooLarge(limit: 7), .notUTF8(byte: "0xE6"), .nul, .carriageReturn,
            .controlCharacter("0x07"), .lineSeparator, .byteOrderMark, .undefinedCharacter,
            .tooDeep(limit: 7), .anchor, .alias, .tag, .empty, .notYAML, .severalDocuments,
            .keyIsNoWord, .duplicateKeys(["a", "b"]), .tooManyFaults(limit: 7),
        ]
        + YAMLProblem.allCases.map { .malformed($0, inside: nil) }
        + YAMLSurrounding.Kind.allCases.map {
            .malformed(.other, inside: YAMLSurrounding($0, line: 3))
        }

    private static let places: [PlaceFault] = [
        .moduleAlone, .moduleTwice("m"), .moduleMissing("m", path: "modules/m.yaml"),
        .moduleMisplaced("m", inFileOf: "n"), .programmeMisplaced("p"),
        .frameworkMisplaced("f", file: "g.yaml", expected: "f.yaml"),
    ]

    private static let expectations: [ShapeFault.Expectation] = [
        .text, .textInQuotes, .identifier, .localizedText, .wholeNumber(1...9), .number, .flag,
        .time, .link, .choice(["a", "b"]), .choice(["a"]), .list, .mapping,
        .keys(["a", "b"], of: .step), .either(.text, or: .list),
    ]

    private static let hints: [Hint] =
        [.near("x"), .nothing]
        + Hint.Kind.allCases.flatMap { [.all(["a", "b"], $0), .thereAreNo($0)] }

    private static let shapes: [ShapeFault] =
        expectations.flatMap { expected -> [ShapeFault] in
            [
                .wrongValue(.key("k"), expected: expected, found: .scalar("x")),
                .noValue(.name("n"), expected: expected),
            ]
        }
        + [ShapeFault.Found.scalar("x"), .quotedText("x"), .list, .mapping].map {
            .wrongValue(.item(of: .key("k")), expected: .text, found: $0)
        }
        + hints.map { .unknownKey("k", in: .step, $0) }
        + MappingName.allCases.map { .missingKey("k", in: $0) }
        + [
            .tooFew(.file, atLeast: 1), .oneNeeded(["a", "b"], in: .date),
            .onlyOne(["a", "b"], in: .date), .someNeeded(["a", "b"], in: .facets),
            .notALanguage("norsk", .nothing), .emptyText(language: "nn"),
            .untranslated(.key("title"), languages: ["nn", "en"]),
            .notAChoice("x", of: .key("kind"), .near("y")),
            .badIdentifier(.named("X", at: .key("step"))),
        ]

    private static let names: [NameFault] = [
        .unknownRole("r", .near("s")), .unknownStep("s", .nothing),
        .unknownStepInModule("s", module: "m", .nothing), .unknownAnchor("a", .nothing),
        .unknownAnchorForModule("a", module: "m", .nothing),
        .stepForAnchor("s", key: "after-step", .nothing), .unknownStage("s", .nothing),
        .milestoneTwice("m"), .stageTwice("s"), .stepTwice("s", line: 3),
        .stepTwiceInModule("s", module: "m"), .questionTwice("q"), .roleTwice("r"),
        .occurrenceTaken("s-01", series: "s"),
    ]

    private static let ids: [IDFault] = [
        .reserved("own-1"), .reservedOccurrence("own-01", series: "own"),
        .reservedFormer("own-1"), .formerIsPresent("a", step: "b"),
        .formerSeriesIsPresent("a", step: "b", occurrence: "a-01"),
        .formerTwice("a", step: "b"), .formerSeriesTwice("a", step: "b", occurrence: "a-01"),
    ]

    private static let roles: [RoleFault] = [
        .groupOfOne(rule: "any-of"), .noTitle("r"), .noFilling("r"), .participantFilling,
        .coverCircle(["a", "b", "a"]), .mayStayEmpty("r", step: "s"),
    ]

    private static let declarations: [DeclarationFault] = [
        .quietNotices(at: "21:30", from: "20:00", until: "07:00"), .moduleCitesRule,
        .factNamedAsWord("any"), .factDiffers("f", module: "m"),
        .limitsReversed(from: "2.0", to: "1.0"), .yesOrNoFalse, .defaultNeverUsed,
        .everyIsNothing, .seriesTooLong(limit: 3, total: 9), .stageEmpty("s"),
    ]

    private static let conditions: [ConditionFault] =
        [
            .empty, .undeclaredFact("f", .near("g")), .lacksOfOne(fact: "f"),
            .notAValue("v", fact: "f", .nothing),
            .numberOutside(fact: "f", from: "0.0", to: "1.0"), .metByNobody,
            .metByNoParticipant, .waitsForOthers("a", step: "b"),
            .countsFromOthers("a", step: "b"),
        ] + ConditionFault.Test.allCases.map { .wrongTest(fact: "f", $0) }

    private static let steps: [StepFault] = [
        .messageHas(key: "remind"), .messageWithoutText("s"), .formAlone(kind: "task"),
        .formWithoutQuestions("s"), .appointmentAlone(key: "window", kind: "task"),
        .talkWithoutAgenda("s"),
    ]

    private static let evaluations: [EvaluationFault] =
        [
            .takesNoTime, .measurementAlone, .measuresNothing, .questionWithoutLevel("q"),
            .baselineAlone("f"),
        ] + EvaluationFault.Part.allCases.map { .askedOtherwise("q", form: "f", $0) }

    private static let timings: [TimingFault] = [
        .needsDue(key: "window"), .opensAfterDue("s"), .sameReminder, .reminderBeforeOpening,
        .reminderOnOpening, .reminderWithoutDue, .reminderTooEarly,
        .circle([.step("s"), .anchor("a"), .step("s")]),
    ]

    private static let rules: [RuleFault] =
        [.traineeElements(missing: ["mentor"]), .talkMissing(months: 2)]
        + RuleFault.Shortcoming.allCases.map { .talkFallsShort("s", months: 5, $0) }

    private static let frameworks: [FrameworkFault] =
        FrameworkFault.Part.allCases.flatMap { part -> [FrameworkFault] in
            [.nameTwice("n", part), .unknown("n", part, .nothing)]
        } + [
            .renewalWithoutEnd, .ladderUnused("l"), .ownWordOfTwo, .requiredTwice("c"),
        ]

    private static let records: [RecordFault] =
        [1, 2].flatMap { persons -> [RecordFault] in
            [
                .neverAttested("c", step: "s", by: ["mentor"], persons: persons),
                .attestedBySome("c", step: "s", by: ["mentor"], persons: persons),
            ]
        } + [
            .unknownLevel("l", competence: "c", .near("m")), .unknownCompetence("c", .nothing),
        ]
}
