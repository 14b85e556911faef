import CivilCalendar
import Competence
import Engine
import Operations
import Wording

/// One step of one enrolment: what it is about, who has said what, and what the reader can do.
struct StepPage: Page {
    let template = "step"
    let view: EnrolmentView
    let step: StepExplanation
    let answers: [AnswerRow]
    /// What it shows and not enough people have vouched for yet.
    var claims: [OpenClaim] = []
    var shelf: FrameworkShelf?
    /// What was just done, or what the reader wrote that could not be used.
    var isSaved = false
    var refusal: String?
    var kept: Form?

    private var line: Step { step.step }

    func title(_ scope: PageScope) -> String { scope.wording.title(line) }

    func values(_ scope: PageScope) -> Values {
        let shown = StepLine(view: view, step: step, scope: scope)
        var values: Values = [
            "programme": view.title.text(in: scope.language), "url": "/enrolments/\(view.id)",
            "kind": scope.wording.stepKind(line.kind), "status": shown.status,
            "paragraphs": line.text.text(in: scope.language).paragraphs,
            "dates": dates(scope), "said": said(scope), "history": "\(shown.url)/history",
            "attachments": line.attachments.filter(\.link.isWebAddress).map {
                ["title": $0.title.text(in: scope.language), "link": $0.link] as Values
            },
        ]
        if view.enrolment.roles[.participant] != scope.reader {
            values["about"] = view.participantName
        }
        if !line.agenda.isEmpty {
            values["agenda"] = ["points": line.agenda.map { $0.text(in: scope.language) }]
        }
        if let waits = shown.waits { values["waits"] = waits }
        if line.meeting?.isConfidential == true { values["confidential"] = true }
        if isSaved { values["saved"] = true }
        if !claims.isEmpty { values["claims"] = claims.map { claim($0, scope) } }
        if let refusal { values["refusal"] = refusal }
        if let reason = step.record.reason, step.status == .skipped || step.status == .cancelled {
            values["reason"] = reason
        }
        if view.enrolment.status == .running {
            values["input"] = InputForm(view: view, step: line.id).values(scope)
        }
        if let reader = scope.reader {
            values["answers"] = readAnswers(reader, scope)
            StepForms(page: self, reader: reader, scope: scope, url: shown.url).add(to: &values)
        }
        return values
    }

    private func claim(_ claim: OpenClaim, _ scope: PageScope) -> Values {
        let id = claim.request.competence
        var values: Values = [
            "text": scope.text(
                claim.missing == 1 ? "step.needs-one" : "step.needs-two",
                [
                    "competence": shelf?.definition(id)?.title.text(in: scope.language)
                        ?? id.rawValue,
                    "names": claim.asked.names(scope),
                ])
        ]
        if claim.mayDecide { values["url"] = PassportPage.path(claim.request.person) }
        return values
    }

    // MARK: - Dates

    private func dates(_ scope: PageScope) -> [Values] {
        var dates: [Values] = []
        func add(_ key: String, _ text: String, _ why: Why? = nil) {
            var values: Values = ["title": scope.text("step.date.\(key)"), "text": text]
            if let why { values["why"] = scope.wording.why(why, in: view.programme) }
            dates.append(values)
        }
        if let settled = step.record.settledOn {
            add(line.kind.isAppointment ? "held" : "done", scope.wording.day(settled))
        } else if let invitation = step.record.invitation {
            var text = scope.text(
                "step.date.time",
                [
                    "moment": scope.wording.moment(invitation.startsAt),
                    "minutes": "\(invitation.minutes)",
                ])
            if let place = invitation.place { text += ", \(place)" }
            add(invitation.isAgreed ? "booked" : "proposed", text)
        }
        if case .date(let date)? = step.opens {
            add("opens", scope.wording.day(date.day), line.window == nil ? step.opens : nil)
        } else if let opens = step.opens, step.status == .planned {
            add("opens", scope.wording.why(opens, in: view.programme))
        }
        if let window = step.window {
            add(
                "window",
                scope.text(
                    "step.date.span",
                    [
                        "from": scope.wording.day(window.lowerBound),
                        "to": scope.wording.day(window.upperBound),
                    ]))
        }
        if let due = step.dueDay { add("due", scope.wording.day(due), step.due) }
        return dates
    }

    // MARK: - What was said

    private func said(_ scope: PageScope) -> [Values] {
        step.record.signatures.map { signature in
            let isMeeting = line.kind.isAppointment
            let key =
                signature.affirms
                ? (isMeeting ? "said-held" : "said-done")
                : (isMeeting ? "said-not-held" : "said-not-done")
            return [
                "text": scope.text(
                    "step.\(key)",
                    [
                        "name": signature.person == scope.reader
                            ? scope.text("you").beginningUpper : view.name(signature.person),
                        "role": scope.wording.role(signature.role, in: view.programme),
                        "day": scope.wording.day(signature.on),
                    ]),
                "look": signature.affirms ? "yes" : "no", "sign": signature.affirms ? "✓" : "×",
            ]
        }
    }

    /// What others have answered, and the reader's own where it can no longer be changed.
    private func readAnswers(_ reader: PersonID, _ scope: PageScope) -> [Values] {
        let mayChange = view.maySign(step, reader)
        return line.questions.compactMap { question in
            let shown = answers.filter { answer in
                answer.question == question.id
                    && !(answer.person == reader && mayChange)
            }
            if shown.isEmpty { return nil }
            return [
                "question": question.text.text(in: scope.language),
                "texts": shown.map { answer -> Values in
                    [
                        "name": view.name(answer.person),
                        "paragraphs": question.shown(answer.text, scope).paragraphs,
                    ]
                },
            ]
        }
    }
}

extension Question {
    /// An answer as others read it: a number with what the scale's ends mean.
    func shown(_ answer: String, _ scope: PageScope) -> String {
        guard let scale, scale.number(answer) != nil else { return answer }
        return scope.text(
            "step.scale-answer",
            [
                "number": answer, "low": scale.low.text(in: scope.language),
                "points": "\(scale.points)", "high": scale.high.text(in: scope.language),
            ])
    }
}

extension String {
    /// The text's paragraphs, without the line breaks inside them.
    var paragraphs: [String] {
        split(separator: "\n\n").map {
            $0.split(whereSeparator: \.isNewline).joined(separator: " ")
        }.filter { !$0.isEmpty }
    }

    /// The text with a capital first letter.
    var beginningUpper: String { prefix(1).uppercased() + dropFirst() }
}
