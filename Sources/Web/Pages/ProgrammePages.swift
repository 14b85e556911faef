import Engine
import Hummingbird
import Operations
import ProgrammeFiles
import Wording

/// The programmes that there are, for anybody who wonders what awaits them.
struct ProgrammesPage: Page {
    let template = "programmes"
    let versions: [CompiledVersion]

    func title(_ scope: PageScope) -> String { scope.text("programmes.title") }

    func values(_ scope: PageScope) -> Values {
        let programmes = versions.map { version -> Values in
            [
                "title": version.programme.title.text(in: scope.language),
                "summary": version.programme.summary.text(in: scope.language),
                "url": "/programmes/\(version.programme.id)",
            ]
        }
        return programmes.isEmpty ? ["none": true] : ["programmes": programmes]
    }
}

/// One programme: where it comes from, and its steps.
struct ProgrammePage: Page {
    let template = "programme"
    let version: CompiledVersion

    private var programme: Programme { version.programme }

    func title(_ scope: PageScope) -> String { programme.title.text(in: scope.language) }

    func values(_ scope: PageScope) -> Values {
        [
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
            "picture": "/programmes/\(programme.id)/diagram.svg",
            "version": scope.text("enrolment.version", ["number": "\(version.number)"]),
        ]
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
        try page(ProgrammesPage(versions: try installation.programmes()), context)
    }

    func showProgramme(_ context: PageRequest) throws -> Response {
        try page(ProgrammePage(version: try version(context)), context)
    }

    func showDiagram(_ context: PageRequest) throws -> Response {
        picture(diagramSVG(try version(context).programme, context.language))
    }

    private func version(_ context: PageRequest) throws -> CompiledVersion {
        let id = ProgrammeID(try context.identifier("programme"))
        guard let version = try installation.programme(id) else { throw PageError.notFound }
        return version
    }
}
