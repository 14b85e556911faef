import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Testing

@testable import Web

@Suite struct SettingsTests {
    private let path = "/settings/mail"

    private func wishes(_ world: WebWorld, _ person: PersonID) throws -> [String] {
        let card = try need(try world.installation.person(person))
        return [card.digest.rawValue, card.language.rawValue]
    }

    /// The value of the page's chosen option of a name.
    private func chosen(_ page: Browser.Answer, _ name: String) -> [String] {
        page.text.matches(of: #/name="([a-z]+)" value="([a-z]+)" checked/#)
            .filter { $0.output.1 == name }.map { String($0.output.2) }
    }

    @Test("What a person chooses is kept, said to be, and shown in the chosen language")
    func choosing() async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        #expect(try wishes(world, "leader") == ["auto", "nb"])
        #expect(try await leader.get("/me").text.contains("href=\"\(path)\""))
        let page = try await leader.get(path)
        #expect(chosen(page, "digest") == ["auto"])
        #expect(chosen(page, "language") == ["nb"])
        #expect(!page.text.contains("role=\"status\""))
        let fields = ["digest": "daily", "language": "nn"]
        let answer = try await leader.submit(page, to: path, fields)
        #expect(answer.status == 303)
        #expect(answer["location"] == "\(path)?saved=1")
        #expect(try wishes(world, "leader") == ["daily", "nn"])
        #expect(try wishes(world, "buddy") == ["auto", "nn"])

        let after = try await leader.get("\(path)?saved=1")
        #expect(after.text.contains("role=\"status\""))
        #expect(after.text.contains("Vala dine er lagra."))
        #expect(after.text.contains("<html lang=\"nn\">"))
        #expect(chosen(after, "digest") == ["daily"])
        #expect(chosen(after, "language") == ["nn"])

        // Every choice that the page offers can be sent.
        for wish in DigestWish.allCases {
            for language in Language.shipped {
                let sent = try await leader.submit(
                    try await leader.get(path), to: path,
                    ["digest": wish.rawValue, "language": language.rawValue])
                #expect(sent.status == 303)
                #expect(try wishes(world, "leader") == [wish.rawValue, language.rawValue])
            }
        }
    }

