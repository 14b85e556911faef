import Engine
import Hummingbird
import Operations
import ProgrammeFiles
import Wording

/// The programmes that there are, for anybody who wonders what awaits them.
struct ProgrammesPage: Page {
    let template = "programmes"
    let versions: [CompiledVersion]
    /// How many follow each, for those who administer them.
    var following: [ProgrammeID: Int]?
    /// Whether the reader may move people to another version, and write programmes.
    var mayMigrate = false
    var mayWrite = false

    func title(_ scope: PageScope) -> String { scope.text("programmes.title") }

    func values(_ scope: PageScope) -> Values {
        let programmes = versions.map { entry($0, scope) }
        var values: Values = programmes.isEmpty ? ["none": true] : ["programmes": programmes]
        if mayWrite { values["workshop"] = WorkshopPage.path }
        return values
    }

    private func entry(_ version: CompiledVersion, _ scope: PageScope) -> Values {
        let url = "/programmes/\(version.programme.id)"
        let title = version.programme.title.text(in: scope.language)
        var values: Values = [
            "title": title, "summary": version.programme.summary.text(in: scope.language),
            "url": url,
        ]
        guard let following else { return values }
        let number = scope.text("versions.version", ["number": "\(version.number)"])
        let people = scope.count(
            "versions.in-programme", following[version.programme.id] ?? 0)
        var links: [(String, String)] = [
            ("versions.all", "\(url)/versions"), ("programmes.picture", "\(url)/diagram.svg"),
        ]
        if mayMigrate { links.append(("migration.title", "\(url)/migration")) }
        values["administered"] = [
            "facts": "\(number) · \(people)",
            "links": links.map { key, url -> Values in
                let text = scope.text(key)
                return ["url": url, "text": text, "label": "\(text): \(title)"]
            },
        ] as Values
        return values
    }
}

/// One programme: where it comes from, and its steps.
struct ProgrammePage: Page {
    let template = "programme"
    let version: CompiledVersion
    /// Whether the reader may move people to another version.
    var mayMigrate = false
    /// Whether the reader sees what people think of it.
    var mayEvaluate = false
    /// What many plans change alike, for HR.
    var suggestions: [Suggestion] = []

    private var programme: Programme { version.programme }

    func title(_ scope: PageScope) -> String { programme.title.text(in: scope.language) }

    func values(_ scope: PageScope) -> Values {
        let url = "/programmes/\(programme.id)"
        var values: Values = [
            "summary": programme.summary.text(in: scope.language),
            "sources": programme.sources.map { source -> Values in
                var values: Values = ["title": source.title]
                if let link = source.link, link.isWebAddress { values["link"] = link }
                return values
            },
            "stages": programme.stages.map { stage -> Values in
                [
                    "id": stage.id, "title": stage.title.text(in: scope.language),
                    "steps": programme.steps.filter { $0.stage == stage.id }.map {
                        step($0, scope)
                    },
                ]
            },
            "picture": "\(url)/diagram.svg", "versions": "\(url)/versions",
            "version": scope.text("enrolment.version", ["number": "\(version.number)"]),
        ]
        if let mix = MixPart(mix: LearningMix(programme)).values(scope) { values["mix"] = mix }
        if mayEvaluate, !programme.evaluations.isEmpty {
            values["evaluation"] = EvaluationPage.path(programme.id)
        }
        if mayMigrate { values["migration"] = "\(url)/migration" }
        if !suggestions.isEmpty {
            values["suggestions"] = ["lines": suggestions.map { sentence($0, scope) }]
        }
        return values
    }

    /// "3 of 12 plans leave «…» out."
    private func sentence(_ suggestion: Suggestion, _ scope: PageScope) -> String {
        let title =
            suggestion.step.flatMap(programme.step).map(scope.wording.title)
            ?? suggestion.title.text(in: scope.language)
        return scope.text(
            "suggestion.\(suggestion.change)",
            [
                "count": "\(suggestion.count)", "all": "\(suggestion.outOf)", "step": title,
            ])
    }

    private func step(_ step: Step, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": scope.wording.title(step), "kind": scope.wording.stepKind(step.kind),
            "actors": scope.wording.roles(step.actors.roles, in: programme),
        ]
        if step.kind == .message { values["actors"] = nil }
        if step.condition != .always {
            values["condition"] = scope.wording.why(
                .doesNotApply(step.condition), in: programme)
        }
        return values
    }
}

extension String {
    /// Whether it may stand in a link on a page.
    var isWebAddress: Bool {
        (hasPrefix("https://") || hasPrefix("http://")) && !contains(where: \.isWhitespace)
    }
}

extension WebContext {
    func showProgrammes(_ context: PageRequest) throws -> Response {
        var shown = ProgrammesPage(versions: try installation.programmes())
        if context.standing.administers {
            shown.following = try installation.peopleInProgrammes()
            shown.mayMigrate = context.standing.charges.contains(.hr)
            shown.mayWrite = context.standing.charges.contains(.programmeOwner)
        }
        return try page(shown, context)
    }

    func showProgramme(_ context: PageRequest) throws -> Response {
        var shown = ProgrammePage(version: try version(context))
        shown.mayEvaluate = mayEvaluate(shown.version.programme.kind, context)
        if let reader = context.reader, try !installation.unitsAsHR(reader.id).isEmpty {
            shown.mayMigrate = true
            shown.suggestions = try installation.suggestions(
                programme: shown.version.programme.id)
        }
        return try page(shown, context)
    }

    func showDiagram(_ context: PageRequest) throws -> Response {
        picture(diagramSVG(try version(context).programme, context.language))
    }

    func version(_ context: PageRequest) throws -> CompiledVersion {
        let id = ProgrammeID(try context.identifier("programme"))
        guard let version = try installation.programme(id) else { throw PageError.notFound }
        return version
    }
}
