public import JSONText
import Placements

// What is handed to the allocator: one document, made of the stored round and of nothing else, so
// that the same round gives the same bytes. It holds ids and nobody's name.
extension RoundContents {
    /// What can still be decided of the round, as an instance (`placement-instance/1`).
    public var instanceDocument: JSON { ahead.wholeDocument }

    /// All of the round as an instance, also what is over.
    var wholeDocument: JSON {
        let limits = limitMembers
        let document = JSON.object([
            "format": "placement-instance/1", "name": .string(round.id),
            "seed": .integer(round.seed), "rules": round.rules,
            "periods": .array(periods.map(\.json)),
            "institutions": .array(
                institutions.map {
                    .object([
                        "id": .string($0.id), "name": .string($0.name),
                        "max_per_period": .object(limits["institution \($0.id)"] ?? []),
                    ])
                }),
            "wards": .array(
                wards.map {
                    .object([
                        "id": .string($0.id), "institution": .string($0.institution),
                        "field": .string($0.field), "needs_car": .bool($0.needsCar),
                        "features": .array($0.features.map { .string($0) }),
                        "max_per_period": .object(limits["ward \($0.id)"] ?? []),
                    ])
                }),
            "cells": .array(offers.map(\.json)),
            "supervisors": .array(supervisorRows),
            "agreements": .array(agreementRows),
            "travel": travel,
            "students": .array(studentRows),
            "locks": .array(
                placedLocks.map {
                    .object([
                        "student": .string($0.student), "ward": .string($0.ward),
                        "period": .string($0.period),
                    ])
                }),
            "bans": .array(
                bans.filter { present.contains($0.student) }.map {
                    .object(["student": .string($0.student), "ward": .string($0.ward)])
                }),
        ])
        return document
    }

    /// The round as a supply (`placement-capacity/1`).
    public var supplyDocument: JSON {
        let limits = limitMembers
        let tospann = Set(wards.filter { $0.model == .tospann }.map(\.id))
        let rows: [JSON] = supervisors.map { each in
            JSON.object([
                "id": .string(each.id), "ward": .string(each.ward),
                "profession": .string(each.profession), "qualified": .bool(each.isQualified),
                "trained": .bool(each.isTrained),
                "years": .array(each.years.map { .integer($0) }),
                "percentage": .integer(each.percentage),
                "pair": .bool(each.takesPair || tospann.contains(each.ward)),
                "available": .array(
                    periods.filter { each.periods.isEmpty || each.periods.contains($0.id) }
                        .map(\.weeks)),
                "max_weeks": each.maximumWeeks.map { .integer($0) },
                "max_students": each.maximumStudents.map { .integer($0) },
            ])
        }
        return .object([
            "format": "placement-capacity/1", "name": .string(round.id), "rules": round.rules,
            "periods": .array(periods.map(\.json)),
            "wards": .array(
                wards.map { ward in
                    .object([
                        "id": .string(ward.id),
                        "max_per_period": .object(limits["ward \(ward.id)"] ?? []),
                        "students_per_supervisor": ward.model == .dense
                            ? ward.studentsPerSupervisor.map { .integer($0) } : nil,
                        "third_years_co_supervise": .bool(ward.thirdYearsCoSupervise),
                    ])
                }),
            "supervisors": .array(rows),
            "absences": .array(
                absences.map {
                    .object([
                        "supervisor": .string($0.supervisor), "from": .string($0.firstWeek),
                        "to": .string($0.lastWeek),
                    ])
                }),
            "offers": .array(offers.map(\.json)),
        ])
    }

    // MARK: - Parts

    /// The students who have not withdrawn.
    private var present: Set<String> {
        Set(students.filter { $0.withdrawnAt == nil }.map(\.id))
    }

    private var placedLocks: [RoundLock] { locks.filter { present.contains($0.student) } }

    private var limitMembers: [String: [JSON.Member]] {
        var members: [String: [JSON.Member]] = [:]
        for limit in limits {
            members["\(limit.kind.rawValue) \(limit.place)", default: []].append(
                JSON.Member(limit.period, .integer(limit.most)))
        }
        return members
    }

