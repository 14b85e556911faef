import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import Operations
import Wording

/// Acting from a mail: a link that shows, and a button that acts.
///
/// The token in the address is the authority, and no cookie is asked for: a browser does not send
/// it of itself, so no other site can use it.
extension WebContext {
    func showMailAct(_ request: Request, _ context: PageRequest) throws -> Response {
        let (link, address, context) = try actLink(request, context)
        switch try found(link, address, context) {
        case .over(let page): return try self.page(page, context, status: .gone)
        case .said(let page): return try self.page(page, context)
        case .open(var page):
            do {
                let assumed = MailActReader(
                    page: page, wording: context.wording, now: installation.nowCivil
                ).assumed
                page.told = try consequences(of: assumed, page, context)
            } catch let error as OperationError where error.pageStatus.code < 500 {
                let sentence = error.sentence(
                    in: context.language, programme: page.view.programme)
                return try self.page(
                    ActOverPage(
                        step: context.wording.title(page.step.step), text: sentence,
                        way: "/enrolments/\(link.enrolment)/steps/\(link.step)"), context)
            }
            return try self.page(page, context)
        }
    }

    func carryOutMailAct(
        _ request: Request, _ context: PageRequest
    ) async throws -> Response {
        let (link, address, context) = try actLink(request, context)
        try refuseElsewhere(request)
        let form = try await request.form()
        let key = try key(form, link.person)
        // The same form once more: it has been done, whatever the step is like now.
        let isRepeated = try installation.isKnown(key: key)
        switch try found(link, address, context) {
        case .over(let page): return try self.page(page, context, status: .gone)
        case .said(let page): return try self.page(page, context)
        case .open(var page):
            page.kept = form
            do {
                let (command, receipt) = try MailActReader(
                    page: page, wording: context.wording, now: installation.nowCivil
                ).read(form)
                if !isRepeated { page.told = try consequences(of: command, page, context) }
                _ = try await installation.act(
                    command, on: link.enrolment, by: .person(link.person), key: key)
                return try self.page(try done(page, link, receipt), context)
            } catch let fault as FieldFault {
                page.fault = fault
                return try self.page(page, context, status: .unprocessableContent)
            } catch let error as OperationError where error.pageStatus.code < 500 {
                page.told = []
                page.refusal =
                    if case .keyReused = error {
                        context.wording.text("page.fault.sent-before")
                    } else {
                        error.sentence(in: context.language, programme: page.view.programme)
                    }
                return try self.page(page, context, status: error.pageStatus)
            }
        }
    }

    // MARK: - What the link finds

    private enum Found {
        case open(MailActPage)
        /// Its person has said it already.
        case said(MailActPage)
        case over(ActOverPage)
    }

    /// The link that the address is, and the request in its person's language, or in the one that
    /// they chose on the page.
    private func actLink(
        _ request: Request, _ context: PageRequest
    ) throws -> (ActLink, address: String, PageRequest) {
        guard
            let token = context.parameters.get("token"), token.utf8.count <= 600,
            let link = ActLink(
                token: token, secret: installation.settings.secret,
                now: installation.clock.now()),
            let reader = try installation.reader(link.person),
            link.issued * 1000 > reader.sessionsFrom.milliseconds
        else { throw PageError.badLink }
        var context = context
        let chosen = ReaderMiddleware.chosenLanguage(request)
        context.language = chosen ?? reader.card.language
        return (link, "/a/\(token)\(chosen.map { "?lang=\($0)" } ?? "")", context)
    }

