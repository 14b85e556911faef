import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Which students somebody has, and when: a supervisor, with how much that is over the year, a
/// tutor, or the leader of a ward.
struct OwnStudentsPage: Page {
    static let path = "/me/students"
    static let studentsOnOnePage = 50

    let template = "ownstudents"
    let supervisions: [OwnSupervision]
    /// Those of one page whom a tutor or a leader follows, and how many there are.
    var followed: (rows: [FollowedStudent], count: Int) = ([], 0)
    /// Counted from zero.
    var page = 0
    let saved: Bool

    func title(_ scope: PageScope) -> String { scope.text("placed.students.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "rounds": supervisions.enumerated().map { index, each in
                round(each, "round-\(index + 1)", scope)
            }
        ]
        if saved { values["saved"] = scope.text("placed.saved.absence") }
        if followed.count > 0 { values["followed"] = followed(scope) }
        if followed.count == 0, supervisions.isEmpty {
            values["nobody"] = scope.text("placed.students.nobody")
        }
        return values
    }

    private func followed(_ scope: PageScope) -> Values {
        var values: Values = [
            "count": scope.count("placed.students.count", followed.count),
            "rows": followed.rows.map { student -> Values in
                var row: Values = [
                    "name": student.name,
                    "about": [
                        student.school, study(student.profession, student.year, scope),
                    ].joined(separator: ", "),
                    "ward": student.ward, "days": scope.wording.placementDays(student.days),
                    "supervisor": student.supervisor ?? "–",
                ]
                if let enrolment = student.enrolment { row["url"] = "/enrolments/\(enrolment)" }
                return row
            },
        ]
        if let pager = Pager(
            page: page, count: followed.count, pageSize: Self.studentsOnOnePage,
            address: Self.path
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func study(_ profession: String, _ year: Int, _ scope: PageScope) -> String {
        scope.text(
            "placed.study",
            ["profession": scope.placementProfession(profession), "year": "\(year)"])
    }

    private func round(_ each: OwnSupervision, _ id: String, _ scope: PageScope) -> Values {
        let url = "\(Self.path)/\(each.round)/\(each.supervisor)/absence"
        var values: Values = [
            "id": id, "name": each.roundName, "ward": "\(each.institution), \(each.ward)",
            "load": load(each, scope), "absence": url,
        ]
        if each.students.isEmpty {
            values["none"] = scope.text("placed.students.none")
        } else {
            values["table"] = table(each, scope)
            values["chart"] = LoadChart(supervision: each, id: id, scope: scope).values
        }
        if !each.absences.isEmpty {
            values["away"] = [
                "list": each.absences.map { absence -> Values in
                    [
                        "text": scope.text(
                            "placed.students.away",
                            ["from": absence.firstWeek, "to": absence.lastWeek]),
                        "url": "\(url)?from=\(absence.firstWeek)&to=\(absence.lastWeek)",
                    ]
                }
            ]
        }
        return values
    }

    private func load(_ each: OwnSupervision, _ scope: PageScope) -> [String] {
        var lines = [
            scope.count("placed.students.count", each.students.count),
            scope.count("placed.students.weeks", each.weeks),
        ]
        if let most = each.maximumStudents {
            lines.append(scope.count("placed.students.most", most))
        }
        if let most = each.maximumWeeks {
            lines.append(scope.count("placed.students.most-weeks", most))
        }
        return lines
    }

    private func table(_ each: OwnSupervision, _ scope: PageScope) -> Values {
        let days = Dictionary(
            each.periods.map { ($0.id, $0.days) }, uniquingKeysWith: { first, _ in first })
        return [
            "caption": scope.text("placed.students.caption", ["round": each.roundName]),
            "rows": each.students.map { student -> Values in
                var row: Values = [
                    "name": student.name, "school": student.school,
                    "study": study(student.profession, student.year, scope),
                    "days": scope.wording.placementDays(days[student.period] ?? nil),
                ]
                if let enrolment = student.enrolment { row["url"] = "/enrolments/\(enrolment)" }
                return row
            },
        ]
    }
}

/// How many students a supervisor has in each period, as bars.
struct LoadChart {
    let supervision: OwnSupervision
    let id: String
    let scope: PageScope

    private static let height = 80

    var values: Values {
        let periods = supervision.periods
        let highest = max(1, periods.map(supervision.count).max() ?? 1)
        let step = 480 / max(1, periods.count)
        return [
            "id": id, "title": scope.text("placed.students.chart"),
            "text": periods.map { period in
                scope.text(
                    "placed.students.bar",
                    ["period": period.id, "count": "\(supervision.count(period))"])
            }.joined(separator: " "),
            "bars": periods.enumerated().compactMap { index, period -> Values? in
                let count = supervision.count(period)
                if count == 0 { return nil }
                let height = max(4, count * Self.height / highest)
                return [
                    "x": "\(index * step + 8)", "y": "\(Self.height + 20 - height)",
                    "width": "\(max(8, step - 16))", "height": "\(height)",
                    "middle": "\(index * step + step / 2)", "top": "\(Self.height + 14 - height)",
                    "count": "\(count)",
                ]
            },
            "labels": periods.enumerated().map { index, period -> Values in
                ["x": "\(index * step + step / 2)", "text": period.id]
            },
        ]
    }
}

extension WebContext {
    func showOwnStudents(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        guard try installation.placementStanding(of: reader.id).hasStudents else {
            throw PageError.notFound
        }
        let number = Pager.asked(request)
        return try page(
            OwnStudentsPage(
                supervisions: try installation.ownSupervisions(of: reader.id),
                followed: try installation.followedStudents(
                    of: reader.id, page: number, pageSize: OwnStudentsPage.studentsOnOnePage),
                page: number,
                saved: request.uri.queryParameters["saved"] == "absence"), context)
    }
}
