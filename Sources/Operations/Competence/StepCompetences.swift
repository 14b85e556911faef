import CivilCalendar
import Competence
public import Engine
import JSONText
import Storage
import Wording

// What a completed step records. The framework's rule holds for it as for everything else: what not
// enough people have vouched for waits, as a claim, for those whose word is missing.
extension Transaction {
    /// - Parameter event: The number of the event by which the step was completed.
    func recordCompetence(
        _ step: Step, _ day: CivilDay, _ event: Int, _ decision: Decision,
        _ version: CompiledVersion, _ actor: Actor
    ) throws {
        if step.records.isEmpty { return }
        guard let person = decision.enrolment.roles[.participant] else { return }
        let shelf = try frameworkShelf()
        let signatures = affirmed(step, decision)
        var head = try recordHead(of: person)
        for effect in step.records {
            let definition = shelf.definition(CompetenceID(effect.competence))
            let rule = definition?.attestation
            let voices = signatures.compactMap { $0.voice(in: decision.programme) }
            // A step may say otherwise; what neither says holds for ever.
            let validUntil = (effect.validFor ?? definition?.validFor).map {
                $0.applied(to: day, in: version.programme.calendar).description
            }
            let origin = StoredEntry.Origin(
                enrolment: decision.enrolment.id.rawValue, event: event, step: step.id.rawValue,
                version: version.hash)
            if let definition, let rule, rule.verdict(voices, for: person) != .enough {
                let waiting = WaitingEffect(
                    effect: effect, definition: definition, day: day, validUntil: validUntil,
                    origin: origin)
                try keepWaiting(waiting, of: person, voices, step, decision)
                // It may have come to enough with what others had said before.
                head = try recordHead(of: person)
                continue
            }
            // Only whose word counts has vouched; where no framework asks, all who said so.
            let attesters = signatures.filter { signature in
                guard let rule else { return true }
                return signature.voice(in: decision.programme).map {
                    rule.counts($0, for: person)
                } ?? false
            }
            let entry = StoredEntry(
                kind: .step, competence: effect.competence,
                title: sortedObject(effect.title.texts) { .string($0) }.text,
                level: effect.level, achievedOn: day.description, validUntil: validUntil,
                attestedBy: attesters.map { "\($0.role):\($0.person)" }.joined(separator: " "),
                origin: origin, recordedAt: now.milliseconds, recordedBy: actor.stored)
            try append(entry, to: person, after: &head)
        }
    }

    /// Who said that the step was done, and in which role; whoever settled a disagreement about it
    /// has said so too.
    private func affirmed(_ step: Step, _ decision: Decision) -> [Affirmation] {
        let enrolment = decision.enrolment
        var found = enrolment.record(step.id).signatures.filter(\.affirms).map {
            Affirmation(role: $0.role, person: $0.person)
        }
        for case .disputeSettled(step.id, true, let person, _) in decision.events {
            let entitled = step.accountable.roles + [.lineManager, .managersManager, .hr]
            let role = entitled.first { enrolment.holder(of: $0, in: decision.programme) == person }
            if let role, !found.contains(where: { $0.role == role && $0.person == person }) {
                found.append(Affirmation(role: role, person: person))
            }
        }
        return found
    }

