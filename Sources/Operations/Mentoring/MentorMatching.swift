public import Engine
import Foundation
public import Placements
import Storage

/// A newcomer whose programme has a mentor, and who has none yet.
public struct MentorSeeker: Hashable, Sendable {
    public let enrolment: EnrolmentID
    public let person: PersonID
    public let name: String
    public let email: String?
    /// As the programme knows it; nil where it does not.
    public let profession: String?
    public let unit: String?
    /// The nearest leader, who is never the mentor.
    public let leader: PersonID?
}

/// Somebody who is a mentor now.
public struct KnownMentor: Hashable, Sendable {
    public let person: PersonID
    public let name: String
    public let email: String?
    public let unit: String?
    /// The profession of those whom they are mentor for, where it is known.
    public let profession: String?
}

// Mentors for newcomers, by the allocator of placements. Who asks for them sees the newcomers whom
// they lead, or answer for as HR, and nobody else.
extension Installation {
    /// The most newcomers who are matched at once.
    public static let mostMatched = 200

    /// The newcomers without a mentor of somebody who leads them or is their HR, by name.
    public func mentorSeekers(for reader: PersonID) throws -> [MentorSeeker] {
        try query { try $0.mentorSeekers(for: reader) }
    }

    /// Those who are mentors of such newcomers now, by name.
    public func knownMentors(for reader: PersonID) throws -> [KnownMentor] {
        try query { try $0.knownMentors(for: reader) }
    }

    /// Finds mentors, on a thread of its own: solvers recurse.
    ///
    /// - Throws: `PlacementFault` where what is asked cannot be.
    public func matchMentors(_ question: MentorQuestion) async throws -> MentorMatch {
        let result: Result<MentorMatch, PlacementFault> = await withCheckedContinuation { found in
            let thread = Thread {
                do throws(PlacementFault) {
                    found.resume(returning: .success(try MentorMatch(question)))
                } catch {
                    found.resume(returning: .failure(error))
                }
            }
            thread.stackSize = 16 << 20
            thread.start()
        }
        return try result.get()
    }

    /// Gives newcomers their mentors: all of them, or nobody where one cannot be.
    ///
    /// - Throws: `OperationError.noSuchEnrolment` where one of them is not the giver's, or has a
    ///   mentor by now.
    public func giveMentors(
        _ mentors: [EnrolmentID: PersonID], reason: String, by person: PersonID,
        key: String? = nil
    ) async throws {
        let pairs = mentors.sorted { $0.key < $1.key }
        let fingerprint = "mentors \(pairs.map { "\($0.key) \($0.value)" }) \(person)"
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                let theirs = Set(try transaction.mentorSeekers(for: person).map(\.enrolment))
                for (enrolment, mentor) in pairs {
                    guard theirs.contains(enrolment) else {
                        throw OperationError.noSuchEnrolment(enrolment)
                    }
                    try transaction.perform(
                        .handOver(.mentor, to: mentor, reason: reason), on: enrolment,
                        by: .person(person))
                }
                return ""
            }
        }
        wakeUps.ring()
    }
}

extension Transaction {
    /// Whose programmes somebody leads, or answers for as HR.
    private static let theirs = """
        (e.unit IN \(UnitScope.hr) OR EXISTS (SELECT 1 FROM role_holder l
            WHERE l.enrolment = e.id AND l.role = 'line-manager' AND l.person = ?))
        """

    fileprivate func mentorSeekers(for reader: PersonID) throws -> [MentorSeeker] {
        let open = try connection.all(
            """
            SELECT e.id, p.name, p.email, e.unit FROM enrolment e
            JOIN unfilled_role u ON u.enrolment = e.id AND u.role = 'mentor'
            JOIN person p ON p.id = e.participant
            WHERE e.status = 'running' AND e.participant <> ? AND \(Self.theirs)
            ORDER BY p.name, e.id LIMIT ?
            """,
            [
                .text(reader.rawValue), .text(reader.rawValue), .text(reader.rawValue),
                SQLValue(Installation.mostMatched),
            ]
        ) { (EnrolmentID($0.text(0)), $0.text(1), $0.optionalText(2), $0.optionalText(3)) }
        return try open.compactMap { id, name, email, unit in
            let enrolment = try store.load(id).enrolment
            guard let person = enrolment.roles[.participant] else { return nil }
            return MentorSeeker(
                enrolment: id, person: person, name: name, email: email,
                profession: try Self.profession(enrolment) ?? profession(of: person), unit: unit,
                leader: enrolment.roles[.lineManager])
        }
    }

    fileprivate func knownMentors(for reader: PersonID) throws -> [KnownMentor] {
        let rows = try connection.all(
            """
            SELECT p.id, p.name, p.email, p.unit, min(e.id) FROM role_holder m
            JOIN enrolment e ON e.id = m.enrolment
            JOIN person p ON p.id = m.person
            WHERE m.role = 'mentor' AND e.status = 'running' AND \(Self.theirs)
            GROUP BY p.id, p.name, p.email, p.unit ORDER BY p.name, p.id LIMIT ?
            """,
            [
                .text(reader.rawValue), .text(reader.rawValue),
                SQLValue(Installation.mostMatched),
            ]
        ) { row in
            (
                PersonID(row.text(0)), row.text(1), row.optionalText(2), row.optionalText(3),
                EnrolmentID(row.text(4))
            )
        }
        return try rows.map { id, name, email, unit, enrolment in
            KnownMentor(
                person: id, name: name, email: email, unit: unit,
                profession: try Self.profession(store.load(enrolment).enrolment)
                    ?? profession(of: id))
        }
    }

    /// What another programme of the same person knows.
    private func profession(of person: PersonID) throws -> String? {
        let others = try connection.all(
            """
            SELECT id FROM enrolment WHERE participant = ? ORDER BY started_on DESC, id LIMIT 5
            """, [.text(person.rawValue)]
        ) { EnrolmentID($0.text(0)) }
        for other in others {
            if let found = Self.profession(try store.load(other).enrolment) { return found }
        }
        return nil
    }

    private static func profession(_ enrolment: Enrolment) -> String? {
        if case .choice(let name)? = enrolment.facts["profession"] { return name }
        return nil
    }
}
