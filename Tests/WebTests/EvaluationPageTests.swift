import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

@Suite struct EvaluationPageTests {
    @Test("Results are for HR and owners, in their units; for everybody else there is no page")
    func access() async throws {
        let world = try await WebWorld()
        try await world.load(
            .units, "id,name,kind,parent,manager,hr,programme-owner\nother,Øst,agency,,,,\n")
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let oslo = "/evaluations/oslo-onboarding"
        let rows: [(path: String, statuses: [Int])] = [
            //              nobody amina leader buddy director hr owner stranger odd
            ("/evaluations", [403, 404, 404, 404, 404, 200, 200, 404, 404]),
            (oslo, [403, 404, 404, 404, 404, 200, 200, 404, 404]),
            ("\(oslo)/results.csv", [403, 404, 404, 404, 404, 200, 200, 404, 404]),
            ("\(oslo)?unit=ward", [403, 404, 404, 404, 404, 200, 200, 404, 404]),
            ("\(oslo)?unit=other", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
            ("\(oslo)?version=9", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
            ("\(oslo)?version=x", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
            ("/evaluations/none", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
        ]
        try await world.expectStatuses(rows, of: people)
    }

    @Test("The pages and the file as they were read and found right")
    func pages() async throws {
        let (world, amina) = try await WebWorld.evaluated()
        try await world.speak(.nynorsk, "owner")
        let path = "/evaluations/oslo-onboarding"
        let hr = try await world.browser("hr")
        expectGolden(try await hr.get(path).stable, "nb/evaluation.html")
        expectGolden(try await hr.get("\(path)/results.csv").text, "nb/evaluation.csv")
        let owner = try await world.browser("owner")
        expectGolden(try await owner.get("/evaluations").stable, "nn/evaluations.html")
        try await world.speak(.english, "amina")
        let newcomer = try await world.browser("amina")
        let form = try await newcomer.get("/enrolments/\(amina)/steps/evaluation").stable
        expectGolden(form.replacing(amina.rawValue, with: "ENROLMENT"), "en/evaluation-form.html")
    }

    @Test("A number is chosen and kept, changed, or left out; another number is refused")
    func answering() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-03T10:00")
        let path = "/enrolments/\(amina)/steps/starting-point"
        let newcomer = try await world.browser("amina")
        let page = try await newcomer.get(path)
        #expect(page.text.contains("Ingen får se hva du svarer."))
        let wrong = try await newcomer.submit(
            page, to: "\(path)/answers", ["answer-confident-records": "6"])
        #expect(wrong.status == 400)
        let sent = try await newcomer.submit(
            page, to: "\(path)/answers",
            ["answer-confident-records": "4", "answer-confident-asking": ""])
        #expect(sent.status == 303)
        let after = try await newcomer.get(path).text
        #expect(after.contains("4 på en skala fra 1 (Svært utrygg) til 5 (Svært trygg)"))
        for reader in ["leader", "buddy", "director", "hr"] as [PersonID] {
            let text = try await world.browser(reader).get(path).text
            #expect(!text.contains("på en skala fra 1"), "\(reader)")
        }
    }

    @Test("A ward of too few shows nothing, on the page and in the file")
    func small() async throws {
        let (world, _) = try await WebWorld.evaluated()
        let hr = try await world.browser("hr")
        let path = "/evaluations/oslo-onboarding"
        // Two answered in the one, seven in the other; with those the two could be computed.
        for query in ["?unit=small", "?unit=small&version=1", "?unit=ward"] {
            let page = try await hr.get(path + query).text
            #expect(!page.contains("<table"))
            #expect(!page.contains("<svg"))
            let file = try await hr.get("\(path)/results.csv\(query)").text
            #expect(!file.contains(#/;"\d+"/#))
        }
        #expect(try await hr.get("\(path)?unit=city").text.contains("<table"))
    }
}

extension WebWorld {
    /// Seven newcomers in one ward and five in another, small, of whom two have answered; at the
    /// start and after four months, and their leader.
    static func evaluated() async throws -> (WebWorld, amina: EnrolmentID) {
        let world = try await WebWorld()
        try await world.load(
            .units, "id,name,kind,parent,manager\nsmall,Avdeling Eik,ward,city,stranger\n")
        let people = (1...7).map { "w\($0),Wanda \($0),,nb,ward" }
            + (1...5).map { "s\($0),Sofus \($0),,nb,small" }
        try await world.load(
            .people, "id,name,email,language,unit\n" + people.joined(separator: "\n"))
        var enrolments: [(EnrolmentID, PersonID)] = []
        for person in (1...7).map({ "w\($0)" }) + (1...2).map({ "s\($0)" }) {
            enrolments.append((try await world.enrol(PersonID(person)), PersonID(person)))
        }
        let amina = try await world.enrol("amina")
        let confident = ["confident-records", "confident-deterioration", "confident-asking"]
        func answer(_ step: StepID, _ answers: (Int) -> [String: String]) async throws {
            for (index, enrolment) in enrolments.enumerated() {
                try await world.installation.answer(
                    step, of: enrolment.0, by: enrolment.1, answers: answers(index),
                    on: world.installation.nowCivil.day, key: nil)
            }
        }
        func numbers(_ index: Int, _ low: Int) -> [String: String] {
            Dictionary(
                uniqueKeysWithValues: confident.enumerated().map {
                    ($1, "\(min(5, low + (index * 2 + $0) % 3))")
                })
        }
        try await world.live(until: "2026-03-03T10:00")
        try await answer("starting-point") { numbers($0, 1) }
        try await world.live(until: "2026-07-14T10:00")
        try await answer("evaluation") { index in
            numbers(index, 3).merging(
                [
                    "uses": "\(3 + index % 3)", "applied": "Prosedyren for fall, nr. \(9 - index).",
                    "reaction": index < 4 ? "Bra <b>start</b>" : "",
                ]) { one, _ in one }
        }
        return (world, amina)
    }
}

/// The pages of evaluation for the tests in a real browser, as `browse.py` takes them.
func evaluationPages(_ world: WebWorld, _ amina: EnrolmentID) throws -> [[String: String]] {
    func page(_ name: String, _ path: String, _ person: PersonID) throws -> [String: String] {
        ["name": name, "path": path, "cookie": try world.cookie(person)]
    }
    return try [
        page("evaluations", "/evaluations", "hr"),
        page("evaluation", "/evaluations/oslo-onboarding", "hr"),
        page("evaluation-small", "/evaluations/oslo-onboarding?unit=small", "hr"),
        page("evaluation-form", "/enrolments/\(amina)/steps/evaluation", "amina"),
        page("mix", "/programmes/oslo-onboarding", "hr"),
    ]
}
