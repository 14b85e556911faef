import Foundation
import Support
import Testing

/// The commands of placements from outside: what they print, write and exit with.
@Suite struct PlacementCommandTests {
    private let folder: TemporaryFolder
    private let instance = "Tests/PlacementsTests/Fixtures/s164-1.json"

    init() throws { folder = try TemporaryFolder() }

    private func ombord(_ arguments: [String]) throws -> Products.Outcome {
        try Products.run("ombord", arguments)
    }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    private func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
        return path(name)
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("Capacity is told with its reasons, and what an absence endangers")
    func capacity() throws {
        let told = try ombord(["capacity", instance, "--period", "V1", "--language", "nb"])
        #expect(told.status == 0)
        #expect(told.output.contains("sykepleie, studieår 2, periode V1: 1 = 1 veileder med én"))
        #expect(!told.output.contains("[capacity"))
        let data = try json(try ombord(["capacity", instance, "--format", "json"]).output)
        #expect(data["proven"] as? Bool == true)
        let absent = try ombord(["capacity", instance, "--without", "v00001:V1"])
        #expect(absent.output.contains(", w0002 lacks the supervisor in V1."))
        let unknown = try ombord(["capacity", instance, "--without", "v9"])
        #expect(unknown.status == 1)
        #expect(unknown.errors.contains("names the supervisor \"v9\", which is not there."))
        let wrong = try write(
            "supply.json",
            #"{"format":"placement-capacity/1","name":"x","rules":{"year3_needs_trained":true},"#
                + #""periods":[{"id":"P1","from":"2027-W03","to":"2027-W10"},"#
                + #"{"id":"P2","from":"2027-W10","to":"2027-W18"}],"wards":[],"supervisors":[],"#
                + #""absences":[],"offers":[]}"#)
        let overlap = try ombord(["capacity", wrong])
        #expect(overlap.status == 1)
        #expect(overlap.errors.contains("the period \"P2\" overlaps the period \"P1\"."))
    }

    @Test("What-if changes nothing, and a swap is written or refused")
    func whatIfAndSwap() throws {
        let allocation = path("allocation.json")
        #expect(try ombord(["allocate", instance, "--output", allocation]).status == 0)
        let before = try Data(contentsOf: URL(filePath: allocation))
        let told = try ombord([
            "allocate", instance, "--what-if", "without:i003", "--allocation", allocation,
            "--language", "nn",
        ])
        #expect(told.status == 0)
        #expect(told.output.hasPrefix("without:i003: "))
        #expect(try Data(contentsOf: URL(filePath: allocation)) == before)
        #expect(try ombord(["allocate", instance, "--what-if", "nonsense"]).status != 0)
        let places = try #require(
            json(String(decoding: before, as: UTF8.self))["assignments"] as? [[String: String]])
        let (one, two) = (places[0]["student"] ?? "", places[1]["student"] ?? "")
        let silent = try ombord([
            "swap", instance, allocation, one, two, "--consent", one, "--output", path("no.json"),
        ])
        #expect(silent.status == 1)
        #expect(silent.errors.contains("The swap lacks the consent of \(two)."))
        #expect(!FileManager.default.fileExists(atPath: path("no.json")))
    }

