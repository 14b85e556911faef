import CivilCalendar
public import Engine
import JSONText
public import Placements
import Storage

// What a coordinator does to a round as a whole.
extension Installation {
    /// Begins a round in a unit. Its deadlines are data: the usual ones are those of the annual
    /// wheel for the study year that begins in the autumn of a year.
    ///
    /// - Throws: `OperationError.noSuchUnit` where the person does not coordinate placements there.
    public func createRound(
        _ name: String, in unit: String, deadlines: PlacementRound.Deadlines, seed: Int = 0,
        by person: PersonID, key: String? = nil
    ) async throws -> String {
        let id = random.identifier("r")
        let fingerprint = "placement round \(unit) \(name) \(person)"
        return try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                try transaction.requireCoordinator(person, of: unit)
                if name.allSatisfy(\.isWhitespace) {
                    throw OperationError.invalid(field: "name", problem: .empty)
                }
                try deadlines.checkOrder()
                try transaction.connection.run(
                    """
                    INSERT INTO placement_round (id, unit, name, status, seed, rules, need_by,
                        offer_by, adjust_by, created_at, created_by)
                    VALUES (?, ?, ?, 'collecting', ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .text(id), .text(unit), .text(name), SQLValue(seed),
                        .text(JSON.object(PlacementRules.usualForRounds).text),
                        .text(deadlines.need.description), .text(deadlines.offer.description),
                        .text(deadlines.adjust.description),
                        .integer(transaction.now.milliseconds), .text(person.rawValue),
                    ])
                return id
            }
        }
    }

    /// Writes a coordinator's tables into a round: everything, or nothing where a row is wrong. The
    /// same tables again change nothing.
    ///
    /// - Parameter dryRun: Whether only to report what it would do.
    public func importTables(
        _ tables: [PlacementTable], into round: String, by person: PersonID, dryRun: Bool
    ) async throws -> RoundImportReport {
        do {
            return try await transact { transaction in
                var importer = RoundImporter(
                    transaction, try transaction.needRound(round, for: person), by: person)
                let report = try importer.run(tables)
                // Whatever is not to stay is rolled back: the dry run does what the run does.
                if dryRun || !report.errors.isEmpty { throw TakenBack(report: report) }
                return report
            }
        } catch let takenBack as TakenBack {
            return takenBack.report
        }
    }

    private struct TakenBack: Error {
        let report: RoundImportReport
    }
}
