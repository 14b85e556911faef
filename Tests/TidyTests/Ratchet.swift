/// What the style forbids and one file may still do, each with its reason.
///
/// The lists may shrink freely. An entry that no longer excuses anything is itself a finding.
enum Ratchet {
    /// Files with an `@unchecked Sendable`: the path, and why the compiler cannot see what holds.
    static let uncheckedSendable: [String: String] = [
        "Sources/Storage/QueuedWriter.swift":
            "a connection on its way between threads: only one of them has it at a time"
    ]

    /// Swift files with Norwegian letters in a string: the path, and why a language file won't do.
    static let norwegianLiterals: [String: String] = [
        "Sources/Operations/Demonstration/DemonstrationNames.swift":
            "names of invented people and places, which are data of the demonstration",
        "Sources/Operations/Demonstration/DemonstrationTables.swift":
            "names of invented people and places, which are data of the demonstration",
    ]
}
