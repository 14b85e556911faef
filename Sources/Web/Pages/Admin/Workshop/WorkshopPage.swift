import Cryptography
import Engine
import Operations
import ProgrammeFiles
import Wording

/// Where a programme's owner pastes or uploads a file, sees what is wrong with it, what it would
/// be, and what it would bring about. Nothing is kept until it is published.
struct WorkshopPage: Page {
    static let path = "/admin/workshop"
    static let mostDiagnostics = 200

    let template = "workshop"
    /// What stands in the field.
    var text = ""
    /// Why there is nothing to check.
    var refusal: String?
    var check: WorkshopCheck?
    /// The newest version that is published, and the version that is these very contents.
    var newest: CompiledVersion?
    var same: Int?
    var kept: Form?
    var fault: FieldFault?
    var simulation: Simulation?
    /// Whether it is to be published, and only needs to be confirmed.
    var asksToPublish = false
    var note: String?

    func title(_ scope: PageScope) -> String { scope.text("admin.workshop.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form(Self.path, key: "workshop")
        form["text"] = text
        var values: Values = [:]
        if let refusal { values["refusal"] = refusal }
        if let note { values["note"] = note }
        if let check {
            values["checked"] = checked(check, scope)
            if !check.diagnostics.isEmpty {
                let listing = SourceListing(check.source.bytes)
                if (1...SourceListing.mostLines).contains(listing.lines.count) {
                    values["listing"] = self.listing(check, listing)
                }
            }
            if let programme = check.programme, !check.isTooLarge {
                let request = SimulationRequest(programme: programme, scope: scope)
                form["try"] = [
                    "fields": request.fields.map { field in
                        field.values(
                            kept, fault: fault?.field == field.name ? fault?.sentence : nil,
                            form: "try")
                    }
                ]
                if same == nil { form["may-publish"] = true }
            }
        }
        if fault != nil { values["faulty"] = true }
        values["form"] = form
        if let simulation, let programme = check?.programme {
            values["simulation"] = SimulationTables(
                simulation: simulation, programme: programme, scope: scope
            ).values
        }
        return values
    }

    // MARK: - What was found

    private func checked(_ check: WorkshopCheck, _ scope: PageScope) -> Values {
        let errors = check.diagnostics.count { $0.severity == .error }
        var values: Values = [
            "verdict": scope.text(
                check.programme == nil
                    ? "admin.workshop.wrong"
                    : check.diagnostics.isEmpty
                        ? "admin.workshop.right" : "admin.workshop.right-with-warnings"),
            "is-right": check.programme != nil,
        ]
        if !check.diagnostics.isEmpty {
            let listing = SourceListing(check.source.bytes)
            var counts: [String] = []
            if errors > 0 { counts.append(scope.count("admin.workshop.errors", errors)) }
            let warnings = check.diagnostics.count - errors
            if warnings > 0 { counts.append(scope.count("admin.workshop.warnings", warnings)) }
            var list: Values = [
                "counts": scope.wording.list(counts).beginningUpper,
                "list": check.diagnostics.prefix(Self.mostDiagnostics).map {
                    diagnostic($0, check, listing, scope)
                },
            ]
            let hidden = check.diagnostics.count - Self.mostDiagnostics
            if hidden > 0 { list["more"] = scope.count("admin.workshop.more-faults", hidden) }
            values["diagnostics"] = list
        }
        if let programme = check.programme, !check.isTooLarge {
            values["programme"] = found(programme, check, scope)
        }
        if check.isTooLarge {
            values["too-large"] = scope.text(
                "admin.workshop.too-large", ["count": "\(WorkshopCheck.mostSteps)"])
        }
        return values
    }

    private func diagnostic(
        _ diagnostic: Diagnostic, _ check: WorkshopCheck, _ listing: SourceListing,
        _ scope: PageScope
    ) -> Values {
        let isOwn = diagnostic.file == check.source.name
        let place = ["line": "\(diagnostic.line)", "column": "\(diagnostic.column)"]
        var values: Values = [
            "place": isOwn
                ? scope.text("admin.workshop.place", place)
                : scope.text(
                    "admin.workshop.place-in", place.merging(["file": diagnostic.file]) { $1 }),
            "message": scope.wording.programmeFault(diagnostic.fault).beginningUpper,
            "look": diagnostic.severity == .error ? "overdue" : "open",
            "sign": diagnostic.severity == .error ? "×" : "!",
            "severity": scope.text("admin.workshop.severity-\(diagnostic.severity.rawValue)"),
        ]
        if isOwn {
            if listing.lines.indices.contains(diagnostic.line - 1),
                listing.lines.count <= SourceListing.mostLines
            {
                values["url"] = "#line-\(diagnostic.line)"
            }
            if let excerpt = listing.excerpt(line: diagnostic.line, column: diagnostic.column) {
                values["excerpt"] = excerpt
            }
        }
        return values
    }

    private func listing(_ check: WorkshopCheck, _ listing: SourceListing) -> Values {
        let faulty = Set(
            check.diagnostics.filter { $0.file == check.source.name }.map(\.line))
        return [
            "file": check.source.name,
            "lines": listing.lines.enumerated().map { index, text -> Values in
                var line: Values = ["number": "\(index + 1)", "text": text.isEmpty ? " " : text]
                if faulty.contains(index + 1) { line["is-faulty"] = true }
                return line
            }
        ]
    }

    // MARK: - The programme

    private func found(
        _ programme: Programme, _ check: WorkshopCheck, _ scope: PageScope
    ) -> Values {
        let title = programme.title.text(in: scope.language)
        var values: Values = [
            "title": title.isEmpty ? programme.id.rawValue : title,
            "steps": scope.count("admin.workshop.steps", programme.steps.count),
            "picture": diagramSVG(programme, scope.language).dataAddress,
        ]
        if let newest {
            let difference = ProgrammeDifference(from: newest.programme, to: programme)
            let report = DifferenceReport(difference, scope.wording)
            var values2: Values = [
                "lead": same.map {
                    scope.text("admin.workshop.same", ["number": "\($0)"])
                }
                    ?? (report.lines.isEmpty
                        ? scope.text(
                            "admin.workshop.no-difference", ["number": "\(newest.number)"])
                        : scope.text(
                            "admin.workshop.difference", ["number": "\(newest.number)"])),
                "groups": DifferencePage.groups(report),
            ]
            if same != nil { values2["groups"] = nil }
            values["difference"] = values2
        } else {
            values["is-first"] = true
        }
        if asksToPublish, same == nil, let hash = check.compiled?.contentHash {
            var form = scope.form("\(Self.path)/publish", key: "publish")
            form["text"] = text
            form["hash"] = hash
            form["newest"] = "\(newest?.number ?? 0)"
            form["question"] = scope.text(
                "admin.workshop.publish-text", ["number": "\((newest?.number ?? 0) + 1)"])
            values["publish"] = form
        }
        return values
    }
}

extension String {
    /// A picture as an address that stands for its contents: nothing is kept to be asked for.
    var dataAddress: String {
        "data:image/svg+xml;base64," + Base64.encode(Array(utf8))
    }
}
