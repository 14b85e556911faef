import CivilCalendar
import Engine
import Foundation
import Testing
import Wording

@Suite struct DateTests {
    @Test(
        "Days and moments",
        arguments: [
            ("nb", "mandag 2. mars 2026", "2. mars", "mandag 2. mars 2026 kl. 09.00"),
            ("nn", "måndag 2. mars 2026", "2. mars", "måndag 2. mars 2026 kl. 09.00"),
            ("en", "Monday 2 March 2026", "2 March", "Monday 2 March 2026 at 09:00"),
        ])
    func days(language: String, long: String, short: String, moment: String) {
        let wording = Wording(language: Language(language))
        #expect(wording.day(Sample.monday) == long)
        #expect(wording.shortDay(Sample.monday) == short)
        #expect(wording.shortDay(Sample.monday, withYear: true) == short + " 2026")
        #expect(wording.moment(CivilMoment(Sample.monday, .nine)) == moment)
    }

    @Test(
        "The names of days and months are those of Unicode's CLDR, which Foundation carries",
        arguments: [
            ("nb", "nb_NO", "EEEE d. MMMM y"), ("nn", "nn_NO", "EEEE d. MMMM y"),
            ("en", "en_GB", "EEEE d MMMM y"),
        ])
    func outsideSource(language: String, locale: String, format: String) {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: locale)
        formatter.timeZone = .gmt
        formatter.dateFormat = format
        let wording = Wording(language: Language(language))
        let first = Sample.day("2027-12-25").number
        for number in first..<(first + 380) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            #expect(wording.day(CivilDay(number: number)) == formatter.string(from: date))
        }
    }

    @Test(
        "Distances",
        arguments: [
            (Offset(months: 2), "2 måneder", "2 månader", "2 months"),
            (Offset(days: 14), "14 dager", "14 dagar", "14 days"),
            (Offset(days: -1), "1 dag", "1 dag", "1 day"),
            (Offset(workingDays: 5), "5 arbeidsdager", "5 arbeidsdagar", "5 working days"),
            (
                Offset(months: 1, days: 3), "1 måned og 3 dager", "1 månad og 3 dagar",
                "1 month and 3 days"
            ),
            (
                Offset(months: -1, days: -3, workingDays: -1), "1 måned, 3 dager og 1 arbeidsdag",
                "1 månad, 3 dagar og 1 arbeidsdag", "1 month, 3 days and 1 working day"
            ),
        ])
    func offsets(offset: Offset, nb: String, nn: String, en: String) {
        for (language, expected) in [(Language.bokmål, nb), (.nynorsk, nn), (.english, en)] {
            #expect(Wording(language: language).offset(offset) == expected)
        }
    }

    @Test("Lists and numbers")
    func lists() {
        let wording = Wording(language: .bokmål)
        #expect(wording.list([]) == "")
        #expect(wording.list(["a"]) == "a")
        #expect(wording.list(["a", "b"]) == "a og b")
        #expect(wording.list(["a", "b", "c"]) == "a, b og c")
        #expect(wording.alternatives(["a", "b", "c"]) == "a, b eller c")
        #expect(wording.number(50) == "50")
        #expect(wording.number(37.5) == "37,5")
        #expect(Wording(language: .english).number(37.5) == "37.5")
    }
}

@Suite struct NameTests {
    @Test("Everything that has a name has one in every language", arguments: Wording.languages)
    func names(language: Language) throws {
        let wording = Wording(language: language)
        let catalogue = Set(try Wording.catalogue(language).keys)
        func check(_ folder: String, _ names: [String], _ shown: [String]) {
            #expect(shown.count == names.count && !shown.isEmpty)
            for name in names { #expect(catalogue.contains("\(folder).\(name)")) }
            #expect(!shown.contains { $0.hasPrefix("[") }, "\(shown)")
        }
        check(
            "status", ShownStatus.allCases.map(\.rawValue),
            ShownStatus.allCases.map(wording.status))
        check(
            "enrolment-status", EnrolmentStatus.allCases.map(\.rawValue),
            EnrolmentStatus.allCases.map(wording.enrolmentStatus))
        check(
            "step-kind", StepKind.allCases.map(\.rawValue), StepKind.allCases.map(wording.stepKind))
        check(
            "learning", LearningForm.allCases.map(\.rawValue),
            LearningForm.allCases.map(wording.learning))
        check(
            "notice-kind", NoticeKind.allCases.map(\.rawValue),
            NoticeKind.allCases.map(wording.noticeKind))
        check(
            "why.event", NoticeKind.allCases.map(\.rawValue),
            NoticeKind.allCases.map { wording.why(.event($0, Sample.monday), in: Sample.programme) }
        )
        check(
            "report", Simulation.EntryKind.allCases.map(\.rawValue),
            Simulation.EntryKind.allCases.map(wording.entryKind))
    }

    @Test("A role is called what the programme calls it, or what it is called everywhere")
    func roles() {
        let wording = Wording(language: .nynorsk)
        #expect(wording.role("developer", in: Sample.programme) == "fagutviklar")
        #expect(wording.role(.lineManager, in: Sample.programme) == "næraste leiar")
        #expect(wording.role(.hr) == "HR")
        #expect(wording.role("unheard-of") == "unheard-of")
        #expect(wording.roles([.mentor, .hr]) == "mentor og HR")
    }
}