    @Test("The form acts once, and says so where it is sent again with something else")
    func twice() async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        let page = try await leader.get(path)
        let fields = ["digest": "daily", "language": "nb"]
        #expect(try await leader.submit(page, to: path, fields).status == 303)
        #expect(try await leader.submit(page, to: path, fields).status == 303)
        let other = try await leader.submit(
            page, to: path, ["digest": "never", "language": "nb"])
        #expect(other.status == 409)
        #expect(other.text.contains("role=\"alert\""))
        #expect(try wishes(world, "leader") == ["daily", "nb"])
    }

    @Test(
        "A choice that there is not is refused, and nothing changes",
        arguments: [
            ["digest": "hourly", "language": "en"], ["digest": "daily", "language": "sv"],
            ["digest": "daily"], ["language": "en"], ["digest": "", "language": ""],
            ["digest": "Daily", "language": "en"],
        ])
    func unknownChoice(fields: [String: String]) async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        let answer = try await leader.submit(try await leader.get(path), to: path, fields)
        #expect(answer.status == 422)
        #expect(answer.text.contains("role=\"alert\""))
        #expect(answer.form(path) != nil)
        #expect(try wishes(world, "leader") == ["auto", "nb"])
    }

    @Test("A form of another session, of another site or without its key changes nothing")
    func foreignForm() async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        let buddy = try await world.browser("buddy")
        let own = try need(try await leader.get(path).form(path))
        let choice = ["digest": "never", "language": "en"]
        let form = own.merging(choice) { $1 }
        #expect(try await buddy.post(path, form).status == 403)
        #expect(try await leader.post(path, choice).status == 403)
        let elsewhere = ["Sec-Fetch-Site": "cross-site"]
        #expect(try await leader.post(path, form, headers: elsewhere).status == 403)
        let unkeyed = form.merging(["key": ""]) { $1 }
        #expect(try await leader.post(path, unkeyed).status == 400)
        #expect(try wishes(world, "leader") == ["auto", "nb"])
        #expect(try wishes(world, "buddy") == ["auto", "nn"])
        #expect(try await leader.post(path, form).status == 303)
        #expect(try wishes(world, "leader") == ["never", "en"])
    }

    @Test("An installation refuses what it has no texts for and whom it does not know")
    func operation() async throws {
        let world = try await WebWorld()
        let installation = world.installation
        await #expect(throws: OperationError.invalid(field: "language", problem: .unknown("sv"))) {
            try await installation.setMailWishes(of: "leader", digest: .daily, language: "sv")
        }
        await #expect(throws: OperationError.noSuchPerson("nobody")) {
            try await installation.setMailWishes(of: "nobody", digest: .daily, language: "nb")
        }
        #expect(try wishes(world, "leader") == ["auto", "nb"])
    }

    @Test("Who wants each notice by itself gets by itself what waits to be gathered, too")
    func waitingNotices() async throws {
        let world = try await WebWorld()
        _ = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        let messages = { (channel: String) in
            try world.installation.messages(limit: 500).filter {
                $0.channel == channel && $0.recipient == "leader" && $0.status == "queued"
            }.count
        }
        // At eight the first morning's notices are due; nobody carries the mail meanwhile.
        let morning = try need(CivilMoment("2026-02-16T09:00"))
        world.clock.move(to: world.installation.time.instant(morning))
        while try await world.installation.wakeDue().woken > 0 {}
        let waiting = try messages("digest")
        let alone = try messages("mail")
        #expect(waiting > 0)
        try await world.installation.setMailWishes(
            of: "leader", digest: .never, language: "nb")
        #expect(try messages("digest") == 0)
        #expect(try messages("mail") == alone + waiting)
    }

    @Test("The address in a mail's header takes its reader to the settings, without a session")
    func linkFromMail() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let message = try need(
            try world.installation.messages(limit: 500).first {
                $0.recipient == "leader" && $0.status == "sent" && $0.channel == "mail"
            })
        let address = try need(try world.courier.preview(message.id, opens: true).listUnsubscribe)
        #expect(try world.courier.preview(message.id, opens: true).listUnsubscribe == address)
        let base = "http://ombord.example"
        #expect(address.hasPrefix("\(base)/l/leader..."))
        #expect(address.hasSuffix("?to=settings"))
        let link = String(address.dropFirst(base.count))
        // Only the mail's own reader and time are in it.
        let expires = message.queuedAt.seconds + PageLink.lifetimeSeconds
        #expect(link.hasPrefix("/l/leader...\(expires)."))

        let visitor = try await world.browser()
        let answer = try await visitor.get(link)
        #expect(answer.status == 303)
        #expect(answer["location"] == path)
        #expect(try await visitor.get(path).text.contains("Kari Berge"))
        #expect(try wishes(world, "leader") == ["auto", "nb"])
        // Mail programs that unsubscribe by themselves send a POST: it does nothing.
        #expect(try await visitor.post(link, ["List-Unsubscribe": "One-Click"]).status >= 400)
        #expect(try wishes(world, "leader") == ["auto", "nb"])

        let forged = link.replacing("leader", with: "hr")
        #expect(try await world.browser().get(forged).status == 410)
        let plain = world.link("leader", amina)
        let own = try await world.browser()
        for target in [
            "", "?to=", "?to=Settings", "?to=settings2", "?to=https://evil.example",
            "?to=//evil.example", "?to=/settings/mail", "?to=settings/../me", "?too=settings",
            "?to=%2F%2Fevil.example",
        ] {
            let other = try await own.get("/l/\(plain)\(target)")
            #expect(other["location"] == "/enrolments/\(amina)", "\(target)")
        }
        world.clock.move(to: Instant(milliseconds: expires * 1000))
        #expect(try await world.browser().get(link).status == 410)
    }
}
