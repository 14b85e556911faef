import JSONText
import Placements
import Testing

/// Tables of a spreadsheet to an instance and back.
@Suite struct TableTests {
    private func tables(_ name: String = "s164-1") throws -> [PlacementTable] {
        try PlacementExport.tables(Fixture.json(name))
    }

    @Test("What is exported is imported as the same instance", arguments: ["s164-1", "s164over-1"])
    func roundTrip(name: String) throws {
        let found = PlacementImport(name: name, try tables(name))
        #expect(found.faults == [])
        var expected = try Fixture.instance(name)
        expected.seed = 0
        #expect(try PlacementInstance(#require(found.instance)) == expected)
        #expect(found.counts.map(\.table).contains("wishes"))
        let again = PlacementExport.tables(try #require(found.instance))
        #expect(again == (try tables(name)))
    }

    @Test("Random instances come back too")
    func random() throws {
        var same = 0
        for seed in 0..<200 {
            var source = RandomInstance(seed: UInt64(seed))
            let json = source.json()
            var instance = try PlacementInstance(json)
            let found = PlacementImport(name: "random", PlacementExport.tables(json))
            guard let back = found.instance else {
                // Locks that cannot stand are a fault here as there.
                #expect((try? Allocator(instance)) == nil, "seed \(seed): \(found.faults)")
                continue
            }
            instance.seed = 0
            let isSame = try PlacementInstance(back) == instance
            #expect(isSame, "seed \(seed)")
            same += 1
        }
        #expect(same > 100)
    }

    @Test(
        "A wrong row is told by its table and line, and nothing is made",
        arguments: [
            ("students", "year", "x", "year is \"x\"; a whole number from 1 to 10 is needed"),
            ("students", "id", "", "id is empty"),
            ("students", "car", "maybe", "car is \"maybe\"; yes or no is needed"),
            ("students", "periods", "V1|V9", "periods names \"V9\", which is not in periods"),
            ("cells", "ward", "w9999", "ward names \"w9999\", which is not in wards"),
            ("cells", "capacity", "-1", "capacity is \"-1\"; a whole number from 0"),
            ("supervisors", "max_students", "3", "max_students is \"3\"; a whole number"),
            ("wishes", "ward", "w0001", "either a ward or an institution is needed"),
            ("agreements", "institution", "i999", "names \"i999\", which is not in institutions"),
            ("locks", "ward", "w0001", "breaks E"),
            ("rules", "name", "magic", "there is no rule \"magic\""),
        ])
    func faults(table: String, column: String, value: String, expected: String) throws {
        var all = try tables()
        let index = try #require(all.firstIndex { $0.name == table })
        let place = try #require(all[index].header.firstIndex(of: column))
        // A wish for an institution, to which a ward is added.
        let row =
            table == "wishes"
            ? try #require(all[index].rows.firstIndex { $0.fields[place].isEmpty }) : 0
        all[index].rows[row].fields[place] = value
        let line = all[index].rows[row].line
        let found = PlacementImport(name: "x", all)
        #expect(found.instance == nil)
        let fault = try #require(found.faults.first)
        #expect(fault.message.contains(expected), "\(fault)")
        #expect(fault.table == table)
        if table != "locks" { #expect(fault.line == line) }
    }

    @Test("All faults are told at once, also columns and tables that are not there")
    func together() throws {
        var all = try tables()
        all.removeAll { $0.name == "students" || $0.name == "wishes" }
        all.append(PlacementTable(name: "odd", header: ["a"], rows: []))
        let wards = try #require(all.firstIndex { $0.name == "wards" })
        all[wards].header[1] = "house"
        let found = PlacementImport(name: "x", all)
        let messages = found.faults.map { "\($0.table): \($0.message)" }
        #expect(messages.contains("odd: there is no such table"))
        #expect(messages.contains("students: the table is missing"))
        #expect(messages.contains("wards: there is no column \"house\""))
        #expect(messages.contains("wards: the column \"institution\" is missing"))
        #expect(found.instance == nil)
    }

    @Test(
        "A limit below what is locked is wrong at its own row",
        arguments: ["agreements", "cells"])
    func limit(table: String) throws {
        var all = try tables()
        let instance = try Fixture.instance("s164-1")
        let lock = try #require(instance.locks.first)
        let student = try #require(instance.students.first { $0.id == lock.student })
        let ward = try #require(instance.wards.first { $0.id == lock.ward })
        let wanted =
            table == "agreements"
            ? ["school": student.school, "institution": ward.institution]
            : ["ward": ward.id, "year": "\(student.year)", "period": lock.period]
        let index = try #require(all.firstIndex { $0.name == table })
        let header = all[index].header
        let row = try #require(
            all[index].rows.firstIndex { row in
                wanted.allSatisfy { name, value in
                    header.firstIndex(of: name).map { row.fields[$0] } == value
                }
            })
        // Two locks where there is one place, or a quota for none.
        let column = try #require(
            header.firstIndex(of: table == "cells" ? "capacity" : "max_per_period"))
        all[index].rows[row].fields[column] = table == "cells" ? "1" : "0"
        if table == "cells" {
            let locks = try #require(all.firstIndex { $0.name == "locks" })
            let locked = Set(instance.locks.map(\.student))
            let second = try #require(
                instance.students.first { other in
                    guard !locked.contains(other.id), other.year == student.year else {
                        return false
                    }
                    var both = instance
                    both.locks.append(
                        .init(student: other.id, ward: lock.ward, period: lock.period))
                    return (try? Allocator(both)) != nil
                })
            all[locks].rows.append(
                .init(line: 99, fields: [second.id, lock.ward, lock.period]))
        }
        let found = PlacementImport(name: "x", all)
        #expect(found.instance == nil)
        let fault = try #require(found.faults.first)
        #expect(found.faults.count == 1)
        #expect(fault.table == table && fault.line == all[index].rows[row].line, "\(fault)")
        #expect(fault.message.contains(lock.student))
    }

    @Test("A table whose columns are wrong hides nothing of what is wrong in others")
    func structure() throws {
        var all = try tables()
        func change(_ table: String, _ body: (inout PlacementTable) throws -> Void) throws {
            try body(&all[try #require(all.firstIndex { $0.name == table })])
        }
        try change("wards") { $0.header[1] = "house" }
        try change("students") { table in
            let column = try #require(table.header.firstIndex(of: "periods"))
            table.rows[0].fields[column] = "V9"
        }
        try change("cells") { table in
            let column = try #require(table.header.firstIndex(of: "ward"))
            table.rows[0].fields[column] = "nowhere"
        }
        try change("rules") { $0.rows[0].fields[0] = "magic" }
        let found = PlacementImport(name: "x", all)
        let messages = found.faults.map { "\($0.table):\($0.line ?? 0): \($0.message)" }
        #expect(messages.contains("wards:0: the column \"institution\" is missing"))
        #expect(messages.contains("students:2: periods names \"V9\", which is not in periods"))
        #expect(messages.contains("cells:2: ward names \"nowhere\", which is not in wards"))
        #expect(messages.contains("rules:2: there is no rule \"magic\""))
        // Nothing is told of what could not be known, and nothing twice.
        #expect(found.faults.count == 5, "\(messages)")
        #expect(Set(messages).count == messages.count)
    }

    @Test("A field with commas, quotation marks and lines is written so that it can be read")
    func quoting() {
        let table = PlacementTable(
            name: "institutions", header: ["id", "name"],
            rows: [.init(line: 2, fields: ["i1", "Solheim, \"Sør\"\nog mer"])])
        #expect(table.csv == "id,name\r\ni1,\"Solheim, \"\"Sør\"\"\nog mer\"\r\n")
    }
}
