public import JSONText

extension CapacityReport {
    /// The report as JSON, of one period or of all.
    public func json(period: String? = nil) -> JSON {
        .object([
            "format": "placement-capacity-report/1", "name": .string(name),
            "proven": .bool(isProven),
            "wards": .array(wards.map(\.json)),
            "cells": .array(
                cells.filter { period == nil || $0.period == period }.map(\.json)),
            "loads": .array(loads.map(\.json)),
        ])
    }
}

extension CapacityReport.Ward {
    fileprivate var json: JSON {
        .object([
            "ward": .string(ward), "computed": .integer(computed), "offered": .integer(offered),
            "supported": .integer(supported),
        ])
    }
}

extension CapacityReport.Cell {
    fileprivate var json: JSON {
        .object([
            "ward": .string(ward), "profession": .string(profession), "year": .integer(year),
            "period": .string(period), "computed": .integer(computed), "alone": .integer(alone),
            "offered": offered.map { .integer($0) } ?? .null,
            "parts": .object([
                "one": .integer(parts.one), "pairs": .integer(parts.pairs),
                "co_supervised": .integer(parts.coSupervised), "dense": .integer(parts.dense),
                "dense_supervisors": .integer(parts.denseSupervisors),
            ]),
            "missing": .object(
                missing.map { JSON.Member($0.reason.rawValue, .integer($0.supervisors)) }),
        ])
    }
}

extension CapacityReport.Load {
    fileprivate var json: JSON {
        .object([
            "supervisor": .string(supervisor), "ward": .string(ward), "weeks": .integer(weeks),
            "students": .integer(students),
            "max_weeks": maximumWeeks.map { .integer($0) } ?? .null,
            "max_students": maximumStudents.map { .integer($0) } ?? .null,
            "periods": .array(periods.map { .string($0) }),
        ])
    }
}

extension AbsenceImpact {
    /// What is endangered as JSON.
    public var json: JSON {
        .object([
            "format": "placement-absence/1", "supervisor": .string(supervisor),
            "ward": .string(ward), "periods": .array(periods.map { .string($0) }),
            "places_before": .integer(placesBefore), "places_after": .integer(placesAfter),
            "losses": .array(
                losses.map {
                    .object([
                        "profession": .string($0.profession), "year": .integer($0.year),
                        "period": .string($0.period), "before": .integer($0.before),
                        "after": .integer($0.after),
                    ])
                }),
            "students": .array(
                students.map {
                    .object([
                        "student": .string($0.student), "period": .string($0.period),
                        "cover": $0.cover.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }
}
