public import Delivery
public import Engine
public import Wording

extension OperationError {
    /// What went wrong and what to do, in a language.
    public func sentence(in language: Language, programme: Programme?) -> String {
        let wording = Wording(language: language)
        switch self {
        case .refused(let refusal, _): return wording.refusal(refusal, in: programme)
        case .noSuchEnrolment(let id): return wording.text("no-such-enrolment", ["id": "\(id)"])
        case .noSuchPerson(let id): return wording.text("no-such-person", ["id": "\(id)"])
        case .noSuchUnit(let id): return wording.text("no-such-unit", ["id": id])
        case .noSuchProgramme(let id): return wording.text("no-such-programme", ["id": "\(id)"])
        case .noSuchMessage(let id): return wording.text("no-such-message", ["id": id])
        case .noSuchEndpoint(let id): return wording.text("no-such-endpoint", ["id": id])
        case .noSuchInput: return wording.text("no-such-input")
        case .noSuchNote: return wording.text("no-such-note")
        case .noSuchRound: return wording.text("no-such-round")
        case .alreadyEnrolled(let person, let programme):
            return wording.text(
                "already-enrolled", ["person": "\(person)", "programme": "\(programme)"])
        case .keyReused(let key): return wording.text("key-reused", ["key": key])
        case .messageNotRetryable(let id, let status):
            return wording.text("message-not-retryable", ["id": id, "status": status])
        case .invalid(_, .placement(let fault)): return wording.placementFault(fault)
        case .invalid(let field, let problem):
            return wording.text(
                "invalid-field", ["field": field, "reason": problem.sentence(wording)])
        case .competence(let refusal): return refusal.sentence(wording)
        case .damaged(let what): return wording.text("damaged", ["what": what])
        }
    }
}

extension MailTemplateProblem {
    /// What is wrong, without its place.
    public func sentence(_ wording: Wording) -> String {
        wording.text("mail-template.\(fault.code)", fault.values)
    }

    /// Where and what.
    public func line(_ wording: Wording) -> String { "\(path):\(line): \(sentence(wording))" }
}

extension MailRenderingError {
    /// Why a mail could not be written though its template is right.
    public func sentence(_ wording: Wording) -> String {
        switch self {
        case .missingValue(_, let name):
            wording.text("mail-template.missing-value", ["name": name])
        case .wrongValue(_, let name):
            wording.text("mail-template.wrong-value", ["name": name])
        }
    }
}

extension MailAddressError {
    /// Why it is no address.
    public func sentence(_ wording: Wording) -> String {
        guard case .forbiddenCharacter(let character) = self, character != " " else {
            return wording.text("mail-address.\(code)")
        }
        return wording.text("mail-address.\(code)", ["character": "\(character)"])
    }
}
