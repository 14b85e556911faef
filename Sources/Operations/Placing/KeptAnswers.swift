import Cryptography
public import JSONText
import Storage

// What takes seconds to find out about a round is kept by what was asked, so that a page says the
// same after a restart. It changes nothing that anybody decided.
extension Installation {
    /// The most that is kept of a round; what was found first goes first.
    static let mostAnswers = 200

    /// What was found out about a round; nil where nobody has asked that.
    ///
    /// - Parameter question: All that the answer depends on.
    public func keptAnswer(to question: String, of round: String) throws -> JSON? {
        try query { transaction in
            try transaction.connection.first(
                "SELECT answer FROM placement_answer WHERE round = ? AND question = ?",
                [.text(round), .text(Self.hash(question))]
            ) { JSON($0.text(0)) } ?? nil
        }
    }

    /// Keeps what was found out. Called from the thread that found it.
    public func keepAnswer(_ answer: JSON, to question: String, of round: String) throws {
        let text = answer.text
        let hash = Self.hash(question)
        try transactBlocking { transaction in
            try transaction.connection.run(
                """
                INSERT INTO placement_answer (round, question, answer, made_at)
                VALUES (?, ?, ?, ?) ON CONFLICT (round, question) DO NOTHING
                """,
                [
                    .text(round), .text(hash), .text(text),
                    .integer(transaction.now.milliseconds),
                ])
            try transaction.connection.run(
                """
                DELETE FROM placement_answer WHERE round = ? AND question NOT IN
                    (SELECT question FROM placement_answer WHERE round = ?
                        ORDER BY made_at DESC, question LIMIT ?)
                """, [.text(round), .text(round), SQLValue(Self.mostAnswers)])
        }
    }

    private static func hash(_ question: String) -> String {
        Cryptography.hex(Cryptography.sha256(of: question))
    }
}
