import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Support
import Testing

@testable import Web

/// Who sees what of a round that is published, at every route that the router has for placements
/// and for every table that can be fetched. The golden file was read and found right.
@Suite struct PlacementAccessTests {
    private static let people: [PersonID] = [
        "eva-b", "st-s1", "st-s2", "su-v3", "leader", "hr", "owner", "stranger", "jon",
    ]

    private static let names = [
        "st-s1": "Ada <Berg>", "st-s2": "Bo Dahl", "st-s3": "Cecilie Elv", "st-s4": "David Foss",
        "st-s5": "Eli Gran",
    ]

    private static let introduction = """
        A published round of Solbakken, of which jon is the coordinator. eva-b coordinates
        Fjordvik's rounds; s1 and s2 are students of the round; v3 supervises in the ward that
        leader leads; hr and owner have those functions for Solbakken's neighbour. Forms are sent
        empty. 404 is for what exists and is none of theirs.

        """

    /// The routes of placements with everything that is there named in them, as the router has
    /// them; one of a table stands for each table.
    private func routes(
        _ placing: PlacingWorld, _ values: [String: String]
    ) throws -> [(method: HTTPRequest.Method, name: String, path: String)] {
        let all = buildRouter(placing.world.context()).routes
            .filter { $0.method != .head }
            .map { (method: $0.method, path: "\($0.path)") }
            .filter { route in
                ["/placements", "/me/placements", "/me/students", "/me/swaps", "/asks"].contains {
                    route.path == $0 || route.path.hasPrefix("\($0)/")
                }
            }
            .sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
        let round = try need(try placing.installation.placementRound(placing.round, for: "jon"))
        let tables = try placing.installation.placementTables(of: round).map(\.name)
        return try all.flatMap { route in
            return try (route.path.contains("{table}") ? tables : ["none"]).map { table in
                let name = route.path.replacing("{table}", with: table)
                var path = name
                for (part, value) in values {
                    path = path.replacing("{\(part)}", with: value)
                }
                try #require(!path.contains("{"), "what does \(route.path) stand for?")
                return (route.method, name, path)
            }
        }
    }

    private func values(_ placing: PlacingWorld) async throws -> [String: String] {
        let installation = placing.installation
        _ = try await installation.ask(.offers, in: placing.round, by: "jon")
        let draft = try await placing.published()
        let round = try need(try installation.placementRound(placing.round, for: "jon"))
        let jon = try await placing.world.browser("jon")
        let table = "school,institution,profession,max_per_period\nnord,i1,sykepleie,3\n"
        let upload = try await jon.upload(
            try await jon.get("\(placing.path)/import"), to: "\(placing.path)/import",
            files: ["agreements": ("agreements.csv", Array(table.utf8))])
        return [
            "round": placing.round, "draft": draft, "student": "s1", "ward": "w1",
            "supervisor": "v3",
            "publication": try need(try installation.publications(of: round).first).id,
            "swap": try await installation.askSwap(in: placing.round, by: "st-s1"),
            "enrolment": try need(try installation.asks(of: round).first).enrolment.rawValue,
            "upload": String(
                try need(try need(upload["location"]).split(separator: "/").last)),
        ]
    }

    @Test("Whose round it is not finds no page, no form and no table of it, and no name anywhere")
    func table() async throws {
        let placing = try await PlacingWorld()
        let values = try await values(placing)
        let routes = try routes(placing, values)
        #expect(routes.count > 60)
        var answers: [[String]] = routes.map { _ in [] }
        // The coordinator comes last: what a form changes then changes nothing for the others.
        for person in Self.people {
            for (index, route) in routes.enumerated() {
                let answer = try await answer(route.method, route.path, person, placing)
                answers[index].append("\(answer.status)")
                check(answer, route.name, person)
            }
        }
        let lines = zip(routes, answers).map { route, row in
            Self.row("\(route.method) \(route.name)", row)
        }
        expectGolden(
            ([Self.introduction, Self.row("", Self.people.map(\.rawValue))] + lines)
                .joined(separator: "\n") + "\n", "placement-access.txt")
    }

    private func check(_ answer: Browser.Answer, _ route: String, _ person: PersonID) {
        if person == "jon" { return }
        if route.hasPrefix("/placements/{round}") || route == "/placements" && person != "eva-b" {
            #expect(answer.status == 404, "\(person) \(route)")
        }
        // A supervisor, and the leader of the ward, see whom they have and nobody besides.
        let own = person == "su-v3" || person == "leader"
        for (student, name) in Self.names where student != person.rawValue && !own {
            #expect(!answer.readable.contains(name), "\(person) \(route): \(name)")
        }
    }

    private func answer(
        _ method: HTTPRequest.Method, _ path: String, _ person: PersonID, _ placing: PlacingWorld
    ) async throws -> Browser.Answer {
        let browser = Browser(placing.world.context())
        let session = try placing.world.session(person)
        let secret = placing.installation.settings.secret
        browser.cookies = [Session.cookieName: session.cookie(secret)]
        if method == .get { return try await browser.get(path) }
        return try await browser.post(
            path, ["csrf": session.formToken(secret), "key": "\(person)-at-\(path)"])
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        cells.reduce(into: name.padding(to: 62)) { $0 += $1.padding(to: 9) }.trimmedAtEnd
    }
}
