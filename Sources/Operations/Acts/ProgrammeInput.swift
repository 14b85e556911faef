import CivilCalendar
public import Engine
import JSONText
import Storage

// What those who go through a programme say could be better, and what its owner answers.
extension Installation {
    /// How long an input or its answer may be, in characters.
    public static let longestInput = 2000

    /// Keeps what somebody with a role in an enrolment says about its programme. Those who own it
    /// are told the next working morning, once for all that came the day before.
    ///
    /// - Parameters:
    ///   - step: What it is about, where it is one step.
    ///   - key: An idempotency key: the same input under it again is kept once.
    /// - Throws: `OperationError`; nothing has then changed.
    @discardableResult
    public func giveInput(
        _ text: String, about id: EnrolmentID, step: StepID?, by author: PersonID,
        key: String? = nil
    ) async throws -> String {
        let input = random.identifier("i")
        let fingerprint = "input \(id) \(step?.rawValue ?? "") \(author) \(text)"
        let answer = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                try transaction.keepInput(input, text, id, step, author)
                return input
            }
        }
        wakeUps.ring()
        return answer
    }

    /// Keeps the answer to an input and tells its author. A later answer takes its place.
    ///
    /// - Throws: `OperationError`: `noSuchInput` also where it is not for them to answer.
    public func answerInput(
        _ input: String, _ text: String, by person: PersonID, key: String? = nil
    ) async throws {
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: "input-answer \(input) \(person) \(text)") {
                try transaction.answerInput(input, text, person)
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension Transaction {
    static func checkInput(_ text: String) throws {
        if text.allSatisfy(\.isWhitespace) {
            throw OperationError.invalid(field: "text", problem: .empty)
        }
        if text.count > Installation.longestInput {
            throw OperationError.invalid(
                field: "text", problem: .tooLong(limit: Installation.longestInput))
        }
    }

    fileprivate func keepInput(
        _ input: String, _ text: String, _ id: EnrolmentID, _ step: StepID?, _ author: PersonID
    ) throws {
        try Self.checkInput(text)
        let holds = try connection.count(
            "SELECT count(*) FROM role_holder WHERE enrolment = ? AND person = ?",
            [.text(id.rawValue), .text(author.rawValue)])
        if holds == 0 { throw OperationError.noSuchEnrolment(id) }
        let row = try connection.first(
            "SELECT programme, version, unit FROM enrolment WHERE id = ?", [.text(id.rawValue)]
        ) { (ProgrammeID($0.text(0)), $0.text(1), $0.optionalText(2)) }
        guard let (programme, hash, unit) = row else { throw OperationError.noSuchEnrolment(id) }
        if let step {
            let plan = try version(hash).programme.plan(for: try store.load(id).enrolment)
            if plan.step(step) == nil {
                throw OperationError.refused(.noSuchStep(step), programme: programme)
            }
        }
        let tomorrow = CivilMoment(civilNow.day.adding(days: 1), .eight)
        let sending = SendingRules().nextSending(from: tomorrow, in: WorkingCalendar())
        let toldAt = installation.time.instant(sending)
        try connection.run(
            """
            INSERT INTO programme_input (id, programme, enrolment, step, author, text, written_at,
                told_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(input), .text(programme.rawValue), .text(id.rawValue),
                SQLValue(step?.rawValue), .text(author.rawValue), .text(text),
                .integer(now.milliseconds), .integer(toldAt.milliseconds),
            ])
        for owner in try inputOwners(from: unit) where owner != author {
            try Outbox(self).insert(
                QueuedMessage(
                    identity: "input-received/\(owner)/\(sending.day)", channel: .mail,
                    kind: InputMail.received, enrolment: nil, recipient: owner.rawValue,
                    body: .object(["told": .integer(Int(toldAt.milliseconds))]),
                    availableAt: toldAt))
        }
    }

    /// Who is told of an input: who owns programmes at the nearest unit upwards that somebody does,
    /// and HR where nobody does.
    private func inputOwners(from unit: String?) throws -> [PersonID] {
        for charge in [UnitCharge.programmeOwner, .hr] {
            var current = unit
            for _ in 0..<32 {
                guard let id = current else { break }
                let owners = try connection.all(
                    "SELECT person FROM unit_function WHERE unit = ? AND function = ?",
                    [.text(id), .text(charge.rawValue)]
                ) { PersonID($0.text(0)) }
                if !owners.isEmpty { return owners }
                current = try connection.first(
                    "SELECT parent FROM org_unit WHERE id = ?", [.text(id)]
                ) { $0.optionalText(0) } ?? nil
            }
        }
        return []
    }

    fileprivate func answerInput(_ input: String, _ text: String, _ person: PersonID) throws {
        try Self.checkInput(text)
        guard let row = try self.input(input, for: person) else {
            throw OperationError.noSuchInput(input)
        }
        if row.answer == text { return }
        try connection.run(
            "UPDATE programme_input SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ?",
            [
                .text(text), .text(person.rawValue), .integer(now.milliseconds), .text(input),
            ])
        // One that has not gone yet tells the new answer too.
        let waiting = try connection.count(
            """
            SELECT count(*) FROM message
            WHERE recipient = ? AND kind = ? AND body = ? AND status = 'queued'
            """,
            [
                .text(row.author.rawValue), .text(InputMail.answered),
                .text(InputMail.body(of: input).text),
            ])
        if waiting > 0 || person == row.author { return }
        let sending = SendingRules().nextSending(from: civilNow, in: WorkingCalendar())
        try Outbox(self).insert(
            QueuedMessage(
                identity: "input-answered/\(input)/\(now.milliseconds)", channel: .mail,
                kind: InputMail.answered, enrolment: row.enrolment,
                recipient: row.author.rawValue, body: InputMail.body(of: input),
                availableAt: installation.time.instant(sending)))
    }
}
