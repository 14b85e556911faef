public import CivilCalendar
public import Engine
import JSONText
import Storage

/// What somebody answered to a question of a step.
public struct AnswerRow: Hashable, Sendable {
    public let question: String
    public let person: PersonID
    public let text: String
}

extension Installation {
    /// How long an answer may be, in characters.
    public static let longestAnswer = 4000

    /// The answers to a step's questions that somebody may read, by person: their own, and those
    /// of others where it is neither an evaluation nor a talk that the reader was not in.
    public func answers(
        to step: StepExplanation, of view: EnrolmentView, for reader: PersonID
    ) throws -> [AnswerRow] {
        let seesAll = view.maySeeAnswers(step, reader)
        return try query { transaction in
            try transaction.connection.all(
                """
                SELECT question, person, text FROM answer
                WHERE enrolment = ? AND step = ? AND (person = ? OR ? = 1)
                ORDER BY person, question
                """,
                [
                    .text(view.id.rawValue), .text(step.step.id.rawValue),
                    .text(reader.rawValue), SQLValue(seesAll ? 1 : 0),
                ]
            ) { AnswerRow(question: $0.text(0), person: PersonID($0.text(1)), text: $0.text(2)) }
        }
    }

    /// Keeps a person's answers to a step's questions and says that the step was done, as one act.
    ///
    /// Answers may be changed until the step is settled; an empty one is taken away.
    ///
    /// - Throws: `OperationError`; nothing has then changed.
    public func answer(
        _ step: StepID, of id: EnrolmentID, by person: PersonID, answers: [String: String],
        on day: CivilDay, key: String?
    ) async throws {
        let fingerprint =
            "answer \(id) \(step) \(person) \(day) "
            + JSON.object(
                answers.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }
            ).text
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                do {
                    try transaction.perform(
                        .sign(step, by: person, affirms: true, on: day), on: id,
                        by: .person(person))
                } catch OperationError.refused(.alreadySaid, programme: _) {
                    // They have said so before; what they answered may still be changed.
                }
                try transaction.keep(answers, step, id, person)
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension Transaction {
    fileprivate func keep(
        _ answers: [String: String], _ stepID: StepID, _ id: EnrolmentID, _ person: PersonID
    ) throws {
        let loaded = try store.load(id)
        let version = try version(loaded.version)
        guard let step = version.programme.plan(for: loaded.enrolment).step(stepID) else {
            throw OperationError.refused(.noSuchStep(stepID), programme: version.programme.id)
        }
        let role = loaded.enrolment.record(stepID).signatures.last { $0.person == person }?.role
        for question in step.questions {
            guard let text = answers[question.id] else { continue }
            if text.count > Installation.longestAnswer {
                throw OperationError.invalid(
                    field: question.id,
                    problem: .tooLong(limit: Installation.longestAnswer))
            }
            let place: [SQLValue] = [
                .text(id.rawValue), .text(stepID.rawValue), .text(question.id),
                .text(person.rawValue),
            ]
            let isEmpty = text.allSatisfy(\.isWhitespace)
            if let scale = question.scale, !isEmpty, scale.number(text) == nil {
                throw OperationError.invalid(
                    field: question.id, problem: .notBetween(1, scale.points))
            }
            if isEmpty {
                try connection.run(
                    """
                    DELETE FROM answer
                    WHERE enrolment = ? AND step = ? AND question = ? AND person = ?
                    """, place)
                continue
            }
            try connection.run(
                """
                INSERT INTO answer
                    (enrolment, step, question, person, text, at, version, asked_as, role)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (enrolment, step, question, person)
                    DO UPDATE SET text = excluded.text, at = excluded.at,
                        version = excluded.version, asked_as = excluded.asked_as,
                        role = excluded.role
                """,
                place + [
                    .text(text), .integer(now.milliseconds), .text(version.hash),
                    .text(stepID.rawValue), SQLValue(role?.rawValue),
                ])
        }
    }
}
