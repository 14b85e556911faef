public import CivilCalendar
public import Engine
import JSONText
import Storage

/// Whom to enrol in what, and with which dates and facts.
public struct EnrolRequest: Hashable, Sendable {
    public var participant: PersonID
    public var programme: ProgrammeID
    public var anchors: [AnchorID: CivilDay]
    public var facts: [FactID: FactValue]
    /// People for roles that the unit tree does not fill.
    public var chosen: [RoleID: PersonID]
    /// The unit, where it is not the person's own.
    public var unit: String?

    public init(
        participant: PersonID, programme: ProgrammeID, anchors: [AnchorID: CivilDay],
        facts: [FactID: FactValue] = [:], chosen: [RoleID: PersonID] = [:], unit: String? = nil
    ) {
        self.participant = participant
        self.programme = programme
        self.anchors = anchors
        self.facts = facts
        self.chosen = chosen
        self.unit = unit
    }

    /// What an idempotency key for the request stands for.
    var fingerprint: String {
        JSON.object([
            "participant": JSON(participant), "programme": JSON(programme),
            "anchors": sortedObject(anchors) { JSON($0) },
            "facts": sortedObject(facts) { $0.json }, "chosen": sortedObject(chosen) { JSON($0) },
            "unit": unit.map { .string($0) },
        ]).text
    }
}

extension Installation {
    /// Enrols a person in the newest version of a programme.
    ///
    /// - Parameter key: An idempotency key: the same request under it again gives the same answer.
    /// - Throws: `OperationError`; nothing has then changed.
    public func enrol(
        _ request: EnrolRequest, by actor: Actor, key: String? = nil
    ) async throws -> EnrolmentID {
        let id = EnrolmentID(random.identifier("e"))
        let answer = try await transact { transaction in
            try transaction.once(key, fingerprint: request.fingerprint) {
                try transaction.enrol(request, as: id, by: actor)
                return id.rawValue
            }
        }
        wakeUps.ring()
        return EnrolmentID(answer)
    }
}

extension Transaction {
    func enrol(_ request: EnrolRequest, as id: EnrolmentID, by actor: Actor) throws {
        let (decision, version, unit) = try starting(request, as: id)
        try store.insert(decision, version: version, unit: unit, actor: actor)
        try follow(decision, version, actor)
    }

    /// What a start decides, before anything of it is written.
    ///
    /// - Parameter new: Whoever is to be registered with it.
    func starting(
        _ request: EnrolRequest, as id: EnrolmentID, registering new: NewPerson? = nil
    ) throws -> (Decision, CompiledVersion, unit: String?) {
        let version = try newestVersion(of: request.programme)
        var ownUnit = new?.unit
        if new == nil {
            let person = try connection.first(
                "SELECT unit FROM person WHERE id = ?", [.text(request.participant.rawValue)]
            ) { $0.optionalText(0) }
            guard let person else { throw OperationError.noSuchPerson(request.participant) }
            ownUnit = person
        }
        let unit = request.unit ?? ownUnit
        try refuseSecond(request)
        let roles = try RoleResolver(connection).roles(
            version.programme, participant: request.participant, unit: unit,
            chosen: request.chosen)
        let start = Start(
            id: id, on: civilNow.day, roles: roles, anchors: request.anchors,
            facts: request.facts, credits: try credits(version.programme, request.participant))
        do throws(Refusal) {
            return (
                try Decision.start(start, in: version.programme, now: civilNow), version, unit
            )
        } catch {
            throw OperationError.refused(error, programme: version.programme.id)
        }
    }

    private func refuseSecond(_ request: EnrolRequest) throws {
        let running = try connection.count(
            """
            SELECT count(*) FROM enrolment
            WHERE participant = ? AND programme = ? AND status IN ('running', 'paused')
            """, [.text(request.participant.rawValue), .text(request.programme.rawValue)])
        if running > 0 {
            throw OperationError.alreadyEnrolled(request.participant, request.programme)
        }
    }

    /// The module steps that the person has done already, in another programme.
    private func credits(_ programme: Programme, _ person: PersonID) throws -> [Start.Credit] {
        let held = try stepsHeld(by: person, in: programme)
        let shared = Set(programme.steps.filter { $0.module != nil }.map(\.id))
            .subtracting(held.map(\.step))
        if shared.isEmpty { return held }
        return try held + connection.all(
            "SELECT step, done_on, programme FROM module_step_done WHERE person = ? ORDER BY step",
            [.text(person.rawValue)]
        ) { row -> Start.Credit? in
            let step = StepID(row.text(0))
            guard shared.contains(step), let day = CivilDay(row.text(1)) else { return nil }
            return Start.Credit(step: step, on: day, programme: ProgrammeID(row.text(2)))
        }.compactMap { $0 }
    }
}

/// Fills a programme's roles from the unit tree.
struct RoleResolver {
    private let connection: any Connection

    init(_ connection: any Connection) {
        self.connection = connection
    }

    func roles(
        _ programme: Programme, participant: PersonID, unit: String?,
        chosen: [RoleID: PersonID]
    ) throws -> [RoleID: PersonID] {
        for person in chosen.values.sorted() {
            let exists = try connection.count(
                "SELECT count(*) FROM person WHERE id = ?", [.text(person.rawValue)])
            if exists == 0 { throw OperationError.noSuchPerson(person) }
        }
        let line = try unit.map { try managers(above: $0, of: participant) } ?? []
        var roles = chosen
        roles[.participant] = participant
        for role in programme.roles where roles[role.id] == nil {
            switch role.filledBy {
            case .participant: roles[role.id] = participant
            case .unitManager: roles[role.id] = line.first
            case .managersManager: roles[role.id] = line.dropFirst().first
            case .unitFunction(let function):
                roles[role.id] = try unit.flatMap { try holder(of: function, from: $0) }
            case .chosen: break
            }
        }
        return roles
    }

    /// Who leads a unit: its manager, or the nearest one above; nil where there is none.
    func leader(of unit: String) throws -> PersonID? {
        try unitsUpwards(from: unit).lazy.compactMap(\.manager).first
    }

    /// The managers from the unit upwards, each once, without the participant.
    private func managers(above unit: String, of participant: PersonID) throws -> [PersonID] {
        var line: [PersonID] = []
        for (_, manager) in try unitsUpwards(from: unit) {
            if let manager, manager != participant, !line.contains(manager) {
                line.append(manager)
            }
        }
        return line
    }

    private func holder(of function: String, from unit: String) throws -> PersonID? {
        for (id, _) in try unitsUpwards(from: unit) {
            let person = try connection.first(
                "SELECT person FROM unit_function WHERE unit = ? AND function = ?",
                [.text(id), .text(function)]
            ) { PersonID($0.text(0)) }
            if let person { return person }
        }
        return nil
    }

    private func unitsUpwards(from unit: String) throws -> [(id: String, manager: PersonID?)] {
        var line: [(id: String, manager: PersonID?)] = []
        var current: String? = unit
        // The import refuses circles; the bound keeps a wrong one harmless all the same.
        while let id = current, line.count < 32 {
            let row = try connection.first(
                "SELECT parent, manager FROM org_unit WHERE id = ?", [.text(id)]
            ) { ($0.optionalText(0), $0.optionalText(1).map { PersonID($0) }) }
            guard let (parent, manager) = row else { break }
            line.append((id, manager))
            current = parent
        }
        return line
    }
}
