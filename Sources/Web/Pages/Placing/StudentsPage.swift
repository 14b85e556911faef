import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Wording

/// The students of a round, with where they are locked and where they are placed.
struct StudentsPage: Page {
    static let studentsOnOnePage = 50

    let template = "students"
    let round: PlacementRound
    let rows: [StudentLine]
    let count: Int
    let names: RoundNames
    /// Where those of the page are placed, and by what.
    let shown: ShownPlaces
    var places: [String: PlacementAllocation.Assignment] = [:]
    var text: String?
    var onlyLocked = false
    var page = 0

    func title(_ scope: PageScope) -> String { scope.text("placing.students.title") }

    func values(_ scope: PageScope) -> Values {
        var query: [String] = []
        if let text { query.append("q=\(text.percentEncoded)") }
        if onlyLocked { query.append("locked=1") }
        if !shown.query.isEmpty { query.append(shown.query) }
        let address = "\(round.path)/students"
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "lead": scope.count("placing.students.count", count),
            "shown": shown.values(scope),
        ]
        var search: Values = ["action": address, "q": text ?? "", "locked": onlyLocked]
        if let select = shown.select(scope) { search["choose"] = select }
        values["search"] = search
        if rows.isEmpty {
            values["none"] = true
        } else {
            values["table"] = ["grid": grid(scope).values] as Values
        }
        if let pager = Pager(
            page: page, count: count, pageSize: Self.studentsOnOnePage,
            address: address + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func grid(_ scope: PageScope) -> Grid {
        var heads = ["name", "school", "year", "periods", "decided"].map {
            scope.text("placing.students.head-\($0)")
        }
        if shown.result != nil { heads.append(shown.name(scope)) }
        return Grid(
            caption: scope.text("placing.students.caption"), heads: heads,
            rows: rows.map { line in
                let student = line.student
                var cells = [
                    line.schoolName,
                    scope.text(
                        "ask.row",
                        [
                            "profession": scope.placementProfession(student.profession)
                                .beginningUpper,
                            "year": "\(student.year)",
                        ]), student.periods.joined(separator: ", "), decided(line, scope),
                ]
                if shown.result != nil {
                    cells.append(
                        places[student.id].map { "\(names.ward($0.ward)), \($0.period)" } ?? "–")
                }
                return Grid.Row(
                    student.name,
                    url: shown.address("\(round.path)/students/\(student.id.percentEncoded)"),
                    cells)
            })
    }

    private func decided(_ line: StudentLine, _ scope: PageScope) -> String {
        if line.student.withdrawnAt != nil { return scope.text("placing.students.withdrawn") }
        guard let lock = line.lock else { return "–" }
        return scope.text(
            "placing.students.locked", ["ward": names.ward(lock.ward), "period": lock.period])
    }
}

/// One student: what is known, what is decided by hand, and why they are where they are placed.
struct StudentPage: Page {
    let template = "student"
    let round: PlacementRound
    let details: StudentDetails
    let names: RoundNames
    let periods: [RoundPeriod]
    let shown: ShownPlaces
    /// Why the student is there, in sentences.
    var explanation: [String] = []
    var kept: Form?
    /// Which of the forms was refused, and why.
    var refusal: String?
    var fault: FieldFault?

    private var student: RoundStudent { details.student }
    private var path: String { "\(round.path)/students/\(student.id.percentEncoded)" }

