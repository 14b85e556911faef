import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// All versions of a programme, the newest first.
struct VersionsPage: Page {
    let template = "versions"
    let programme: Programme
    let versions: [VersionLine]
    let time: ZonedTime
    /// Whether it is told how many follow each.
    let showsFollowing: Bool

    func title(_ scope: PageScope) -> String { scope.text("versions.title") }

    func values(_ scope: PageScope) -> Values {
        let url = "/programmes/\(programme.id)"
        var values: Values = [
            "programme": programme.title.text(in: scope.language), "url": url,
            "versions": versions.map { entry($0, url, scope) },
        ]
        if versions.count > 1 {
            values["compare-any"] = [
                "action": "\(url)/versions", "from": options(versions.dropFirst().first, scope),
                "to": options(versions.first, scope),
            ]
        }
        return values
    }

    private func name(_ version: VersionLine, _ scope: PageScope) -> String {
        scope.text("versions.version", ["number": "\(version.number)"])
    }

    private func entry(_ version: VersionLine, _ url: String, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": name(version, scope),
            "day": scope.wording.day(time.civil(version.publishedAt).day),
            "is-newest": version.number == versions.first?.number,
        ]
        if showsFollowing { values["following"] = scope.count("versions.running", version.running) }
        if version.number > 1 {
            let before = version.number - 1
            values["compare"] = [
                "url": "\(url)/versions/\(before)/\(version.number)",
                "text": scope.text("versions.against", ["number": "\(before)"]),
            ]
        }
        return values
    }

    private func options(_ chosen: VersionLine?, _ scope: PageScope) -> [Values] {
        versions.map { version in
            [
                "id": "\(version.number)", "title": name(version, scope),
                "is-chosen": version.number == chosen?.number,
            ]
        }
    }
}

/// How two versions of a programme differ, in the words of the plan.
struct DifferencePage: Page {
    let template = "difference"
    let from: CompiledVersion
    let to: CompiledVersion

    func title(_ scope: PageScope) -> String {
        scope.text(
            "versions.difference", ["from": "\(from.number)", "to": "\(to.number)"])
    }

    func values(_ scope: PageScope) -> Values {
        let difference = ProgrammeDifference(from: from.programme, to: to.programme)
        let report = DifferenceReport(difference, scope.wording)
        let url = "/programmes/\(to.programme.id)"
        return [
            "programme": to.programme.title.text(in: scope.language), "url": url,
            "all": "\(url)/versions",
            "lead": scope.count("versions.differences", report.lines.count),
            "groups": Self.groups(report),
        ]
    }

    /// The differences by stage and step.
    static func groups(_ report: DifferenceReport) -> [Values] {
        report.groups.map { group -> Values in
            [
                "title": group.title,
                "subjects": group.subjects.map { subject -> Values in
                    ["title": subject.title, "lines": subject.lines.map(\.phrase)]
                },
            ]
        }
    }
}

extension WebContext {
    func showVersions(_ request: Request, _ context: PageRequest) throws -> Response {
        let newest = try version(context)
        let id = newest.programme.id
        let parameters = request.uri.queryParameters
        if let from = parameters["from"].flatMap({ Int($0) }),
            let to = parameters["to"].flatMap({ Int($0) })
        {
            return redirect(to: "/programmes/\(id)/versions/\(from)/\(to)")
        }
        return try page(
            VersionsPage(
                programme: newest.programme, versions: try installation.versions(of: id),
                time: installation.time, showsFollowing: context.reader != nil), context)
    }

    func showDifference(_ context: PageRequest) throws -> Response {
        let id = try version(context).programme.id
        return try page(
            DifferencePage(
                from: try numbered("from", of: id, context), to: try numbered("to", of: id, context)
            ), context)
    }

    private func numbered(
        _ name: String, of id: ProgrammeID, _ context: PageRequest
    ) throws -> CompiledVersion {
        guard let number = Int(try context.identifier(name)),
            try installation.versions(of: id).contains(where: { $0.number == number })
        else { throw PageError.notFound }
        return try installation.version(of: id, number: number)
    }
}
