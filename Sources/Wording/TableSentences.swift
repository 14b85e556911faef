public import Placements

// What is wrong with a coordinator's tables and decisions, in sentences.
extension Wording {
    /// What is wrong with a row of a table.
    public func tableProblem(_ problem: TableFault.Problem) -> String {
        func said(_ key: String, _ values: [String: String] = [:]) -> String {
            text("placement-table.\(key)", values)
        }
        switch problem {
        case .noSuchTable: return said("no-such-table")
        case .tableMissing: return said("table-missing")
        case .noSuchColumn(let name): return said("no-such-column", ["column": name])
        case .columnMissing(let name): return said("column-missing", ["column": name])
        case .empty(let column): return said("empty", ["column": column])
        case .notNumber(let column, let value, let range):
            return said(
                "not-number",
                [
                    "column": column, "text": value, "from": "\(range.lowerBound)",
                    "to": "\(range.upperBound)",
                ])
        case .notFlag(let column, let value):
            return said("not-flag", ["column": column, "text": value])
        case .notWeek(let column, let value):
            return said("not-week", ["column": column, "text": value])
        case .notOneOf(let column, let value, let allowed):
            return said(
                "not-one-of",
                ["column": column, "text": value, "allowed": allowed.joined(separator: ", ")])
        case .unknown(let column, let id, let table):
            return said("unknown", ["column": column, "id": id, "table": table])
        case .again(let id): return said("again", ["id": id])
        case .pointsToFault(let column, let id, let table):
            return said("points-to-fault", ["column": column, "id": id, "table": table])
        case .needed(let column, let other, let value):
            return said("needed", ["column": column, "other": other, "text": value])
        case .oneOfTwo: return said("one-of-two")
        case .sameRank(let student, let rank):
            return said("same-rank", ["student": student, "rank": "\(rank)"])
        case .wishedTwice(let student, let id):
            return said("wished-twice", ["student": student, "id": id])
        case .noSuchRule(let name): return said("no-such-rule", ["name": name])
        case .ruleIsFlag(let name): return said("rule-is-flag", ["name": name])
        case .ruleIsNumber(let name): return said("rule-is-number", ["name": name])
        case .belowPublished(let places, let published):
            return said(
                "below-published", ["places": "\(places)", "published": "\(published)"])
        case .whole(let fault): return placementFault(fault)
        }
    }

    /// Why an instance cannot be used; nothing has been changed then.
    public func placementFault(_ fault: PlacementFault) -> String {
        func said(_ key: String, _ values: [String: String] = [:]) -> String {
            text("placement-fault.\(key)", values)
        }
        switch fault {
        case .notJSON, .wrongFormat, .wrongType, .wrongLength: return said("unreadable")
        case .missing(let place): return said("missing", ["place": place])
        case .negative(let place, let value):
            return said("negative", ["place": place, "value": "\(value)"])
        case .outOfRange(let place, let value, let allowed):
            return said(
                "out-of-range",
                [
                    "place": place, "value": "\(value)", "from": "\(allowed.lowerBound)",
                    "to": "\(allowed.upperBound)",
                ])
        case .duplicate(let place, let id): return said("duplicate", ["place": place, "id": id])
        case .unknown(_, _, ""): return said("empty")
        case .unknown(_, let kind, let id):
            return said("unknown-\(kind.rawValue)", ["id": id])
        case .backwards(_, let from, let to): return said("backwards", ["from": from, "to": to])
        case .overlap(_, let id, let other): return said("overlap", ["id": id, "other": other])
        case .outsidePeriods(_, let from, let to):
            return said("outside-periods", ["from": from, "to": to])
        case .pairNotAllowed(_, let pair, _):
            return said("pair", ["newcomer": pair.newcomer, "mentor": pair.mentor])
        case .notSolved: return said("not-solved")
        case .lockNotEligible(let lock, let codes):
            return said(
                "lock-not-eligible",
                [
                    "student": lock.student, "ward": lock.ward, "period": lock.period,
                    "rules": codes.map(placementRule).joined(separator: "; "),
                ])
        case .locksCollide(let rule, _, let locks, let limit):
            let names = locks.map {
                said(
                    "locked-place",
                    ["student": $0.student, "ward": $0.ward, "period": $0.period])
            }
            return counted(
                "placement-fault.locks-collide", names.count,
                ["locks": list(names), "rule": placementRule(rule), "limit": "\(limit)"])
        case .otherInstance(let made, let given):
            return said("other-instance", ["made": made, "given": given])
        case .several(let faults):
            return faults.map { placementFault($0) }.joined(separator: "\n")
        }
    }
}
