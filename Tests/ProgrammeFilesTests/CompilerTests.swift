import CivilCalendar
import Engine
import Foundation
import ProgrammeFiles
import Support
import Testing

@Suite struct CompilerTests {
    private func everything() throws -> CompiledProgramme {
        let result = try Samples.compile("valid", "everything.yaml")
        #expect(Samples.report(result.diagnostics) == "no diagnostics\n")
        return try #require(result.programme)
    }

    @Test func theProgrammeSaysWhatTheFileSays() throws {
        let programme = try everything().programme
        #expect(programme.id == "everything")
        #expect(programme.kind == .onboarding)
        #expect(programme.title.text(in: .nynorsk) == "Alt i eitt")
        #expect(programme.summary.texts["se"] == "Buot.")
        #expect(
            programme.sources.map(\.title) == [
                "Dok. 24 § 13", "Eidsbergs traineeordning", "Smittevernloven",
            ])
        #expect(programme.sources.map(\.rule) == [.dok24Section13, .eidsbergTrainee, nil])
        #expect(programme.appliesWhen == .isOneOf("unit-type", ["nursing-home", "home-care"]))
        #expect(programme.calendar.closesOnChristmasEve && programme.calendar.closesOnNewYearsEve)
        #expect(programme.sendingRules.noticeTime == CivilTime("09:00"))
        #expect(!programme.sendingRules.workingDaysOnly)
        #expect(programme.sendingRules.quietUntil == CivilTime("06:30"))
        #expect(programme.stages.map(\.id) == ["before-start", "first-weeks", "months"])
        #expect(programme.milestones.first?.steps.count == 19)
    }

    @Test func rolesAreThoseDeclaredOrUsed() throws {
        let programme = try everything().programme
        #expect(
            programme.roles.map(\.id) == [
                "participant", "line-manager", "mentor", "fire-officer", "managers-manager", "hr",
            ])
        let mentor = try #require(programme.role(.mentor))
        #expect(mentor.filledBy == .chosen)
        #expect(mentor.coveredBy == .lineManager)
        #expect(
            mentor.need
                == .requiredBy(
                    DateRule(Offset(days: 14), from: .anchor("first-day"))))
        #expect(programme.role("fire-officer")?.filledBy == .unitFunction("fire"))
        #expect(programme.role(.lineManager)?.need == .required)
        for role in programme.roles {
            #expect(Language.shipped.allSatisfy { role.title.texts[$0] != nil }, "\(role.id)")
        }
    }

    @Test func builtInRolesHaveTitlesInAllLanguages() throws {
        let names = [
            "participant", "line-manager", "managers-manager", "hr", "mentor", "buddy",
            "supervisor", "university-tutor", "coordinator",
        ]
        var text = String(decoding: try Samples.bytes("valid/everything.yaml"), as: UTF8.self)
        text = text.replacing(
            "skippable-by: line-manager", with: "skippable-by: [\(names.joined(separator: ", "))]")
        let result = ProgrammeCompiler.compile(name: "everything.yaml", bytes: Array(text.utf8)) {
            try? Samples.bytes("valid/modules/\($0).yaml")
        }
        let programme = try #require(result.programme?.programme)
        #expect(Set(programme.roles.map(\.id.rawValue)) == Set(names + ["fire-officer"]))
        for role in programme.roles {
            #expect(role.title.texts.keys.sorted() == ["en", "nb", "nn"], "\(role.id)")
        }
    }

    @Test func datesCountAsTheFileSays() throws {
        let programme = try everything().programme
        let welcome = try #require(programme.step("welcome"))
        #expect(
            welcome.due
                == DateRule(
                    Offset(days: -14), from: .anchor("first-day"), shift: .previous))
        #expect(welcome.reminders.isEmpty && welcome.escalation.isEmpty)
        #expect(welcome.text.text(in: .bokmål) == "Hei!\n\nVi gleder oss.")
        let talk = try #require(programme.step("talk-2m"))
        #expect(
            talk.due
                == DateRule(
                    Offset(months: 2), from: .anchor("first-day"), shift: .next))
        #expect(talk.window == Window(from: Offset(days: -14), to: Offset(days: 14)))
        #expect(
            talk.reminders == [
                Reminder(Offset(days: -14)), Reminder(Offset(days: 2), from: .opens),
                Reminder(Offset(days: 3), to: [.lineManager]),
            ])
        #expect(
            talk.escalation.last
                == EscalationRung(
                    grace: Offset(workingDays: 10), to: [.managersManager, .hr]))
        let medicine = try #require(programme.step("medicine"))
        #expect(
            medicine.due
                == DateRule(
                    Offset(workingDays: 10), from: .completion(of: "hygiene-course"), shift: .next))
        #expect(medicine.reminders == [Reminder(.zero)])
        #expect(medicine.waitsFor == ["hygiene-course", "mentor-talks-01"])
        #expect(
            medicine.condition
                == .any([
                    .isOneOf("profession", ["nurse"]),
                    .all([
                        .lacks("competence", ["medicine"]),
                        .all([.atLeast("share", 50), .atMost("share", 90)]),
                    ]),
                    .not(.isTrue("drives", false)),
                ]))
        #expect(medicine.records.first?.validFor == Offset(months: 24))
    }

    @Test func aSeriesIsWrittenOut() throws {
        let programme = try everything().programme
        let talks = programme.steps.filter { $0.occurrence?.series == "mentor-talks" }
        #expect(talks.count == 17)
        #expect(talks.first?.id == "mentor-talks-01")
        #expect(talks.last?.id == "mentor-talks-17")
        #expect(talks.compactMap { $0.occurrence?.number } == Array(1...17))
        #expect(talks[0].due?.offset == Offset(days: 7))
        #expect(talks[0].opens?.offset == Offset(days: 0))
        #expect(talks[4].due?.offset == Offset(months: 1, days: 14))
        #expect(talks[16].due?.offset == Offset(months: 12))
        #expect(talks[16].opens?.offset == Offset(months: 12, days: -14))
        #expect(
            talks[16].meeting
                == MeetingDetails(
                    startsAt: CivilTime("10:00") ?? .midnight, minutes: 30, isConfidential: true))
    }

    @Test func aModulesStepsComeLastInTheirStage() throws {
        let programme = try everything().programme
        let course = try #require(programme.step("hygiene-course"))
        #expect(course.module == "hygiene" && course.stage == "first-weeks")
        let ids = programme.steps.filter { $0.stage == "first-weeks" }.map(\.id)
        #expect(ids.suffix(2) == ["hygiene-course", "hygiene-reading"])
        #expect(programme.step("medicine")?.module == nil)
    }

    @Test func theHashNamesTheContents() throws {
        let bytes = try Samples.bytes("valid/everything.yaml")
        let module = try Samples.bytes("valid/modules/hygiene.yaml")
        func hash(_ main: [UInt8], _ module: [UInt8]) throws -> String {
            try #require(
                ProgrammeCompiler.compile(name: "x/everything.yaml", bytes: main) { _ in module }
                    .programme
            ).contentHash
        }
        let plain = try hash(bytes, module)
        #expect(plain == (try everything().contentHash))
        #expect(plain.utf8.count == 64)
        let windows = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(try hash([0xEF, 0xBB, 0xBF] + windows, module) == plain)
        #expect(try hash(bytes + Array("# more\n".utf8), module) != plain)
        #expect(try hash(bytes, module + Array("# more\n".utf8)) != plain)
    }

    @Test func theWorkflowsCompileWithoutAWord() throws {
        let folder = Repository.url("Workflows")
        let files = try Samples.files(in: folder)
        #expect(!files.isEmpty)
        for file in files {
            let result = ProgrammeCompiler.compile(path: folder.appending(path: file).path)
            #expect(Samples.report(result.diagnostics) == "no diagnostics\n")
            #expect(result.programme != nil)
        }
    }

    @Test func aChainOfThousandsOfStepsCompiles() throws {
        let titles = "{ nb: A, nn: A, en: A }"
        var text = """
            programme: sample
            kind: learning
            title: \(titles)
            summary: \(titles)
            sources: [{ title: Vedtak }]
            owner: hr
            stages:
              - stage: one
                title: \(titles)
                steps:

            """
        for number in 0..<3000 {
            text += "      - { step: s\(number), kind: task, title: \(titles), who: participant"
            text += number == 0 ? " }\n" : ", waits-for: s\(number - 1) }\n"
        }
        let result = Samples.compile(text: text)
        #expect(Samples.report(result.diagnostics) == "no diagnostics\n")
        #expect(result.programme?.programme.steps.count == 3000)
    }
}
