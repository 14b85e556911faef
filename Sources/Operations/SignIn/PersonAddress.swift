import CivilCalendar
import Engine
import JSONText
import Storage

/// Which of a person's two mail addresses.
public enum PersonAddress: String, CaseIterable, Sendable {
    case work
    case own = "private"
}

extension PersonCard {
    func text(of address: PersonAddress) -> String? {
        switch address {
        case .work: email
        case .own: privateEmail
        }
    }

    /// The addresses that are the person's on a day. Mail goes to the first of them; any of them
    /// lets them in.
    ///
    /// Before the first day the work address may not be read yet, so the private one comes first.
    /// From that day on what belongs to the work stays there, and the private one is used only
    /// where there is no other.
    ///
    /// - Parameter firstDay: The day on which the person begins; nil where that has passed.
    func addresses(on day: CivilDay, firstDay: CivilDay?) -> [PersonAddress] {
        let known = PersonAddress.allCases.filter { text(of: $0) != nil }
        guard let firstDay, day < firstDay else { return Array(known.prefix(1)) }
        return known.reversed()
    }
}

extension Transaction {
    private static let mostProgrammes = 12

    /// The day on which a person begins: the earliest first day at work of the programmes that
    /// they are in or have been through; nil where they have none, or where it decides nothing.
    func firstDay(of person: PersonCard) throws -> CivilDay? {
        guard person.email != nil, person.privateEmail != nil else { return nil }
        return try connection.all(
            """
            SELECT id, state, event_count FROM enrolment
            WHERE participant = ? AND status <> 'stopped' ORDER BY started_on, id LIMIT ?
            """, [.text(person.id.rawValue), SQLValue(Self.mostProgrammes)]
        ) { row in
            guard let state = JSON(row.text(1)) else {
                throw OperationError.damaged("state of \(row.text(0))")
            }
            return try Enrolment(
                id: EnrolmentID(row.text(0)), state, eventCount: row.int(2)
            ).firstDay
        }.compactMap { $0 }.min()
    }
}

extension Enrolment {
    /// The first day at work, where the programme counts from one.
    var firstDay: CivilDay? { anchors["first-day"] }
}
