import CivilCalendar
import Engine
import Operations
import Wording

/// The forms of a step's page that its reader may send.
struct StepForms {
    let page: StepPage
    let reader: PersonID
    let scope: PageScope
    let url: String

    private var view: EnrolmentView { page.view }
    private var step: StepExplanation { page.step }
    private var isMeeting: Bool { step.step.kind.isAppointment }

    func add(to values: inout Values) {
        var forms: Values = [:]
        if view.maySettle(step, reader) { forms["settle"] = settle }
        if view.maySign(step, reader) {
            if step.step.questions.isEmpty {
                forms["confirm"] = confirm
            } else {
                forms["questions"] = questions
            }
        }
        if view.mayBook(step, reader) { forms["book"] = book }
        if view.maySkip(step, reader) { forms["skip"] = skip }
        if !forms.isEmpty { values["forms"] = forms }
    }

    /// What the reader wrote before, where it could not be used.
    private func kept(_ name: String) -> String? { page.kept?.fields[name] }

    private var lastOwn: Signature? {
        step.record.signatures.last { $0.person == reader }
    }

    private var confirm: Values {
        var form = scope.form("\(url)/confirmation", key: "confirm")
        form["heading"] = scope.text(isMeeting ? "step.was-it-held" : "step.is-it-done")
        form["yes"] = scope.text(isMeeting ? "step.held" : "step.done")
        form["no"] = scope.text(isMeeting ? "step.not-held" : "step.not-done")
        form["day-label"] = scope.text(isMeeting ? "step.held-day" : "step.done-day")
        var day = scope.today
        if let booked = step.record.invitation?.startsAt.day, booked <= day { day = booked }
        if let said = step.record.signatures.last(where: { $0.affirms })?.on { day = said }
        form["day"] = kept("day") ?? day.description
        form["latest"] = scope.today.description
        if let lastOwn {
            form["note"] = scope.text(
                lastOwn.affirms ? "step.you-said-yes" : "step.you-said-no")
        }
        return form
    }

    private var questions: Values {
        var form = scope.form("\(url)/answers", key: "answers")
        if step.step.isEvaluation { form["anonymous"] = scope.text("step.anonymous") }
        form["list"] = step.step.questions.map { question -> Values in
            let before = page.answers.first {
                $0.question == question.id && $0.person == reader
            }
            let value = kept("answer-\(question.id)") ?? before?.text ?? ""
            return question.scale.map { self.scale($0, question, value) } ?? [
                "written": [
                    "id": question.id, "text": question.text.text(in: scope.language),
                    "value": value, "longest": "\(Installation.longestAnswer)",
                ] as Values
            ]
        }
        if lastOwn?.affirms == true { form["note"] = scope.text("step.you-answered") }
        return form
    }

    /// A choice of numbers, and of none.
    private func scale(_ scale: AnswerScale, _ question: Question, _ value: String) -> Values {
        let points = (1...scale.points).map { (value: "\($0)", name: "\($0)") }
            + [(value: "", name: scope.text("step.no-answer"))]
        return [
            "scaled": [
                "id": question.id, "text": question.text.text(in: scope.language),
                "scale": scope.text(
                    "evaluations.scale",
                    [
                        "low": scale.low.text(in: scope.language), "points": "\(scale.points)",
                        "high": scale.high.text(in: scope.language),
                    ]),
                "points": points.map { point -> Values in
                    [
                        "id": question.id, "value": point.value, "name": point.name,
                        "is-chosen": point.value == value,
                    ]
                },
            ] as Values
        ]
    }

    private var book: Values {
        var form = scope.form("\(url)/booking", key: "booking")
        let invitation = step.record.invitation
        let proposed =
            invitation?.startsAt
            ?? step.dueDay.map { CivilMoment($0, step.step.meeting?.startsAt ?? .nine) }
        let day = max(proposed?.day ?? scope.today, scope.today)
        form["day"] = kept("day") ?? day.description
        form["earliest"] = scope.today.description
        form["time"] = kept("time") ?? (proposed?.time ?? .nine).description
        form["minutes"] =
            kept("minutes") ?? "\(invitation?.minutes ?? step.step.meeting?.minutes ?? 45)"
        form["place"] = kept("place") ?? invitation?.place ?? ""
        form["is-new"] = invitation?.isAgreed != true
        return form
    }

    private var skip: Values {
        var form = scope.form("\(url)/skip", key: "skip")
        form["reason"] = kept("reason") ?? ""
        return form
    }

    private var settle: Values {
        var form = scope.form("\(url)/settlement", key: "settlement")
        form["day"] = kept("day")
            ?? (step.record.signatures.last { $0.affirms }?.on ?? scope.today).description
        form["latest"] = scope.today.description
        form["reason"] = kept("reason") ?? ""
        form["yes"] = scope.text(isMeeting ? "step.settle-held" : "step.settle-done")
        form["no"] = scope.text(isMeeting ? "step.settle-not-held" : "step.settle-not-done")
        return form
    }
}
