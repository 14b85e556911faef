import CivilCalendar
import Engine
import Foundation
import JSONText
import Operations
import Storage
import Support
import Testing

/// A round's tables by the command line: what cannot be is told with its file and line, and nothing
/// is changed.
@Suite struct PlacementLoadTests {
    private let folder: TemporaryFolder
    private var data: String { folder.url.appendingPathComponent("data").path }

    init() throws { folder = try TemporaryFolder() }

    private func prepare() async throws -> (Installation, round: String) {
        let installation = try GeneratedRound.installation(data)
        let (round, isWhole) = try await GeneratedRound(students: 12).load(into: installation)
        #expect(isWhole)
        try await installation.lock("s0001", ward: "i1-1", period: "H1", in: round, by: "jon")
        return (installation, round)
    }

    @Test(
        "An infeasible lock, an unknown ward, a negative capacity, a quota below what is locked",
        arguments: [
            ("locks", "student,ward,period\ns0002,i1-1,H2\ns0003,i1-1,H1\n", 3, "s0003"),
            (
                "cells",
                "ward,profession,year,period,capacity\ni1-1,sykepleie,1,H1,9\nnone,x,1,H1,1\n",
                3, "none"
            ),
            (
                "supervisors",
                """
                id,ward,profession,trained,max_students
                new,i1-1,sykepleie,yes,1
                x,i1-1,sykepleie,yes,-1

                """, 3, "-1"
            ),
            (
                "agreements",
                "school,institution,profession,max_per_period\nschool-1,i1,sykepleie,0\n",
                2, "s0001"
            ),
        ])
    func faults(table: String, text: String, line: Int, said: String) async throws {
        let (installation, round) = try await prepare()
        func document() throws -> String {
            try #require(try installation.placementContents(round, for: "jon"))
                .instanceDocument.text
        }
        let before = try document()
        let tables = folder.url.appendingPathComponent("tables")
        try FileManager.default.createDirectory(at: tables, withIntermediateDirectories: true)
        try text.write(
            to: tables.appendingPathComponent("\(table).csv"), atomically: true, encoding: .utf8)
        let outcome = try Products.run(
            "ombord",
            ["placements", "load", tables.path, "--round", round, "--by", "jon", "--data", data],
            environment: [:])
        #expect(outcome.status == 1)
        let place = "\(table).csv:\(line): "
        let told = outcome.output + outcome.errors
        let isTold = told.split(separator: "\n").contains {
            $0.contains(place) && $0.contains(said)
        }
        #expect(isTold, "\(told)")
        #expect(try document() == before)
    }

    @Test("Deadlines are changed, and must come in their order")
    func deadlines() async throws {
        let (installation, round) = try await prepare()
        func run(_ arguments: [String]) throws -> Products.Outcome {
            try Products.run(
                "ombord",
                ["placements", "deadlines", round, "--data", data, "--by", "jon"] + arguments,
                environment: [:])
        }
        let wrong = try run(["--adjust", "2027-02-01"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("adjust"))
        let done = try run(["--adjust", "2027-11-01"])
        #expect(done.status == 0)
        let known = try #require(try installation.placementRound(round, for: "jon"))
        #expect(known.deadlines.adjust.description == "2027-11-01")
        #expect(known.deadlines.need.description == "2027-04-01")
    }
}
