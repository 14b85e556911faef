import Engine
import JSONText
import Operations
import Placements
import Testing
import Wording

/// Tables in which something is wrong: every row is told of with its line, and nothing is written.
@Suite struct RoundFaultTests {
    /// What an import tells, as "table:line sentence", and whether it has changed anything.
    private func told(
        _ placing: PlacingWorld, _ tables: [(name: String, text: String)]
    ) async throws -> [String] {
        let before = try placing.contents().instanceDocument.text
        let report = try await placing.installation.importTables(
            try tables.map { try PlacingWorld.table($0.name, $0.text) }, into: placing.round,
            by: "jon", dryRun: false)
        if !report.errors.isEmpty {
            #expect(try placing.contents().instanceDocument.text == before)
        }
        return report.errors.map { error in
            "\(error.table):\(error.line ?? 0) "
                + (error.problem.map { Wording(language: .english).tableProblem($0) } ?? "")
        }
    }

    @Test("A row that is wrong is told, and so is every row that points to it")
    func pointers() async throws {
        let placing = try await PlacingWorld(instance: nil)
        let tables = [
            ("periods", "id,from,to\nV1,2028-W03,2028-W10\n"),
            ("institutions", "id,unit\nhus,nowhere\nannet,home\n"),
            ("wards", "id,institution,model\npost,hus,single\nstue,annet,dense\nrom,annet,\n"),
            ("limits", "institution,ward,period,most\nhus,,V1,3\n,rom,V1,3\n"),
            (
                "cells",
                """
                ward,profession,year,period,capacity
                post,sykepleie,1,V1,2
                rom,sykepleie,1,V1,2
                rom,sykepleie,1,V1,3
                """
            ),
            ("supervisors", "id,ward,profession,trained\nv,post,sykepleie,yes\n"),
            (
                "students",
                """
                id,person,school,profession,year,periods,zone,lottery,blocked_institutions
                a,foo bar,nord,sykepleie,1,V1,z,1,hus
                b,,nord,sykepleie,1,V1,z,2,
                c,,nord,sykepleie,1,V1,z,3,hus
                """
            ),
            ("wishes", "student,rank,ward,institution\na,1,rom,\nb,1,,hus\nb,2,rom,\nb,2,,annet\n"),
        ]
        let expected = [
            "institutions:2 “unit” is “nowhere”, which is not in units.",
            "wards:2 “institution” is “hus”, but the row of “hus” in institutions is wrong itself.",
            "wards:3 “students_per_supervisor” must be filled in when model is “dense”.",
            "limits:2 “institution” is “hus”, but the row of “hus” in institutions is"
                + " wrong itself.",
            "cells:2 “ward” is “post”, but the row of “post” in wards is wrong itself.",
            "cells:4 “rom sykepleie 1 V1” is there twice.",
            "supervisors:2 “ward” is “post”, but the row of “post” in wards is wrong itself.",
            "students:2 “blocked_institutions” is “hus”, but the row of “hus” in institutions is"
                + " wrong itself.",
            "students:2 “person” is “foo bar”, which is not in people.",
            "students:4 “blocked_institutions” is “hus”, but the row of “hus” in institutions is"
                + " wrong itself.",
            "wishes:2 “student” is “a”, but the row of “a” in students is wrong itself.",
            "wishes:3 “institution” is “hus”, but the row of “hus” in institutions is"
                + " wrong itself.",
            "wishes:5 b has two wishes with the number 2.",
        ]
        #expect(try await told(placing, tables) == expected)
        // With a row that cannot even be read the same is told of all the others.
        let more = try await told(placing, tables + [("bans", "student,ward\nnobody,rom\n")])
        #expect(Set(more).subtracting(expected).map { $0.prefix(6) } == ["bans:2"])
        #expect(Set(expected).isSubset(of: more))
    }

    @Test("A person who is nobody is told, with the wishes that point there")
    func person() async throws {
        let placing = try await PlacingWorld()
        let contents = try placing.contents()
        let school = try #require(contents.schools.first).id
        let told = try await told(
            placing,
            [
                (
                    "students",
                    """
                    id,person,school,profession,year,periods,zone,lottery
                    ny,foo bar,\(school),sykepleie,1,V1,z001,9001
                    """
                ), ("wishes", "student,rank,ward\nny,1,w0001\n"),
            ])
        #expect(told.count == 2)
        #expect(told.first == "students:2 “person” is “foo bar”, which is not in people.")
        #expect(told.last?.hasPrefix("wishes:2 “student” is “ny”, but the row of") == true)
    }

    @Test("Every lock that cannot stand is told at its own row, and an unknown school as that")
    func locks() async throws {
        let placing = try await PlacingWorld()
        let contents = try placing.contents()
        let free = contents.students.filter { student in
            !contents.locks.contains { $0.student == student.id }
        }
        let offers = Set(contents.offers.filter { $0.places > 0 }.map { "\($0.ward) \($0.year)" })
        let wrong = try free.prefix(3).map { student -> String in
            let ward = try #require(
                contents.wards.first { !offers.contains("\($0.id) \(student.year)") })
            return "\(student.id),\(ward.id),\(student.periods[0])"
        }
        let told = try await told(
            placing, [("locks", "student,ward,period\n\(wrong.joined(separator: "\n"))\n")])
        #expect(told.map { $0.prefix(7) } == ["locks:2", "locks:3", "locks:4"])
        let one = try #require(free.first)
        let unknown = try await self.told(
            placing,
            [
                (
                    "students",
                    """
                    id,school,profession,year,periods,zone,lottery
                    \(one.id),nrod,sykepleie,\(one.year),\(one.periods[0]),\(one.zone),1
                    """
                )
            ])
        #expect(unknown == ["students:2 “school” is “nrod”, which is not in schools."])
    }

    @Test("Places and quotas below several locks are told at the rows that set them")
    func limits() async throws {
        let placing = try await PlacingWorld()
        let before = try placing.contents()
        let students = Dictionary(uniqueKeysWithValues: before.students.map { ($0.id, $0) })
        // One is locked already; a second elsewhere.
        for offer in before.offers where try placing.contents().locks.count < 2 {
            let student = before.students.first { student in
                student.year == offer.year && student.profession == offer.profession
                    && student.periods.contains(offer.period)
                    && !before.locks.contains {
                        $0.student == student.id || $0.ward == offer.ward
                    }
            }
            guard let student else { continue }
            do {
                try await placing.installation.lock(
                    student.id, ward: offer.ward, period: offer.period, in: placing.round,
                    by: "jon")
            } catch is PlacementFault {
                continue
            }
        }
        let locks = try placing.contents().locks
        #expect(locks.count == 2)
        let cells = try locks.map { lock -> String in
            let student = try #require(students[lock.student])
            return "\(lock.ward),\(student.profession),\(student.year),\(lock.period),0"
        }
        let told = try await told(
            placing,
            [
                (
                    "cells",
                    "ward,profession,year,period,capacity\n\(cells.joined(separator: "\n"))\n"
                )
            ])
        #expect(told.map { $0.prefix(7) } == ["cells:2", "cells:3"])
        for (line, lock) in zip(told, locks) { #expect(line.contains(lock.student), "\(line)") }
    }
}
