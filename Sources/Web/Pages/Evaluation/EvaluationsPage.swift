import Engine
import Hummingbird
import Operations
import Wording

/// The programmes that evaluate, for those who answer for them.
struct EvaluationsPage: Page {
    static let path = "/evaluations"

    let template = "evaluations"
    let programmes: [EvaluatedProgramme]

    func title(_ scope: PageScope) -> String { scope.text("evaluations.title") }

    func values(_ scope: PageScope) -> Values {
        if programmes.isEmpty { return ["none": true] }
        return [
            "programmes": programmes.map { found -> Values in
                let levels = EvaluationLevel.allCases.filter { level in
                    found.programme.evaluations.contains { step in
                        step.questions.contains { $0.evaluates == level }
                    }
                }
                return [
                    "title": found.programme.title.text(in: scope.language),
                    "url": EvaluationPage.path(found.programme.id),
                    "levels": scope.wording.list(levels.map(scope.wording.evaluationLevel))
                        .beginningUpper,
                ]
            }
        ]
    }
}

extension WebContext {
    func showEvaluations(_ context: PageRequest) throws -> Response {
        _ = try context.needReader()
        let programmes = try installation.evaluatedProgrammes().filter {
            mayEvaluate($0.programme.kind, context)
        }
        if programmes.isEmpty, !mayEvaluate(.onboarding, context) { throw PageError.notFound }
        return try page(EvaluationsPage(programmes: programmes), context)
    }

    /// As what somebody sees the results of a programme of a kind.
    private func evaluationCharges(_ kind: ProgrammeKind, _ context: PageRequest) -> [UnitCharge] {
        let mine: [UnitCharge] =
            kind == .studentPlacement
            ? [.hr, .programmeOwner, .placementCoordinator] : [.hr, .programmeOwner]
        return mine.filter(context.standing.charges.contains)
    }

    func mayEvaluate(_ kind: ProgrammeKind, _ context: PageRequest) -> Bool {
        !evaluationCharges(kind, context).isEmpty
    }

    /// The units of which the reader sees the results of a programme, upper ones first.
    func evaluationUnits(_ kind: ProgrammeKind, _ context: PageRequest) throws -> [ChargedUnit] {
        let reader = try context.needReader()
        var units: [ChargedUnit] = []
        for charge in evaluationCharges(kind, context) {
            for unit in try installation.units(of: reader.id, as: charge)
            where !units.contains(where: { $0.id == unit.id }) { units.append(unit) }
        }
        return units
    }
}

/// The pages of what people think of the programmes.
func addEvaluations(to router: Router<PageRequest>, _ web: WebContext) {
    let evaluations = router.group("/evaluations")
    evaluations.get { try web.showEvaluations($1) }
    evaluations.get("{programme}") { try web.showEvaluation($0, $1) }
    evaluations.get("{programme}/results.csv") { try web.downloadEvaluation($0, $1) }
}
