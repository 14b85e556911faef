import Cryptography
import JSONText
import Storage

@testable import Operations

/// How a world comes to its end.
extension SimulatedWorld {
    /// The messages that have not ended yet.
    func unfinished(before end: Int64) throws -> Set<String> {
        try observer.query { transaction in
            Set(
                try transaction.connection.all(
                    "SELECT id FROM message WHERE status IN ('queued', 'sending')"
                ) { $0.text(0) })
        }
    }

    /// Whether all of these have ended, nobody holds anything, and nothing is due.
    func isSettled(_ left: Set<String>) throws -> Bool {
        try observer.query { transaction in
            let connection = transaction.connection
            let open = try connection.all(
                "SELECT id FROM message WHERE status IN ('queued', 'sending')"
            ) { $0.text(0) }
            if !left.isDisjoint(with: open) { return false }
            let now = transaction.now.milliseconds
            let busy = try connection.count(
                """
                SELECT (SELECT count(*) FROM message WHERE status = 'sending')
                    + (SELECT count(*) FROM message WHERE status = 'queued' AND available_at <= ?)
                    + (SELECT count(*) FROM enrolment WHERE wake_at <= ?)
                    + (SELECT count(*) FROM bulk_act WHERE status = 'running')
                """, [.integer(now), .integer(now)])
            return busy == 0
        }
    }

    /// Ends all processes and lets go of whatever they held.
    func shutDown() {
        for node in nodes {
            node.lane.stop(false)
            node.life.end()
        }
        nodes = []
        kernel.finish()
    }

    /// A number that is another where anything has happened otherwise.
    func traceHash() throws -> String {
        let rows = try observer.query { transaction in
            try transaction.connection.all(
                "SELECT id, last_hash FROM enrolment ORDER BY id"
            ) { $0.text(0) + Cryptography.hex($0.bytes(1)) }
                + transaction.connection.all(
                    "SELECT id, status, attempts, finished_at FROM message ORDER BY id"
                ) { "\($0.text(0)) \($0.text(1)) \($0.int(2)) \($0.integer(3))" }
        }
        let text = "\(kernel.trace) \(kernel.now)\n" + rows.joined(separator: "\n")
        return Cryptography.hex(Cryptography.sha256(of: text))
    }
}

extension RandomProgramme {
    var source: ProgrammeSource {
        ProgrammeSource(name: "\(id).yaml", bytes: Array(text.utf8), modules: [:])
    }
}