    func title(_ scope: PageScope) -> String { student.name }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope), "facts": facts(scope),
            "lock-form": form("lock", fields(scope, withPeriod: true), scope),
            "ban-form": form("ban", fields(scope, withPeriod: false), scope),
        ]
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if let lock = details.lock {
            var form = scope.form("\(path)/unlock", key: "unlock")
            form["text"] = scope.text(
                "placing.student.locked",
                ["ward": names.ward(lock.ward), "period": lock.period])
            values["lock"] = form
        }
        values["bans"] = details.bans.map { ban -> Values in
            var form = scope.form("\(path)/unban", key: "unban-\(ban.ward)")
            form["ward"] = ban.ward
            form["name"] = names.ward(ban.ward)
            return form
        }
        if shown.result != nil {
            values["shown"] = shown.values(scope, action: path)
            values["explained"] = [
                "heading": shown.name(scope), "lines": explanation,
            ] as Values
        }
        return values
    }

    private func form(_ kind: String, _ fields: [FormField], _ scope: PageScope) -> Values {
        var form = scope.form("\(path)/\(kind)", key: kind)
        form["heading"] = scope.text("placing.student.\(kind)")
        form["text"] = scope.text("placing.student.\(kind)-text")
        form["send"] = scope.text("placing.student.\(kind)-send")
        let isOurs = kept?["kind"] == kind
        form["kind"] = kind
        form["fields"] = fields.map {
            $0.values(
                isOurs ? kept : nil,
                fault: isOurs && $0.name == fault?.field ? fault?.sentence : nil, form: kind)
        }
        return form
    }

    private func fields(_ scope: PageScope, withPeriod: Bool) -> [FormField] {
        var ward = FormField(
            name: "ward", label: scope.text("placing.student.ward"), input: .line)
        ward.hint = scope.text("placing.student.ward-hint")
        if !withPeriod { return [ward] }
        let period = FormField(
            name: "period", label: scope.text("placing.student.period"),
            input: .choice(
                periods.filter { student.periods.contains($0.id) }
                    .map { .init(id: $0.id, name: $0.id) }), value: student.periods.first ?? "")
        return [ward, period]
    }

    private func facts(_ scope: PageScope) -> [Values] {
        // Counted as the explanation counts them, whatever numbers the school's table has.
        let wishes = details.wishes.enumerated().map { index, wish in
            "\(index + 1). "
                + (wish.ward.map(names.ward) ?? wish.institution.map(names.institution) ?? "")
        }
        let relations = details.relations.map { each in
            scope.text(
                "placing.student.relation-\(each.kind.rawValue)",
                ["name": names.institution(each.institution)])
        }
        var facts = [
            ("id", student.id), ("school", names.school(student.school)),
            (
                "group",
                scope.text(
                    "ask.row",
                    [
                        "profession": scope.placementProfession(student.profession)
                                .beginningUpper,
                        "year": "\(student.year)",
                    ])
            ), ("periods", student.periods.joined(separator: ", ")), ("zone", student.zone),
            ("wishes", wishes.joined(separator: "; ")),
            ("relations", relations.joined(separator: "; ")),
            ("previous", student.previous.map(names.ward).joined(separator: "; ")),
        ]
        if student.hasPriority {
            facts.append(("priority", student.grounds ?? scope.text("placing.student.has")))
        }
        return facts.map { name, text in
            [
                "term": scope.text("placing.student.\(name)"),
                "text": text.isEmpty ? scope.text("placing.student.none") : text,
            ]
        }
    }
}

extension RoundNames {
    /// The ward that a text names, by its id, its name, or its institution's name and its own.
    func ward(named text: String) -> [String] {
        if wards[text] != nil { return [text] }
        let wanted = text.lowercased()
        return wards.keys.filter {
            wards[$0]?.lowercased() == wanted || ward($0).lowercased() == wanted
        }.sorted()
    }

    /// An explanation with names in the places of ids.
    func named(_ explanation: PlacementExplanation) -> PlacementExplanation {
        var named = explanation
        named.student = student(explanation.student)
        if let place = explanation.place {
            named.place?.ward = wards[place.ward] ?? place.ward
        }
        for index in named.unmet.indices {
            if case .ward(let id) = named.unmet[index].wish { named.unmet[index].name = ward(id) }
            for number in named.unmet[index].hindrances.indices {
                let id = named.unmet[index].hindrances[number].ward
                named.unmet[index].hindrances[number].ward = wards[id] ?? id
            }
        }
        return named
    }

    /// A fault with names in the places of ids.
    func named(_ fault: PlacementFault) -> PlacementFault {
        func lock(_ lock: PlacementInstance.Lock) -> PlacementInstance.Lock {
            PlacementInstance.Lock(
                student: student(lock.student), ward: ward(lock.ward), period: lock.period)
        }
        return switch fault {
        case .lockNotEligible(let one, let codes):
            .lockNotEligible(lock: lock(one), codes: codes)
        case .locksCollide(let rule, let about, let locks, let limit):
            .locksCollide(rule: rule, about: about, locks: locks.map(lock), limit: limit)
        case .several(let faults): .several(faults.map(named))
        default: fault
        }
    }
}
