/// A unit of work that waits to be written.
struct Job: Sendable {
    let turn: Turn
    /// Runs inside the open transaction.
    let work: @Sendable (any Connection) throws -> Void
    /// Answers the caller, once the commit is on disk or the work has failed.
    let answer: @Sendable (Result<Void, any Error>) -> Void
}

/// What waits before a connection that writes.
struct WriteQueue {
    var jobs: [Job] = []
    var isScheduled = false

    mutating func take(_ room: Int) -> [Job] {
        let taken = Array(jobs.prefix(room))
        jobs.removeFirst(taken.count)
        return taken
    }

    /// Those at the head that want the turn, so that the order stays.
    mutating func take(_ room: Int, in turn: Turn) -> [Job] {
        take(jobs.prefix(room).prefix { $0.turn == turn }.count)
    }
}
