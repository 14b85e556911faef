import CivilCalendar
import Competence
import Engine
import Storage

// What was reviewed and recognised as prior learning is not learnt again: steps that would record
// nothing else are done already, in programmes under way and in those that begin.
extension Transaction {
    /// The name under which a step's history says where it was done.
    static let priorLearning: ProgrammeID = "prior-learning"

    /// The steps of a programme whose competences a person's recognised prior learning holds, with
    /// the day since when.
    func stepsHeld(by person: PersonID, in programme: Programme) throws -> [Start.Credit] {
        let recorded = programme.steps.filter { !$0.records.isEmpty }
        if recorded.isEmpty { return [] }
        let all = try entries(of: person)
        guard all.contains(where: { $0.kind == .priorLearning }) else { return [] }
        let shelf = try frameworkShelf()
        // A programme that renews something is there because it is held.
        let renews = shelf.versions.flatMap(\.framework.competences).contains {
            $0.renewal?.programme == programme.id
        }
        if renews { return [] }
        let counting = CompetenceRecord(all, asOf: civilNow.day).entries.filter {
            $0.kind == .priorLearning
        }
        return recorded.compactMap { step in
            var since: CivilDay?
            for effect in step.records {
                let competence = CompetenceID(effect.competence)
                let ladder = shelf.ladder(of: competence)
                let needed = effect.level.flatMap { ladder?.rank(of: LevelID($0)) } ?? -1
                let held = counting.filter {
                    $0.competence == competence
                        && ($0.level.flatMap { ladder?.rank(of: $0) } ?? -1) >= needed
                }.map(\.achievedOn).max()
                guard let held else { return nil }
                since = max(since ?? held, held)
            }
            return since.map {
                Start.Credit(step: step.id, on: $0, programme: Self.priorLearning)
            }
        }
    }

    /// Counts what is held in the person's programmes that are under way.
    func creditHeld(_ person: PersonID) throws {
        let running = try connection.all(
            """
            SELECT id, version FROM enrolment
            WHERE participant = ? AND status IN ('running', 'paused') ORDER BY id
            """, [.text(person.rawValue)]
        ) { (EnrolmentID($0.text(0)), $0.text(1)) }
        for (id, hash) in running {
            for credit in try stepsHeld(by: person, in: try version(hash).programme) {
                let isOpen = try connection.count(
                    """
                    SELECT count(*) FROM step WHERE enrolment = ? AND step = ?
                        AND status IN ('planned', 'open', 'waiting')
                    """, [.text(id.rawValue), .text(credit.step.rawValue)])
                if isOpen == 0 { continue }
                try perform(
                    .credit(credit.step, on: credit.on, programme: credit.programme), on: id,
                    by: .clock)
            }
        }
    }
}
