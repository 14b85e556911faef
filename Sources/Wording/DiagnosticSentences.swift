public import ProgrammeFiles

// What is wrong with a programme file or a framework file, in sentences.
extension Wording {
    /// What is wrong; single quotes hold the file's own words.
    public func programmeFault(_ fault: ProgrammeFault) -> String {
        say(fault.phrase)
    }

    /// Where, how bad and what, as editors and terminals recognise it:
    /// `file:line:column: error: message`.
    public func line(_ diagnostic: Diagnostic) -> String {
        let place = "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)"
        let severity = text("diagnostic-severity.\(diagnostic.severity.rawValue)")
        return "\(place): \(severity): \(programmeFault(diagnostic.fault))"
    }

    private func say(_ phrase: FaultPhrase) -> String {
        text("diagnostic.\(phrase.key)", phrase.values.mapValues(say))
    }

    private func say(_ value: FaultPhrase.Value) -> String {
        switch value {
        case .verbatim(let text): text
        case .phrase(let phrase): say(phrase)
        case .list(let values, let separator):
            values.map(say).joined(separator: separator)
        }
    }
}
