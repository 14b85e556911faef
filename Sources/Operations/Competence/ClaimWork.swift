import CivilCalendar
import Competence
import Cryptography
import Engine
import JSONText
import Storage

// How words and claims are heard, counted and written, inside the transaction of an act.
extension Transaction {
    private func refused(_ refusal: CompetenceRefusal) -> OperationError { .competence(refusal) }

    // MARK: - Saying so

    func open(
        _ request: ClaimRequest, _ id: String, by person: PersonID, salt: [UInt8]
    ) throws -> ClaimOutcome {
        let (definition, ladder) = try checked(request)
        let voice = AttestationRule.Voice(
            person, as: try capacities(of: person, for: request.person))
        let isClaim = request.kind == .priorLearning
        if isClaim {
            // One claims what one can oneself; others say what they have seen.
            guard person == request.person else { throw refused(.notEntitled) }
        } else if !definition.attestation.counts(voice, for: request.person) {
            throw refused(.notCounted(voice, definition.attestation))
        }
        try refuseDuplicate(request, ladder)
        try put(request, as: id, by: person)
        if isClaim {
            let rule = Self.reviewing(definition.attestation)
            try askReviewers(of: try openClaim(id))
            return .waiting(claim: id, rule.persons)
        }
        try hear(voice, on: id)
        let outcome = try settleIfEnough(id, request, definition, salt: salt, by: person)
        if case .waiting = outcome { try askReviewers(of: try openClaim(id)) }
        return outcome
    }

    /// Writes a claim that waits.
    func put(_ request: ClaimRequest, as id: String, by person: PersonID) throws {
        try connection.run(
            """
            INSERT INTO competence_claim (\(StoredClaim.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)
            """,
            [
                .text(id), .text(request.person.rawValue), .text(request.kind.rawValue),
                .text(request.competence.rawValue), .text(request.level.rawValue),
                .text(request.form.rawValue), .text(request.achievedOn.description),
                .text(request.evidence), .text(person.rawValue), .integer(now.milliseconds),
            ])
    }

    /// Adds what people said by completing a step to a claim, each who has not spoken yet, and
    /// settles it where that is enough.
    func hear(
        _ said: [AttestationRule.Voice], on id: String, _ definition: CompetenceDefinition
    ) throws {
        let claim = try openClaim(id)
        let rule = rule(claim.request.kind, definition)
        var capacities: [PersonID: Set<Attester>] = [:]
        for voice in said where rule.counts(voice, for: claim.request.person) {
            capacities[voice.person, default: []].formUnion(voice.capacities)
        }
        let before = Set(try voices(on: id).map(\.person))
        let news = capacities.filter { !before.contains($0.key) }.sorted { $0.key < $1.key }
        for (person, known) in news {
            try hear(AttestationRule.Voice(person, as: known), on: id)
        }
        guard let last = news.last?.key else { return }
        _ = try settleIfEnough(
            id, claim.request, definition, salt: installation.random.bytes(16), by: last)
    }

    /// Who reviews a claim: as who attests, but never the person themself.
    static func reviewing(_ rule: AttestationRule) -> AttestationRule {
        let others = rule.by.subtracting([.own])
        return AttestationRule(by: others.isEmpty ? [.lineManager] : others, persons: rule.persons)
    }

    func rule(_ kind: EntryKind, _ definition: CompetenceDefinition) -> AttestationRule {
        kind == .priorLearning
            ? Self.reviewing(definition.attestation) : definition.attestation
    }

    private func checked(
        _ request: ClaimRequest
    ) throws -> (CompetenceDefinition, Ladder) {
        let shelf = try frameworkShelf()
        guard let definition = shelf.definition(request.competence),
            let ladder = shelf.ladder(of: request.competence)
        else { throw refused(.unknownCompetence(request.competence.rawValue)) }
        guard ladder.rank(of: request.level) != nil else {
            throw refused(.unknownLevel(request.level.rawValue, of: request.competence))
        }
        try check(day: request.achievedOn, of: request.person)
        if !request.evidence.contains(where: { !$0.isWhitespace }) {
            throw refused(.evidenceMissing)
        }
        if request.evidence.count > Installation.longestEvidence {
            throw refused(.textTooLong(Installation.longestEvidence))
        }
        return (definition, ladder)
    }

    /// Nobody who is at work today was born before this year, or did anything then.
    static let earliestYear = 1900

    /// A day on which somebody can have shown something: not to come, and not before birth.
    func check(day: CivilDay, of person: PersonID) throws {
        let born = try connection.first(
            "SELECT born_on FROM person WHERE id = ?", [.text(person.rawValue)]
        ) { $0.optionalText(0).flatMap { CivilDay($0) } }
        guard let born else { throw OperationError.noSuchPerson(person) }
        if day > civilNow.day { throw refused(.dayInTheFuture(day)) }
        if day.year < Self.earliestYear { throw refused(.tooLongAgo(day)) }
        if let birth = born, day < birth { throw refused(.beforeBirth(day)) }
    }

