import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// The demonstration's front page: who to be, and what day it is.
struct StartPage: Page {
    struct Group {
        /// What they are called in the languages.
        let name: String
        let role: RoleID
        let people: [CastMember]

        /// What one of them is called: students and contacts are participants, but not new ones.
        func role(_ scope: PageScope) -> String {
            ["student", "school"].contains(name)
                ? scope.text("demo.one.\(name)") : scope.wording.role(role).beginningUpper
        }
    }

    let template = "start"
    let demonstration: Demonstration

    struct Demonstration {
        let groups: [Group]
        let found: [CastMember]?
        let search: String
        let hasSearch: Bool
        let hasMailbox: Bool
        let hasNextEvent: Bool
    }

    func title(_ scope: PageScope) -> String {
        scope.text("demo.title")
    }

    func values(_ scope: PageScope) -> Values {
        var clock = scope.form("/demo/clock", key: "clock")
        clock["now"] = scope.wording.moment(scope.now).beginningUpper
        if demonstration.hasNextEvent { clock["next"] = true }
        var demo: Values = [
            "clock": clock,
            "groups": demonstration.groups.map { group -> Values in
                var values = scope.form("/demo/person", key: group.name)
                values["id"] = group.name
                values["heading"] = scope.text("demo.group.\(group.name)")
                values["about"] = scope.text("demo.about.\(group.name)")
                values["people"] = group.people.map { person($0, scope, in: group) }
                return values
            },
            "search": demonstration.search,
        ]
        if demonstration.hasSearch { demo["has-search"] = true }
        if demonstration.hasMailbox { demo["has-mailbox"] = true }
        if let found = demonstration.found {
            var values = scope.form("/demo/person", key: "found")
            values["people"] = found.map { person($0, scope) }
            values["heading"] = scope.count("demo.found", found.count)
            demo["found"] = values
        }
        return ["demo": demo]
    }

    private func person(
        _ member: CastMember, _ scope: PageScope, in group: Group? = nil
    ) -> Values {
        var parts: [String] = []
        if member.role == WebContext.coordinator {
            parts.append(scope.count("demo.coordinates", member.enrolments))
        } else if member.role != .participant {
            parts.append(scope.count("demo.follows", member.enrolments))
        }
        if member.role != WebContext.coordinator {
            parts.append(
                member.openSteps == 0
                    ? scope.text("demo.nothing-open")
                    : scope.count("demo.open", member.openSteps))
        }
        if member.lateSteps > 0 { parts.append(scope.count("demo.late", member.lateSteps)) }
        return [
            "id": member.id.rawValue, "name": member.name,
            "role": group.map { $0.role(scope) }
                ?? scope.wording.role(member.role).beginningUpper,
            "facts": parts.joined(separator: " · "),
        ]
    }
}

/// The page that shows how far the demonstration's clock has come.
struct MovingPage: Page {
    let template = "moving"
    let progress: DemonstrationProgress

    func title(_ scope: PageScope) -> String { scope.text("demo.moving") }

    func values(_ scope: PageScope) -> Values {
        var values = scope.form("/demo/clock", key: "interrupt")
        let all = max(1, progress.to - progress.from)
        values["at"] = scope.wording.day(progress.at).beginningUpper
        values["to"] = scope.text("demo.moving-to", ["day": scope.wording.day(progress.to)])
        values["wakes"] = scope.count("demo.wakes", progress.wakes)
        values["value"] = "\(min(all, max(0, progress.at - progress.from)))"
        values["max"] = "\(all)"
        return values
    }
}

extension WebContext {
    private static let shownForEachRole = 5
    fileprivate static let coordinator: RoleID = "coordinator"
    /// Those whom one can be, but for the coordinators.
    private static let groups: [(name: String, role: RoleID, kind: CastKind?)] = [
        ("participant", .participant, .work), ("line-manager", .lineManager, .work),
        ("mentor", .mentor, nil), ("buddy", "buddy", .work), ("hr", .hr, nil),
        ("student", .participant, .students), ("supervisor", "supervisor", .students),
        ("university-tutor", "university-tutor", .students),
        ("school", .participant, .schools),
    ]

    func showStart(_ request: Request, _ context: PageRequest) throws -> Response {
        guard let demonstration else { return try showEntrance(context) }
        if let progress = demonstration.progress {
            return try pageForAnybody(
                MovingPage(progress: progress), context, refreshSeconds: 2)
        }
        return try pageForAnybody(try startPage(request), context)
    }

    private func startPage(_ request: Request) throws -> StartPage {
        let search = (request.uri.queryParameters["q"].map(String.init) ?? "")
            .replacing("+", with: " ").trimmed
        let groups = try Self.groups.map { name, role, kind in
            StartPage.Group(
                name: name, role: role,
                people: try installation.cast(
                    role: role, in: kind, name: nil, limit: Self.shownForEachRole))
        } + [
            StartPage.Group(
                name: Self.coordinator.rawValue, role: Self.coordinator,
                people: try installation.castCoordinators(limit: Self.shownForEachRole))
        ]
        return StartPage(
            demonstration: .init(
                groups: groups.filter { !$0.people.isEmpty },
                found: search.isEmpty
                    ? nil
                    : try installation.cast(role: nil, name: String(search.prefix(80)), limit: 20),
                search: search, hasSearch: try installation.personCount() > 12,
                hasMailbox: courier != nil, hasNextEvent: try installation.nextWakeUp() != nil))
    }

    // MARK: - Acts of the demonstration

    func becomePerson(_ request: Request, _ context: PageRequest) async throws -> Response {
        guard demonstration != nil else { throw PageError.notFound }
        let form = try await request.form()
        try check(form, request, context)
        guard let id = form["person"], let person = try installation.person(PersonID(id)) else {
            throw PageError.notFound
        }
        var response = redirect(to: "/me")
        try begin(
            ProvenIdentity(person: person.id, method: .demonstration), in: &response)
        return response
    }

    func moveClock(_ request: Request, _ context: PageRequest) async throws -> Response {
        guard let demonstration else { throw PageError.notFound }
        let form = try await request.form()
        try check(form, request, context)
        let now = installation.nowCivil
        let target: CivilMoment
        switch form["move"] {
        case "day": target = CivilMoment(now.day.adding(days: 1), now.time)
        case "week": target = CivilMoment(now.day.adding(days: 7), now.time)
        case "month": target = CivilMoment(now.day.adding(months: 1), now.time)
        case "next":
            target = max(now, try installation.nextWakeUp().map(installation.time.civil) ?? now)
        case "interrupt":
            demonstration.interrupt()
            return redirect(to: "/")
        default: throw PageError.badForm
        }
        await demonstration.forward(to: target)
        try await waitShortly(for: target, demonstration)
        return redirect(to: "/")
    }

    /// A short move is over before the reader is sent on; a long one is watched on its own page.
    private func waitShortly(
        for target: CivilMoment, _ demonstration: any DemonstrationControl
    ) async throws {
        for _ in 0..<60 {
            if installation.nowCivil >= target, demonstration.progress == nil { return }
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}
