import Cryptography
public import Engine
import Storage

/// What `verify` found of people's records.
public struct RecordVerification: Sendable {
    /// Something that is not as it was written, in a plain sentence.
    public struct Fault: Hashable, Sendable {
        /// Whose record it is; nil where it is about all of them.
        public let person: PersonID?
        public let entry: Int?
        public let message: String
    }

    public var people = 0
    public var entries = 0
    public var faults: [Fault] = []
}

extension Installation {
    /// Goes through everybody's record: the chain holds, nothing is missing at its end, the seal
    /// over the ends fits, and the evidence that is still there is what it was.
    ///
    /// - Parameter checksSeal: Not where the installation's secret is not at hand.
    public func verifyRecords(checksSeal: Bool = true) throws -> RecordVerification {
        try query { transaction in
            var verification = RecordVerification()
            try transaction.verifyChains(&verification)
            try transaction.verifyEnds(&verification)
            if checksSeal, let fault = try transaction.sealFault() {
                verification.faults.append(.init(person: nil, entry: nil, message: fault))
            }
            try transaction.verifyEvidence(&verification)
            return verification
        }
    }
}

extension Transaction {
    fileprivate func verifyChains(_ verification: inout RecordVerification) throws {
        var person: PersonID = ""
        var head = RecordHead.empty
        try connection.forEach(
            """
            SELECT \(StoredEntry.columns), person FROM competence_entry ORDER BY person, number
            """, []
        ) { row in
            let owner = PersonID(row.text(19))
            if owner != person {
                person = owner
                head = .empty
                verification.people += 1
            }
            verification.entries += 1
            let number = row.int(0)
            if number != head.number + 1 {
                verification.faults.append(
                    .init(person: person, entry: number, message: "an entry is missing"))
            }
            let hash = StoredEntry(row).hash(
                after: head.hash, person: person.rawValue, number: number)
            let recorded = row.bytes(18)
            if !recorded.isEmpty, recorded != hash {
                verification.faults.append(
                    .init(person: person, entry: number, message: "the entry was changed"))
            }
            head = RecordHead(number: number, hash: recorded.isEmpty ? hash : recorded)
        }
    }

    /// The end of a record is known by what was anchored, and by the steps that recorded something.
    fileprivate func verifyEnds(_ verification: inout RecordVerification) throws {
        try connection.forEach(
            """
            SELECT h.person FROM competence_head h
            LEFT JOIN competence_entry e ON e.person = h.person AND e.number = h.number
            WHERE e.hash IS NULL OR e.hash <> h.hash ORDER BY h.person
            """, []
        ) { row in
            verification.faults.append(
                .init(
                    person: PersonID(row.text(0)), entry: nil,
                    message: "entries are missing at the end"))
        }
        // What people wrote was anchored with it.
        try connection.forEach(
            """
            SELECT DISTINCT e.person FROM competence_entry e
            LEFT JOIN competence_head h ON h.person = e.person
            WHERE e.kind <> 'step' AND (h.number IS NULL OR h.number < e.number) ORDER BY e.person
            """, []
        ) { row in
            verification.faults.append(
                .init(
                    person: PersonID(row.text(0)), entry: nil,
                    message: "the anchor of its end is missing"))
        }
        var missing: [RecordVerification.Fault] = []
        let completed = try connection.all(
            """
            SELECT e.id, e.version, e.participant, v.step FROM enrolment e
            JOIN step v ON v.enrolment = e.id
            WHERE v.status = 'done' ORDER BY e.id, v.step
            """
        ) { ($0.text(0), $0.text(1), PersonID($0.text(2)), StepID($0.text(3))) }
        for (enrolment, hash, person, id) in completed {
            guard let step = try version(hash).programme.step(id), !step.records.isEmpty else {
                continue
            }
            let events = try connection.count(
                """
                SELECT count(*) FROM event WHERE enrolment = ? AND type = 'step-completed'
                    AND body LIKE ?
                """, [.text(enrolment), .text("%\"\(id)\"%")])
            let entries = try connection.count(
                "SELECT count(*) FROM competence_entry WHERE enrolment = ? AND step = ?",
                [.text(enrolment), .text(id.rawValue)])
            // What too few have vouched for waits as a claim, or was refused.
            let claims = try connection.count(
                "SELECT count(*) FROM step_claim WHERE enrolment = ? AND step = ?",
                [.text(enrolment), .text(id.rawValue)])
            if events > 0, entries + claims == 0 {
                missing.append(
                    .init(person: person, entry: nil, message: "the entry of \(id) is missing"))
            }
        }
        verification.faults += missing
    }

    fileprivate func verifyEvidence(_ verification: inout RecordVerification) throws {
        try connection.forEach(
            """
            SELECT v.person, v.entry, v.text, v.salt, e.evidence FROM competence_evidence v
            JOIN competence_entry e ON e.person = v.person AND e.number = v.entry
            """, []
        ) { row in
            let digest = Cryptography.sha256(row.bytes(3) + Array(row.text(2).utf8))
            if digest != row.bytes(4) {
                verification.faults.append(
                    .init(
                        person: PersonID(row.text(0)), entry: row.int(1),
                        message: "the evidence was changed"))
            }
        }
    }
}