    private func found(
        _ link: ActLink, _ address: String, _ context: PageRequest
    ) throws -> Found {
        let wording = context.wording
        func over(_ key: String, _ step: Step?, _ values: [String: String] = [:]) -> Found {
            .over(
                ActOverPage(
                    step: step.map { wording.title($0) }, text: wording.text(key, values),
                    way: "/enrolments/\(link.enrolment)/steps/\(link.step)"))
        }
        guard let view = try installation.enrolmentView(link.enrolment, for: link.person) else {
            return .over(
                ActOverPage(step: nil, text: wording.text("page.mailact.over.role")))
        }
        guard let step = view.steps.first(where: { $0.step.id == link.step }) else {
            return .over(ActOverPage(step: nil, text: wording.text("page.mailact.over.gone")))
        }
        var page = MailActPage(link: link, address: address, view: view, step: step)
        if link.act == .done,
            let own = step.record.signatures.last(where: { $0.person == link.person })
        {
            page.receipt =
                own.affirms
                ? wording.text(
                    "page.mailact.\(page.name).already", ["day": wording.day(own.on)])
                : wording.text("page.mailact.not-done.already")
            return .said(page)
        }
        switch step.status {
        case .done, .skipped, .cancelled, .notApplicable:
            let status = wording.status(step.status)
            guard let day = step.record.settledOn else {
                return over("page.mailact.over.status", step.step, ["status": status])
            }
            return over(
                "page.mailact.over.settled", step.step,
                ["status": status, "day": wording.day(day)])
        case .planned, .open, .waiting, .disputed:
            if view.enrolment.status != .running {
                let standing = wording.enrolmentStatus(view.enrolment.status)
                return over("page.mailact.over.standing", step.step, ["status": standing])
            }
            if !view.isTheirs(link.act, step.step, link.person) {
                return over("page.mailact.over.role", step.step)
            }
            if link.act == .done, !step.step.questions.isEmpty {
                return over("page.mailact.over.questions", step.step)
            }
            return .open(page)
        }
    }

    private func done(
        _ page: MailActPage, _ link: ActLink, _ receipt: String
    ) throws -> MailActPage {
        let view = try installation.enrolmentView(link.enrolment, for: link.person) ?? page.view
        let step = view.steps.first { $0.step.id == link.step } ?? page.step
        return MailActPage(
            link: link, address: page.address, view: view, step: step, told: page.told,
            receipt: receipt)
    }

    /// Who is told and what is sent, as the engine would do it.
    private func consequences(
        of command: Command, _ page: MailActPage, _ context: PageRequest
    ) throws -> [String] {
        let shown: Set<ConsequenceLine.Heading> = [.plan, .opens, .notice, .status]
        return ConsequenceBlocks(
            consequences: [try installation.preview(command, on: page.view.id)],
            plan: page.view.programme, names: PersonNames(installation), wording: context.wording
        ).lines.filter { shown.contains($0.heading) }.map(\.sentence)
    }
}

/// Makes the command of a link's page out of its fields.
struct MailActReader {
    let page: MailActPage
    let wording: Wording
    let now: CivilMoment

    private var link: ActLink { page.link }

    /// What pressing the button does as the fields are at first, to tell what follows.
    var assumed: Command {
        let defaults = MailActDefaults(step: page.step, now: now)
        switch link.act {
        case .done: return .sign(link.step, by: link.person, affirms: true, on: defaults.day)
        case .time:
            return .book(
                link.step, by: link.person, startsAt: defaults.start, minutes: defaults.minutes,
                place: nil)
        case .skip: return .skip(link.step, by: link.person, reason: "–")
        }
    }

    /// The command, and the sentence that tells its sender that it was carried out.
    ///
    /// - Throws: `FieldFault`.
    func read(_ form: Form) throws -> (Command, receipt: String) {
        switch link.act {
        case .done:
            let day = try day(form)
            if day > now.day { throw fault("day", "future", ["day": wording.day(now.day)]) }
            return (
                .sign(link.step, by: link.person, affirms: true, on: day),
                wording.text("page.mailact.\(page.name).receipt", ["day": wording.day(day)])
            )
        case .time:
            let day = try day(form)
            // Some browsers send seconds.
            guard let time = form["clock"].flatMap({ CivilTime($0.prefix(5)) }) else {
                throw fault("clock", "time")
            }
            guard let minutes = form["minutes"].flatMap({ Int($0) }), (5...480).contains(minutes)
            else { throw fault("minutes", "minutes") }
            let start = CivilMoment(day, time)
            return (
                .book(
                    link.step, by: link.person, startsAt: start, minutes: minutes,
                    place: form["place"].map { String($0.prefix(200)) }),
                wording.text("page.mailact.time.receipt", ["moment": wording.moment(start)])
            )
        case .skip:
            guard let reason = form["reason"] else { throw fault("reason", "reason") }
            return (
                .skip(link.step, by: link.person, reason: String(reason.prefix(1000))),
                wording.text("page.mailact.skip.receipt")
            )
        }
    }

    private func day(_ form: Form) throws -> CivilDay {
        guard let day = form["day"].flatMap({ CivilDay($0) }), (1900...2199).contains(day.year)
        else { throw fault("day", "day") }
        return day
    }

    private func fault(
        _ field: String, _ key: String, _ values: [String: String] = [:]
    ) -> FieldFault {
        FieldFault(field: field, sentence: wording.text("page.mailact.fault.\(key)", values))
    }
}
