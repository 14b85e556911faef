public import CivilCalendar
public import Competence
public import Engine
import Storage

/// A claim that waits for somebody's word.
public struct OpenClaim: Hashable, Sendable {
    public let id: String
    public let request: ClaimRequest
    /// Whose it is.
    public let name: String
    /// How many more people it takes.
    public let missing: Int
    /// Whose word counts.
    public let asked: Set<Attester>
    /// Whether the reader's word counts, and has not been given.
    public let mayDecide: Bool
    /// Whether it is the reader who said so, and may take it back.
    public let isReaders: Bool
}

/// A claim that was refused: it stays for whoever sent it to read why.
public struct RefusedClaim: Hashable, Sendable {
    public let id: String
    public let request: ClaimRequest
    public let refusedOn: CivilDay
    public let refusedBy: String?
    public let reason: String
    /// Whether the same waits again or is on record meanwhile, so that nothing is to be done.
    public let isMoot: Bool
}

/// Everything that a person's own page of competence shows.
public struct Passport: Sendable {
    /// A programme by which something is learnt.
    public struct Way: Hashable, Sendable {
        public let id: ProgrammeID
        public let title: LocalizedText
        /// Whether it is for whoever has held it, and does not teach it from the beginning.
        public let isRenewal: Bool
    }

    public let shelf: FrameworkShelf
    /// What counts today.
    public let held: [RecordedCompetence]
    /// What counts no more, and what took it back.
    public let past: [RecordedCompetence]
    public let open: [OpenClaim]
    /// What others have claimed, or one other has said, that waits for the reader.
    public let waitingForMe: [OpenClaim]
    /// The last that were refused, the newest first.
    public let refused: [RefusedClaim]
    public let gap: [GapLine]
    public let qualifications: [QualificationLine]
    public let names: [PersonID: String]
    /// The programmes that record what is missing.
    public let programmes: [CompetenceID: [Way]]
    /// What else there is to use against it.
    public let resources: [CompetenceID: GapResources]
}

extension Installation {
    /// Somebody's record with all that follows from it, for a reader who may see it.
    public func passport(of person: PersonID, for reader: PersonID) throws -> Passport {
        let today = nowCivil.day
        let qualifications = try qualifications(of: person, asOf: today)
        return try query { transaction in
            let all = try transaction.recordedCompetences(of: person)
            let counting = Set(
                CompetenceRecord(all.map(\.entry), asOf: today).entries.map(\.number))
            let shelf = try transaction.frameworkShelf()
            let gap = try transaction.gap(
                of: person, asOf: today, horizon: today.adding(months: 3), unit: nil)
            let missing = Set(gap.filter { $0.state != .held }.map(\.requirement.competence))
            var names: [PersonID: String] = [:]
            for attester in Set(all.flatMap(\.attestedBy).map(\.person)) {
                names[attester] = try transaction.person(attester)?.name
            }
            return Passport(
                shelf: shelf, held: all.filter { counting.contains($0.entry.number) }.reversed(),
                past: all.filter { !counting.contains($0.entry.number) }.reversed(),
                open: try transaction.openClaims(of: person, for: reader, shelf),
                waitingForMe: person == reader
                    ? try transaction.claimsWaiting(for: reader, shelf) : [],
                refused: try transaction.refusedClaims(of: person, shelf), gap: gap,
                // Only what has begun: nobody is told of all that they have nothing to do with.
                qualifications: qualifications.filter { $0.qualifying.hasBegun },
                names: names,
                programmes: try transaction.programmes(
                    recording: missing, heldBefore: try transaction.everHeld(by: person)),
                resources: try transaction.resources(for: gap, of: person, shelf, .english))
        }
    }

    /// How many claims wait for somebody's word.
    public func claimsWaiting(for reader: PersonID) throws -> Int {
        try query { transaction in
            try transaction.claimsWaiting(for: reader, try transaction.frameworkShelf()).count
        }
    }

    /// A claim of somebody's own that was refused.
    public func refusedClaim(_ claim: String, of person: PersonID) throws -> RefusedClaim? {
        try query { transaction in
            try transaction.refusedClaims(of: person, try transaction.frameworkShelf())
                .first { $0.id == claim }
        }
    }

    /// Whom a claim is about, or nil where there is no such claim.
    public func subject(ofClaim claim: String) throws -> PersonID? {
        try query { transaction in
            try transaction.connection.first(
                "SELECT person FROM competence_claim WHERE id = ?", [.text(claim)]
            ) { PersonID($0.text(0)) }
        }
    }
}

extension Qualifying {
    /// Whether anything of what it takes is there.
    var hasBegun: Bool {
        reasons.contains { reason in
            switch reason {
            case .experience(let months, _, _): months > 0
            case .competence(_, let from): from != nil
            case .runsOut: true
            }
        }
    }
}

extension Transaction {
    fileprivate func openClaims(
        of person: PersonID, for reader: PersonID, _ shelf: FrameworkShelf
    ) throws -> [OpenClaim] {
        let claims = try connection.all(
            """
            SELECT \(StoredClaim.columns) FROM competence_claim
            WHERE person = ? AND status = 'open' ORDER BY opened_at, id
            """, [.text(person.rawValue)], StoredClaim.init
        ).compactMap { $0 }
        return try claims.compactMap { try openClaim($0, for: reader, shelf) }
    }