    /// The same at the same level, or above it, for as long or longer, is there already.
    private func refuseDuplicate(_ request: ClaimRequest, _ ladder: Ladder) throws {
        let record = try record(of: request.person, asOf: civilNow.day)
        let validUntil = try validUntil(request)
        if let held = record.lasting(
            request.competence, on: ladder, atLeast: request.level),
            held.validUntil.map({ until in validUntil.map { $0 <= until } ?? false }) ?? true
        {
            throw refused(.alreadyOnRecord)
        }
        let open = try connection.count(
            """
            SELECT count(*) FROM competence_claim
            WHERE person = ? AND competence = ? AND level = ? AND status = 'open'
            """,
            [
                .text(request.person.rawValue), .text(request.competence.rawValue),
                .text(request.level.rawValue),
            ])
        if open > 0 { throw refused(.alreadyClaimed) }
    }

    private func validUntil(_ request: ClaimRequest) throws -> CivilDay? {
        try frameworkShelf().definition(request.competence)?.validFor.map {
            $0.applied(to: request.achievedOn, in: WorkingCalendar())
        }
    }

    /// The claim's row is written too, so that two who speak at the same moment, each on another
    /// node, meet there: the second then counts the first.
    private func hear(_ voice: AttestationRule.Voice, on claim: String) throws {
        try connection.run(
            "UPDATE competence_claim SET status = status WHERE id = ?", [.text(claim)])
        try connection.run(
            "INSERT INTO competence_voice (claim, person, capacities, at) VALUES (?, ?, ?, ?)",
            [
                .text(claim), .text(voice.person.rawValue),
                .text(voice.capacities.map(\.rawValue).sorted().joined(separator: " ")),
                .integer(now.milliseconds),
            ])
    }

    func voices(on claim: String) throws -> [AttestationRule.Voice] {
        try connection.all(
            "SELECT person, capacities FROM competence_voice WHERE claim = ? ORDER BY at, person",
            [.text(claim)]
        ) { row in
            AttestationRule.Voice(
                PersonID(row.text(0)),
                as: Set(
                    row.text(1).split(separator: " ").compactMap {
                        Attester(rawValue: String($0))
                    }))
        }
    }

    // MARK: - Coming to an end

    func claim(_ id: String) throws -> StoredClaim? {
        try connection.first(
            "SELECT \(StoredClaim.columns) FROM competence_claim WHERE id = ?", [.text(id)],
            StoredClaim.init
        ) ?? nil
    }

    private func openClaim(_ id: String) throws -> StoredClaim {
        guard let claim = try claim(id) else { throw refused(.noSuchClaim) }
        guard claim.status == "open" else { throw refused(.alreadySettled) }
        return claim
    }

    func support(
        _ id: String, by person: PersonID, salt: [UInt8]
    ) throws -> ClaimOutcome {
        let claim = try openClaim(id)
        let shelf = try frameworkShelf()
        guard let definition = shelf.definition(claim.request.competence) else {
            throw refused(.unknownCompetence(claim.request.competence.rawValue))
        }
        let voice = AttestationRule.Voice(
            person, as: try capacities(of: person, for: claim.request.person))
        let rule = rule(claim.request.kind, definition)
        guard rule.counts(voice, for: claim.request.person) else {
            throw refused(.notCounted(voice, rule))
        }
        if try voices(on: id).contains(where: { $0.person == person }) {
            throw refused(.alreadySaid)
        }
        try hear(voice, on: id)
        return try settleIfEnough(id, claim.request, definition, salt: salt, by: person)
    }

    private func settleIfEnough(
        _ id: String, _ request: ClaimRequest, _ definition: CompetenceDefinition,
        salt: [UInt8], by person: PersonID
    ) throws -> ClaimOutcome {
        let voices = try voices(on: id)
        let rule = rule(request.kind, definition)
        if case .waiting(let missing) = rule.verdict(voices, for: request.person) {
            return .waiting(claim: id, missing)
        }
        let counted = voices.filter { rule.counts($0, for: request.person) }
        let attesters = counted.compactMap { voice -> String? in
            let capacity = voice.capacities.intersection(rule.by).map(\.rawValue).min()
            return capacity.map { "\($0):\(voice.person)" }
        }
        let number = try write(
            request, definition, attestedBy: attesters.joined(separator: " "), by: person,
            salt: salt, step: try stepOrigin(of: id))
        try connection.run(
            """
            UPDATE competence_claim SET status = 'recorded', settled_by = ?, settled_at = ?,
                entry = ?
            WHERE id = ?
            """,
            [
                .text(person.rawValue), .integer(now.milliseconds), SQLValue(number), .text(id),
            ])
        try tellOfDecision(on: id)
        return .recorded(number)
    }