    /// Quotas, as the schools were given their parts where a division was kept.
    private var agreementRows: [JSON] {
        let rows: [JSON] = agreements.map {
            .object([
                "school": .string($0.school), "institution": .string($0.institution),
                "profession": .string($0.profession),
                "max_per_period": .integer($0.maximumPerPeriod),
                "max_total": $0.maximumTotal.map { .integer($0) } ?? .null,
                "tier": .integer($0.tier),
            ])
        }
        guard let split else { return rows }
        var byPeriod: [String: [String: Int]] = [:]
        for each in split["allotments"]?.array ?? [] {
            let key = ["school", "institution", "profession"].map { each[$0]?.string ?? "" }
                .joined(separator: " ")
            byPeriod[key, default: [:]][each["period"]?.string ?? "", default: 0] +=
                each["count"]?.integer ?? 0
        }
        return zip(agreements, rows).map { agreement, row in
            let key = "\(agreement.school) \(agreement.institution) \(agreement.profession)"
            let counts = byPeriod[key] ?? [:]
            return .object(
                row.members.map { member in
                    switch member.name {
                    case "max_per_period":
                        JSON.Member(member.name, .integer(counts.values.max() ?? 0))
                    case "max_total":
                        JSON.Member(member.name, .integer(counts.values.reduce(0, +)))
                    default: member
                    }
                })
        }
    }

    /// Journeys from every home area; where the round knows none at all, none is counted.
    private var travel: JSON {
        let unknown = journeys.isEmpty ? 0 : 999
        var column: [String: Int] = [:]
        for (index, each) in institutions.enumerated() { column[each.id] = index }
        let none = [Int](repeating: unknown, count: institutions.count)
        var transit: [String: [Int]] = [:]
        var car: [String: [Int]] = [:]
        for student in students where transit[student.zone] == nil {
            transit[student.zone] = none
            car[student.zone] = none
        }
        for journey in journeys {
            guard let index = column[journey.institution] else { continue }
            transit[journey.zone, default: none][index] = journey.transit
            car[journey.zone, default: none][index] = journey.car ?? journey.transit
        }
        func table(_ rows: [String: [Int]]) -> JSON {
            .object(
                rows.sorted { $0.key < $1.key }.map {
                    JSON.Member($0.key, .array($0.value.map { .integer($0) }))
                })
        }
        return .object([
            "institutions": .array(institutions.map { .string($0.id) }),
            "transit": table(transit), "car": table(car),
        ])
    }

    private var studentRows: [JSON] {
        var wishesOf: [String: [JSON]] = [:]
        for wish in wishes {
            wishesOf[wish.student, default: []].append(
                .object([
                    "ward": wish.ward.map { .string($0) },
                    "institution": wish.institution.map { .string($0) },
                ]))
        }
        var blocked: [String: [JSON]] = [:]
        for relation in relations {
            blocked[relation.student, default: []].append(.string(relation.institution))
        }
        func texts(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }
        return students.filter { $0.withdrawnAt == nil }.map { student in
            .object([
                "id": .string(student.id), "school": .string(student.school),
                "profession": .string(student.profession), "year": .integer(student.year),
                "periods": texts(student.periods), "zone": .string(student.zone),
                "car": .bool(student.hasCar), "needs": texts(student.needs),
                "priority": .bool(student.hasPriority), "fields": texts(student.fields),
                "preferences": .array(wishesOf[student.id] ?? []),
                "previous": texts(student.previous),
                "blocked_institutions": .array(blocked[student.id] ?? []),
                "lottery": .integer(student.lottery),
            ])
        }
    }
}

extension RoundPeriod {
    fileprivate var json: JSON {
        .object(["id": .string(id), "from": .string(firstWeek), "to": .string(lastWeek)])
    }

    fileprivate var weeks: JSON {
        .object(["from": .string(firstWeek), "to": .string(lastWeek)])
    }
}

extension RoundOffer {
    fileprivate var json: JSON {
        .object([
            "ward": .string(ward), "profession": .string(profession), "year": .integer(year),
            "period": .string(period), "capacity": .integer(places),
        ])
    }
}
