import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// Where HR downloads what is on record for a unit, as other systems and the import take it.
struct ExportPage: Page {
    static let path = "/admin/export"

    let template = "export"
    let units: [ChargedUnit]

    func title(_ scope: PageScope) -> String { scope.text("admin.export.title") }

    func values(_ scope: PageScope) -> Values {
        [
            "form": [
                "action": "\(Self.path)/file",
                "fields": fields(scope).map { $0.values(nil, fault: nil) },
            ] as Values
        ]
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        let kinds = ImportKind.exported.map {
            FormField.Option(
                id: $0.rawValue, name: scope.text("admin.import.kind-\($0.rawValue)"))
        }
        return [
            FormField(
                name: "kind", label: scope.text("admin.export.kind"), input: .choice(kinds),
                value: ImportKind.competences.rawValue),
            FormField(
                name: "unit", label: scope.text("admin.export.unit"),
                input: .choice(units.map(\.option)), value: units.first?.id ?? ""),
            FormField(
                name: "format", label: scope.text("admin.export.format"),
                input: .choice(
                    ["csv", "json"].map {
                        .init(id: $0, name: scope.text("admin.export.format-\($0)"))
                    }), value: "csv"),
        ]
    }
}

extension ChargedUnit {
    /// The unit in a list of units, moved in as far as it lies below.
    var option: FormField.Option {
        FormField.Option(id: id, name: String(repeating: "– ", count: depth) + name)
    }
}

extension WebContext {
    func showExport(_ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        return try page(
            ExportPage(units: try installation.units(of: reader.id, as: .hr)), context)
    }

    /// The table itself, of one of the reader's units.
    func downloadExport(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        let asked = request.uri.queryParameters
        guard let kind = asked["kind"].flatMap({ ImportKind(rawValue: String($0)) }),
            ImportKind.exported.contains(kind), let unit = asked["unit"].map(String.init),
            let format = asked["format"], ["csv", "json"].contains(format),
            try installation.units(of: reader.id, as: .hr).contains(where: { $0.id == unit })
        else { throw PageError.notFound }
        let table = try installation.exported(kind, below: unit)
        let file = "\(kind.rawValue)-\(installation.nowCivil.day)"
        if format == "csv" { return spreadsheet([table.header] + table.rows, file: file) }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json",
                .contentDisposition: "attachment; filename=\"\(file).json\"",
            ], body: .init(byteBuffer: ByteBuffer(string: table.json)))
    }
}