    func openClaim(
        _ claim: StoredClaim, for reader: PersonID, _ shelf: FrameworkShelf
    ) throws -> OpenClaim? {
        let request = claim.request
        guard let definition = shelf.definition(request.competence) else { return nil }
        let rule =
            request.kind == .priorLearning
            ? Self.reviewing(definition.attestation) : definition.attestation
        let voices = try voices(on: claim.id)
        guard case .waiting(let missing) = rule.verdict(voices, for: request.person) else {
            return nil
        }
        let own = AttestationRule.Voice(
            reader, as: try capacities(of: reader, for: request.person))
        return OpenClaim(
            id: claim.id, request: request,
            name: try person(request.person)?.name ?? request.person.rawValue, missing: missing,
            asked: rule.by.subtracting([.own]),
            mayDecide: rule.counts(own, for: request.person)
                && !voices.contains { $0.person == reader },
            isReaders: claim.openedBy == reader)
    }

    /// How many refused claims are shown.
    private static let mostRefused = 10

    fileprivate func refusedClaims(
        of person: PersonID, _ shelf: FrameworkShelf
    ) throws -> [RefusedClaim] {
        let record = try record(of: person, asOf: civilNow.day)
        return try connection.all(
            """
            SELECT \(StoredClaim.columns), c.settled_at, c.reason,
                (SELECT name FROM person WHERE id = c.settled_by),
                EXISTS (SELECT 1 FROM competence_claim o WHERE o.person = c.person
                    AND o.competence = c.competence AND o.level = c.level AND o.status = 'open')
            FROM competence_claim c WHERE c.person = ? AND c.status = 'refused'
            ORDER BY c.settled_at DESC, c.id LIMIT ?
            """, [.text(person.rawValue), SQLValue(Self.mostRefused)]
        ) { row -> RefusedClaim? in
            guard let claim = StoredClaim(row) else { return nil }
            let request = claim.request
            let held = record.lasting(
                request.competence, on: shelf.ladder(of: request.competence),
                atLeast: request.level)
            return RefusedClaim(
                id: claim.id, request: request,
                refusedOn: installation.time.civil(Instant(milliseconds: row.integer(11))).day,
                refusedBy: row.optionalText(13), reason: row.optionalText(12) ?? "",
                isMoot: row.int(14) != 0 || held != nil)
        }.compactMap { $0 }
    }

    fileprivate func claimsWaiting(
        for reader: PersonID, _ shelf: FrameworkShelf
    ) throws -> [OpenClaim] {
        let claims = try connection.all(
            """
            SELECT \(StoredClaim.columns) FROM competence_claim c
            WHERE c.status = 'open' AND c.person <> ? AND c.person IN (
                SELECT e.participant FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                WHERE r.person = ? AND e.status IN ('running', 'paused')
                UNION SELECT p.id FROM person p JOIN org_unit u ON u.id = p.unit
                WHERE u.manager = ?
                UNION SELECT m.person FROM employment m JOIN org_unit u ON u.id = m.unit
                WHERE u.manager = ?
                UNION SELECT p.id FROM person p WHERE p.unit IN \(UnitScope.hr))
            ORDER BY c.opened_at, c.id LIMIT 100
            """, Array(repeating: .text(reader.rawValue), count: 5), StoredClaim.init
        ).compactMap { $0 }
        return try claims.compactMap { try openClaim($0, for: reader, shelf) }
            .filter(\.mayDecide)
    }

    /// What somebody has held at any time, without what was revoked.
    func everHeld(by person: PersonID) throws -> Set<CompetenceID> {
        let entries = try entries(of: person)
        let revoked = Set(entries.compactMap(\.revokes))
        return Set(
            entries.filter { $0.kind != .revoked && !revoked.contains($0.number) }
                .map(\.competence))
    }

    /// The programmes by which one person learns or renews some competences: what they have held
    /// they renew where there is a programme for that, and what they have not they learn.
    func programmes(
        recording competences: Set<CompetenceID>, heldBefore held: Set<CompetenceID>
    ) throws -> [CompetenceID: [Passport.Way]] {
        var found = try programmes(recording: competences)
        for (competence, ways) in found {
            let renewals = ways.filter(\.isRenewal)
            found[competence] =
                held.contains(competence) && !renewals.isEmpty
                ? renewals : ways.filter { !$0.isRenewal }
        }
        return found
    }

    /// The newest versions of all programmes that record some competences.
    func programmes(
        recording competences: Set<CompetenceID>
    ) throws -> [CompetenceID: [Passport.Way]] {
        if competences.isEmpty { return [:] }
        let hashes = try connection.all(
            """
            SELECT hash FROM programme_version v WHERE number = (
                SELECT max(number) FROM programme_version n WHERE n.programme = v.programme)
            ORDER BY programme
            """
        ) { $0.text(0) }
        let shelf = try frameworkShelf()
        var found: [CompetenceID: [Passport.Way]] = [:]
        for hash in hashes {
            let programme = try version(hash).programme
            // Nobody who is employed learns it by being a student there.
            if programme.kind == .studentPlacement { continue }
            let recorded = Set(
                programme.steps.flatMap(\.records).map { CompetenceID($0.competence) })
            for competence in recorded.intersection(competences) {
                found[competence, default: []].append(
                    Passport.Way(
                        id: programme.id, title: programme.title,
                        isRenewal: shelf.definition(competence)?.renewal?.programme
                            == programme.id))
            }
        }
        return found
    }
}

extension Installation {
    /// Whether somebody is a unit's own leader.
    public func leads(_ person: PersonID, _ unit: String) throws -> Bool {
        try query { try $0.leads(person, unit) }
    }
}
