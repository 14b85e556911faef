public import Engine

/// Why an operation was not carried out. Nothing has then changed.
public enum OperationError: Error, Hashable, Sendable {
    case refused(Refusal, programme: ProgrammeID?)
    case noSuchEnrolment(EnrolmentID)
    case noSuchPerson(PersonID)
    case noSuchUnit(String)
    case noSuchProgramme(ProgrammeID)
    case noSuchMessage(String)
    case noSuchEndpoint(String)
    /// There is no such input, or it is not for them; which, is not told.
    case noSuchInput(String)
    /// There is no such note, or it is somebody else's; which, is not told.
    case noSuchNote(String)
    /// There is no such placement round, or it is another unit's; which, is not told.
    case noSuchRound(String)
    case alreadyEnrolled(PersonID, ProgrammeID)
    /// The idempotency key was used before for something else.
    case keyReused(String)
    case messageNotRetryable(String, status: String)
    case invalid(field: String, problem: FieldProblem)
    case competence(CompetenceRefusal)
    /// A stored document cannot be read; `verify` tells more.
    case damaged(String)
}
