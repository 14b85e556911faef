public import Engine
import JSONText
import Storage

/// What `verify` found.
public struct Verification: Sendable {
    /// Something that is not as it was written, in a plain sentence.
    public struct Fault: Hashable, Sendable {
        public let enrolment: EnrolmentID
        public let event: Int?
        public let message: String
    }

    public var enrolments = 0
    public var events = 0
    public var faults: [Fault] = []
}

extension Installation {
    /// Goes through every history: the hash chain holds, and the state is the fold of the events.
    ///
    /// - Parameter progress: Told every thousand enrolments how many are done.
    public func verify(progress: (Int) -> Void = { _ in }) throws -> Verification {
        var verification = Verification()
        var last = ""
        while true {
            // Page by page, so that memory does not grow with the database.
            let page = try query { transaction in
                try transaction.connection.all(
                    "SELECT id FROM enrolment WHERE id > ? ORDER BY id LIMIT 1000", [.text(last)]
                ) { $0.text(0) }
            }
            guard let end = page.last else { return verification }
            try query { transaction in
                for id in page { try transaction.verify(EnrolmentID(id), &verification) }
            }
            last = end
            progress(verification.enrolments)
        }
    }
}

extension Transaction {
    fileprivate func verify(_ id: EnrolmentID, _ verification: inout Verification) throws {
        verification.enrolments += 1
        var chain = EventChain.genesis
        var events: [Event] = []
        var faults: [Verification.Fault] = []
        try connection.forEach(
            """
            SELECT number, recorded_at, actor, type, body, hash FROM event
            WHERE enrolment = ? ORDER BY number
            """, [.text(id.rawValue)]
        ) { row in
            let number = row.int(0)
            if number != events.count + 1 {
                faults.append(.init(enrolment: id, event: number, message: "an event is missing"))
            }
            chain = EventChain.hash(
                after: chain, enrolment: id, number: number, recordedAt: row.integer(1),
                actor: row.text(2), type: row.text(3), body: row.text(4))
            if chain != row.bytes(5) {
                faults.append(
                    .init(enrolment: id, event: number, message: "the event was changed"))
                chain = row.bytes(5)
            }
            guard let body = JSON(row.text(4)),
                let event = try? Event(type: row.text(3), body: body)
            else {
                faults.append(
                    .init(enrolment: id, event: number, message: "the event cannot be read"))
                return
            }
            events.append(event)
        }
        verification.events += events.count
        try compareState(id, events, chain, &faults)
        verification.faults.append(contentsOf: faults)
    }

    private func compareState(
        _ id: EnrolmentID, _ events: [Event], _ chain: [UInt8],
        _ faults: inout [Verification.Fault]
    ) throws {
        let loaded: LoadedEnrolment
        do {
            loaded = try store.load(id)
        } catch {
            faults.append(.init(enrolment: id, event: nil, message: "the state cannot be read"))
            return
        }
        if loaded.lastHash != chain {
            faults.append(
                .init(enrolment: id, event: nil, message: "events are missing at the end"))
        } else if faults.isEmpty, Enrolment(id: id, replaying: events) != loaded.enrolment {
            faults.append(
                .init(
                    enrolment: id, event: nil, message: "the state is not the fold of its events"))
        }
    }
}