    @Test("After a swap the explanation says so and names nobody; another instance's has none")
    func explanations() throws {
        let allocation = path("allocation.json")
        #expect(try ombord(["allocate", instance, "--output", allocation]).status == 0)
        let data = try Data(contentsOf: URL(filePath: allocation))
        let places = try #require(
            json(String(decoding: data, as: UTF8.self))["assignments"] as? [[String: String]])
        let students = places.compactMap { $0["student"] }
        let swapped = path("swapped.json")
        let one = students[0]
        let two = try students.dropFirst().first { two in
            try ombord([
                "swap", instance, allocation, one, two, "--consent", one, "--consent", two,
                "--output", swapped,
            ]).status == 0
        }
        let other = try #require(two)
        for (student, file, isSwapped) in [
            (one, swapped, true), (other, swapped, true), (one, allocation, false),
        ] {
            let told = try ombord([
                "allocate", instance, "--explain", student, "--allocation", file,
            ])
            #expect(told.status == 0)
            #expect(told.output.contains("got this place by a swap") == isSwapped)
            for name in [one, other] where name != student {
                #expect(!told.output.contains(name))
            }
        }
        let text = try String(contentsOf: Repository.url(instance), encoding: .utf8)
        let changed = try write("changed.json", text.replacing("s00001", with: "s90001"))
        let refused = try ombord([
            "allocate", changed, "--explain", other, "--allocation", allocation,
        ])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("The allocation was made of another instance: of sha256:"))
        #expect(refused.output.isEmpty)
    }

    @Test("Every lock that cannot stand is told, and an unknown school as that")
    func severalLocks() throws {
        let text = try String(contentsOf: Repository.url(instance), encoding: .utf8)
        var known = try json(text)
        let students = try #require(known["students"] as? [[String: Any]])
        let locked = try #require(known["locks"] as? [[String: Any]])
        let wrong = students.prefix(3).map { student -> [String: Any] in
            ["student": student["id"] ?? "", "ward": locked[0]["ward"] ?? "", "period": "V9"]
        }
        known["periods"] = try #require(known["periods"] as? [[String: Any]])
            + [["id": "V9", "from": "2029-W01", "to": "2029-W02"]]
        known["locks"] = wrong
        let file = try write(
            "locks.json",
            String(decoding: try JSONSerialization.data(withJSONObject: known), as: UTF8.self))
        let told = try ombord(["allocate", file, "--output", "-", "--format", "json"])
        #expect(told.status == 1)
        let lines = told.errors.split(separator: "\n")
        #expect(lines.count { $0.contains("locks.json: The lock of student") } == 3)
        let faults = try #require(json(told.output)["faults"] as? [[String: Any]])
        #expect(faults.allSatisfy { $0["fault"] as? String == "lock-not-eligible" })
        #expect(faults.count == 3)
        known = try json(text)
        var changed = students
        changed[4]["school"] = "h99"
        known["students"] = changed
        let unknown = try ombord([
            "allocate",
            try write(
                "unknown.json",
                String(
                    decoding: try JSONSerialization.data(withJSONObject: known), as: UTF8.self)),
            "--output", "-",
        ])
        #expect(unknown.status == 1)
        #expect(
            unknown.errors.contains(
                "students[4].school names the school \"h99\", which is not there."))
    }

    @Test(
        "Wrong input ends with a located sentence, and what was there stays",
        arguments: [
            ("lock", "locks-collide", "These locks cannot stand together by "),
            ("ward", "input", "cells[0].ward names the ward \"w9999\", which is not there."),
            ("supervisor", "input", "supervisors[3].max_students is -1"),
            ("quota", "locks-collide", "by H6-agreement-period"),
        ])
    func wrongInput(what: String, kind: String, sentence: String) throws {
        let text = try String(contentsOf: Repository.url(instance), encoding: .utf8)
        let wrong = try write("wrong.json", spoiled(json(text), what))
        let output = try write("published.json", "what was there")
        let found = try ombord(["allocate", wrong, "--output", output, "--format", "json"])
        #expect(found.status == 1)
        #expect(found.errors.contains("wrong.json: "))
        #expect(found.errors.contains(sentence))
        #expect(try String(contentsOfFile: output, encoding: .utf8) == "what was there")
        let told = try json(found.output)
        #expect(told["fault"] as? String == kind)
        #expect((told["locks"] != nil) == (kind == "locks-collide"))
    }

    /// The instance as text, with one thing wrong.
    private func spoiled(_ instance: [String: Any], _ what: String) throws -> String {
        var instance = instance
        func list(_ name: String) throws -> [[String: Any]] {
            try #require(instance[name] as? [[String: Any]])
        }
        let lock = try #require(list("locks").first)
        func id(_ object: [String: Any], _ name: String) -> String? { object[name] as? String }
        let ward = try #require(list("wards").first { id($0, "id") == id(lock, "ward") })
        switch what {
        case "lock":
            var cells = try list("cells")
            for index in cells.indices where id(cells[index], "ward") == id(ward, "id") {
                cells[index]["capacity"] = 1
            }
            var other = try #require(list("students").first { id($0, "id") == id(lock, "student") })
            other["id"] = "twin"
            other["lottery"] = 99_999
            var second = lock
            second["student"] = "twin"
            instance["cells"] = cells
            instance["students"] = try list("students") + [other]
            instance["locks"] = try list("locks") + [second]
        case "ward":
            var cells = try list("cells")
            cells[0]["ward"] = "w9999"
            instance["cells"] = cells
        case "supervisor":
            var supervisors = try list("supervisors")
            supervisors[3]["max_students"] = -1
            instance["supervisors"] = supervisors
        default:
            var agreements = try list("agreements")
            for index in agreements.indices
            where id(agreements[index], "institution") == id(ward, "institution") {
                agreements[index]["max_per_period"] = 0
            }
            instance["agreements"] = agreements
        }
        return String(
            decoding: try JSONSerialization.data(withJSONObject: instance), as: UTF8.self)
    }

    @Test("Places are divided, and the lower tier is allocated")
    func split() throws {
        let lower = path("lower.json")
        let split = try ombord(["split", instance, "--quotas", lower])
        #expect(split.status == 0)
        #expect(split.output.contains("Proven: no more places can be given"))
        let placed = try ombord(["allocate", lower, "--output", "-"])
        #expect(placed.status == 0)
    }

    @Test("An instance goes out as tables and comes back, and a wrong row is told by its line")
    func tables() throws {
        let tables = path("tables")
        #expect(try ombord(["placements", "export", instance, tables]).status == 0)
        let back = path("back.json")
        let imported = try ombord(["placements", "import", tables, "--output", back])
        #expect(imported.status == 0)
        #expect(imported.errors.contains("students.csv: 164 rows"))
        #expect(try ombord(["allocate", back, "--output", "-"]).status == 0)
        let students = tables + "/students.csv"
        let text = try String(contentsOfFile: students, encoding: .utf8)
        try Data(text.replacing("V1", with: "V9").utf8).write(to: URL(filePath: students))
        let wrong = try ombord(["placements", "import", tables, "--output", path("never.json")])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("students.csv:2: periods names \"V9\""))
        #expect(!FileManager.default.fileExists(atPath: path("never.json")))
    }

    @Test("Mentors are matched and told")
    func mentors() throws {
        let question = try write(
            "mentors.json",
            #"{"format":"mentor-question/1","name":"x","rules":{},"mentors":[{"id":"Kari","#
                + #""profession":"nurse","unit":"a","capacity":1,"shifts":["day"]}],"newcomers":["#
                + #"{"id":"Ola","profession":"nurse","unit":"a","leader":"Kari","shifts":["day"]},"#
                + #"{"id":"Amina","profession":"nurse","unit":"a","shifts":["day","night"]}]}"#)
        let told = try ombord(["match", question, "--language", "nb"])
        #expect(told.status == 0)
        #expect(told.output.contains("Kari er mentor for Amina. Felles vakter: day."))
        #expect(told.output.contains("Ola har ingen mentor: 1 er egen leder."))
    }
}
