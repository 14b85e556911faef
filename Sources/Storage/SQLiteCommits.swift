extension SQLiteConnection: CommittingConnection {
    var largestBatch: Int { 256 }

    /// Runs the jobs and commits them together.
    ///
    /// At first without savepoints, which cost more than most jobs: one that fails has nearly
    /// always written nothing. Where it has, everything is rolled back and run again with them; a
    /// job depends on nothing but the database and its arguments.
    func commit(_ jobs: [Job], in turn: Turn, more: (Int) -> [Job]) {
        var batch = jobs
        do {
            if try commit(&batch, usingSavepoints: false, more) { return }
            _ = try commit(&batch, usingSavepoints: true, more)
        } catch {
            if isInTransaction { _ = try? run("ROLLBACK", []) }
            for job in batch { job.answer(.failure(error)) }
        }
    }

    /// - Parameter batch: the jobs; those that come while they run are added.
    /// - Returns: false where a job that failed had written something; nobody has been answered.
    private func commit(
        _ batch: inout [Job], usingSavepoints: Bool, _ more: (Int) -> [Job]
    ) throws(StorageError) -> Bool {
        var outcomes: [Result<Void, any Error>] = []
        try run("BEGIN IMMEDIATE", [])
        while outcomes.count < batch.count {
            if usingSavepoints { try run("SAVEPOINT job", []) }
            let written = totalChanges
            do {
                try batch[outcomes.count].work(self)
                guard isInTransaction else { throw StorageError.full }
                outcomes.append(.success(()))
            } catch {
                // A full or failing disk can end the whole transaction: what the others would
                // write now would be on disk at once, and by itself.
                guard isInTransaction else { throw error as? StorageError ?? .closed }
                if usingSavepoints {
                    try run("ROLLBACK TO job", [])
                } else if totalChanges != written {
                    try run("ROLLBACK", [])
                    return false
                }
                outcomes.append(.failure(error))
            }
            if usingSavepoints { try run("RELEASE job", []) }
            if outcomes.count == batch.count {
                batch += more(largestBatch - batch.count)
            }
        }
        try run("COMMIT", [])
        for (job, outcome) in zip(batch, outcomes) { job.answer(outcome) }
        return true
    }
}