    private func write(
        _ request: ClaimRequest, _ definition: CompetenceDefinition, attestedBy: String,
        by person: PersonID, salt: [UInt8], step: StepOrigin?
    ) throws -> Int {
        let shelf = try frameworkShelf()
        var until = try validUntil(request)?.description
        // A step says itself how long what it shows holds.
        if let step { until = step.validUntil }
        let entry = StoredEntry(
            kind: request.kind, competence: request.competence.rawValue,
            title: sortedObject(definition.title.texts) { .string($0) }.text,
            level: request.level.rawValue, form: request.form,
            achievedOn: request.achievedOn.description,
            validUntil: until, attestedBy: attestedBy, origin: step?.origin,
            framework: shelf.version(of: request.competence)?.hash,
            recordedAt: now.milliseconds, recordedBy: Actor.person(person).stored)
        let number = try write(entry, of: request.person, evidence: request.evidence, salt)
        if request.kind == .priorLearning { try creditHeld(request.person) }
        return number
    }

    /// Writes an entry that no step recorded, with what it rests on beside the chain.
    func write(
        _ entry: StoredEntry, of person: PersonID, evidence: String, _ salt: [UInt8]
    ) throws -> Int {
        var entry = entry
        entry.evidence = Cryptography.sha256(salt + Array(evidence.utf8))
        var head = try recordHead(of: person)
        guard let number = try append(entry, to: person, after: &head) else {
            throw refused(.alreadyOnRecord)
        }
        try anchor(head, of: person)
        try connection.run(
            "INSERT INTO competence_evidence (person, entry, text, salt) VALUES (?, ?, ?, ?)",
            [.text(person.rawValue), SQLValue(number), .text(evidence), .bytes(salt)])
        return number
    }

    func refuse(_ id: String, by person: PersonID, reason: String) throws {
        let claim = try openClaim(id)
        // Whoever said it may take it back, and nobody else, also not the person it is about.
        let isOwn = person == claim.openedBy
        if !isOwn {
            let voice = AttestationRule.Voice(
                person, as: try capacities(of: person, for: claim.request.person))
            guard let definition = try frameworkShelf().definition(claim.request.competence)
            else { throw refused(.unknownCompetence(claim.request.competence.rawValue)) }
            let rule = rule(claim.request.kind, definition)
            guard rule.counts(voice, for: claim.request.person) else {
                throw refused(.notCounted(voice, rule))
            }
            if !reason.contains(where: { !$0.isWhitespace }) { throw refused(.reasonMissing) }
        }
        if reason.count > Installation.longestEvidence {
            throw refused(.textTooLong(Installation.longestEvidence))
        }
        try connection.run(
            """
            UPDATE competence_claim SET status = ?, settled_by = ?, settled_at = ?, reason = ?
            WHERE id = ?
            """,
            [
                .text(isOwn ? "withdrawn" : "refused"), .text(person.rawValue),
                .integer(now.milliseconds), SQLValue(reason.isEmpty ? nil : reason), .text(id),
            ])
        if !isOwn { try tellOfDecision(on: id) }
    }

    func revoke(
        _ number: Int, of subject: PersonID, by person: PersonID, _ reason: String,
        _ salt: [UInt8]
    ) throws -> Int {
        let found = try connection.first(
            """
            SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? AND number = ?
            """, [.text(subject.rawValue), SQLValue(number)], StoredEntry.init)
        let capacities = try capacities(of: person, for: subject)
        guard person == subject || !capacities.isEmpty else { throw refused(.noSuchEntry) }
        guard let entry = found, entry.kind != .revoked else { throw refused(.noSuchEntry) }
        // Nobody takes their own record back: what was vouched for was so.
        guard person != subject,
            !capacities.isDisjoint(with: [.lineManager, .hr, .supervisor])
        else { throw refused(.notEntitled) }
        if !reason.contains(where: { !$0.isWhitespace }) { throw refused(.reasonMissing) }
        if reason.count > Installation.longestEvidence {
            throw refused(.textTooLong(Installation.longestEvidence))
        }
        let before = try connection.count(
            "SELECT count(*) FROM competence_entry WHERE person = ? AND revokes = ?",
            [.text(subject.rawValue), SQLValue(number)])
        if before > 0 { throw refused(.alreadyRevoked) }
        let revocation = StoredEntry(
            kind: .revoked, competence: entry.competence, title: entry.title,
            level: entry.level, achievedOn: civilNow.day.description, validUntil: nil,
            attestedBy: capacities.map(\.rawValue).min().map { "\($0):\(person)" } ?? "",
            framework: entry.framework, revokes: number, recordedAt: now.milliseconds,
            recordedBy: Actor.person(person).stored)
        return try write(revocation, of: subject, evidence: reason, salt)
    }
}
