public import JSONText

extension PlacementFault {
    /// The fault for programs: what is wrong, and for locks what anybody needs to see that they
    /// cannot stand together.
    ///
    /// - Parameter instance: What the locks are of; nil where it could not be read.
    public func certificate(of instance: PlacementInstance?) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("format", "placement-fault/1"), JSON.Member("fault", .string(kind)),
            JSON.Member("sentence", .string(description)),
        ]
        switch self {
        case .lockNotEligible(let lock, let codes):
            members.append(JSON.Member("rules", .array(codes.map { .string($0.rawValue) })))
            members.append(JSON.Member("locks", .array([Self.json(lock, instance)])))
        case .locksCollide(let rule, let about, let locks, let limit):
            members += [
                JSON.Member("rules", .array([.string(rule.rawValue)])),
                JSON.Member("about", .string(about)), JSON.Member("limit", .integer(limit)),
                JSON.Member("locks", .array(locks.map { Self.json($0, instance) })),
                // Without any one of these locks the rest can stand.
                JSON.Member("smallest", true),
            ]
            if rule == .tooMany, let instance, let lock = locks.first {
                members.append(
                    JSON.Member(
                        "supervisors", .array(Self.supervisors(lock, instance).map(Self.json))))
            }
        case .several(let faults):
            members.append(
                JSON.Member("faults", .array(faults.map { $0.certificate(of: instance) })))
        default: break
        }
        return .object(members)
    }

    private var kind: String {
        switch self {
        case .lockNotEligible: "lock-not-eligible"
        case .locksCollide: "locks-collide"
        case .notSolved: "not-solved"
        case .otherInstance: "other-instance"
        case .several: "several"
        default: "input"
        }
    }

    private static func json(
        _ lock: PlacementInstance.Lock, _ instance: PlacementInstance?
    ) -> JSON {
        let student = instance?.students.first { $0.id == lock.student }
        return .object([
            "student": .string(lock.student), "ward": .string(lock.ward),
            "period": .string(lock.period), "school": student.map { .string($0.school) },
            "profession": student.map { .string($0.profession) },
            "year": student.map { .integer($0.year) },
        ])
    }

    /// Those who could have the students of a ward, profession and period.
    private static func supervisors(
        _ lock: PlacementInstance.Lock, _ instance: PlacementInstance
    ) -> [PlacementInstance.Supervisor] {
        let profession = instance.students.first { $0.id == lock.student }?.profession
        return instance.supervisors.filter {
            $0.ward == lock.ward && $0.profession == profession
                && $0.periods.contains(lock.period) && $0.maximumStudents > 0
        }
    }

    private static func json(_ supervisor: PlacementInstance.Supervisor) -> JSON {
        .object([
            "id": .string(supervisor.id), "trained": .bool(supervisor.isTrained),
            "years": .array(supervisor.years.map { .integer($0) }),
            "max_students": .integer(supervisor.maximumStudents),
        ])
    }
}
