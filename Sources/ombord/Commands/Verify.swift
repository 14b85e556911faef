import ArgumentParser
import Operations

/// `ombord verify`.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Checks that no history and no competence record was changed, and that every state "
            + "follows from its events.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        let composition = try await installation.compose()
        let verification = try composition.installation.verify { done in
            complain("\(done) enrolments")
        }
        for fault in verification.faults {
            let event = fault.event.map { " event \($0)" } ?? ""
            print("\(fault.enrolment)\(event): \(fault.message)")
        }
        print(
            "\(verification.enrolments) enrolments, \(verification.events) events, "
                + "\(verification.faults.count) faults")
        let records = try composition.installation.verifyRecords()
        for fault in records.faults {
            let entry = fault.entry.map { " entry \($0)" } ?? ""
            let whose = fault.person.map { " of \($0)" } ?? ""
            print("competence\(whose)\(entry): \(fault.message)")
        }
        print(
            "\(records.people) records, \(records.entries) entries, "
                + "\(records.faults.count) faults")
        if !verification.faults.isEmpty || !records.faults.isEmpty { throw ExitCode(1) }
    }
}

/// `ombord backup`.