    /// Opens a claim for what a step shows and not enough people have vouched for, or adds their
    /// words to the claim that there is.
    private func keepWaiting(
        _ waiting: WaitingEffect, of person: PersonID, _ voices: [AttestationRule.Voice],
        _ step: Step, _ decision: Decision
    ) throws {
        let competence = waiting.definition.id
        // What the step has recorded before is not recorded again.
        let recorded = try connection.count(
            """
            SELECT count(*) FROM competence_entry
            WHERE enrolment = ? AND step = ? AND competence = ?
            """,
            [
                .text(waiting.origin.enrolment), .text(step.id.rawValue),
                .text(competence.rawValue),
            ])
        if recorded > 0 { return }
        let ladder = try frameworkShelf().ladder(of: competence)
        guard let level = waiting.effect.level.map({ LevelID($0) }) ?? ladder?.levels.first?.id
        else { return }
        let open = try connection.first(
            """
            SELECT id FROM competence_claim
            WHERE person = ? AND competence = ? AND level = ? AND status = 'open'
            """, [.text(person.rawValue), .text(competence.rawValue), .text(level.rawValue)]
        ) { $0.text(0) }
        let claim = open ?? installation.random.identifier("c")
        if open == nil {
            try put(
                ClaimRequest(
                    person: person, kind: .attested, competence: competence, level: level,
                    form: waiting.definition.form, achievedOn: waiting.day,
                    evidence: try stepEvidence(step, of: person, decision, waiting.day)),
                as: claim, by: voices.first { $0.person != person }?.person ?? person)
        }
        let origin = waiting.origin
        try connection.run(
            """
            INSERT INTO step_claim (enrolment, step, competence, event, version, valid_until, claim)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (enrolment, step, competence) DO UPDATE SET event = excluded.event,
                version = excluded.version, valid_until = excluded.valid_until,
                claim = excluded.claim
            """,
            [
                .text(origin.enrolment), .text(origin.step), .text(competence.rawValue),
                SQLValue(origin.event), .text(origin.version), SQLValue(waiting.validUntil),
                .text(claim),
            ])
        try hear(voices, on: claim, waiting.definition)
        if open == nil, let waits = try self.claim(claim) { try askReviewers(of: waits) }
    }

    /// The step whose competence a claim waits for, and how long it was to hold; nil where no step
    /// opened the claim. Of several steps the one that holds longest.
    func stepOrigin(of claim: String) throws -> StepOrigin? {
        try connection.first(
            """
            SELECT enrolment, event, step, version, valid_until FROM step_claim WHERE claim = ?
            ORDER BY CASE WHEN valid_until IS NULL THEN 0 ELSE 1 END, valid_until DESC, enrolment
            LIMIT 1
            """, [.text(claim)]
        ) { row in
            StepOrigin(
                origin: StoredEntry.Origin(
                    enrolment: row.text(0), event: row.int(1), step: row.text(2),
                    version: row.text(3)),
                validUntil: row.optionalText(4))
        }
    }

    /// What the claim rests on, in the language of whom it is about.
    private func stepEvidence(
        _ step: Step, of person: PersonID, _ decision: Decision, _ day: CivilDay
    ) throws -> String {
        let language = try self.person(person)?.language ?? .bokmål
        let wording = Wording(language: language)
        return wording.text(
            "step-evidence",
            [
                "step": step.title.text(in: language),
                "programme": decision.programme.title.text(in: language),
                "day": wording.day(day),
            ])
    }
}

extension Installation {
    /// What a step shows and not enough people have vouched for yet.
    public func openClaims(
        ofStep step: StepID, in enrolment: EnrolmentID, for reader: PersonID
    ) throws -> [OpenClaim] {
        try query { transaction in
            let shelf = try transaction.frameworkShelf()
            return try transaction.connection.all(
                """
                SELECT \(StoredClaim.columns) FROM competence_claim
                WHERE status = 'open' AND id IN (
                    SELECT claim FROM step_claim WHERE enrolment = ? AND step = ?)
                ORDER BY opened_at, id
                """, [.text(enrolment.rawValue), .text(step.rawValue)], StoredClaim.init
            ).compactMap { $0 }.compactMap { try transaction.openClaim($0, for: reader, shelf) }
        }
    }
}

/// Somebody's word that a step was done, in one of their roles.
private struct Affirmation {
    let role: RoleID
    let person: PersonID

    /// What it is worth where somebody vouches for a competence; nil where it is worth nothing.
    func voice(in programme: Programme) -> AttestationRule.Voice? {
        programme.role(role).flatMap { Attester($0) }.map {
            AttestationRule.Voice(person, as: [$0])
        }
    }
}

/// The step that a claim came of.
struct StepOrigin {
    let origin: StoredEntry.Origin
    let validUntil: String?
}

/// What a step would record, were there enough who vouch for it.
private struct WaitingEffect {
    let effect: CompetenceEffect
    let definition: CompetenceDefinition
    let day: CivilDay
    let validUntil: String?
    let origin: StoredEntry.Origin
}
