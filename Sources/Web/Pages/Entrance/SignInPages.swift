import Operations
import Wording

/// Where somebody writes their address and is sent a link: the front page of an installation.
struct SignInPage: Page {
    static let path = "/signin"

    let template = "signin"
    var target: LocalTarget?
    /// Whether the reader is in already.
    var isIn = false
    /// What was written that cannot be an address.
    var kept: String?

    func title(_ scope: PageScope) -> String { scope.text("signin.title") }

    func values(_ scope: PageScope) -> Values {
        if isIn { return ["me": "/me"] }
        var form = scope.form(Self.path, key: "signin")
        form["target"] = target?.path ?? ""
        form["email"] = kept ?? ""
        if kept != nil { form["fault"] = scope.text("signin.email-fault") }
        return ["form": form]
    }
}

/// A page that says one thing and has at most one button.
struct ProceedPage: Page {
    struct Act {
        let action: String
        let button: String
        var target: LocalTarget?
        var asksToRemember = false
    }

    let template = "proceed"
    let heading: String
    let paragraphs: [String]
    var act: Act?
    /// Where else to go.
    var way: (url: String, text: String)?

    func title(_ scope: PageScope) -> String { heading }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "paragraphs": paragraphs.enumerated().map { index, text -> Values in
                ["text": text, "is-lead": index == 0]
            }
        ]
        if let act {
            var form = scope.form(act.action, key: "proceed")
            form["button"] = act.button
            if let target = act.target { form["target"] = target.path }
            if act.asksToRemember { form["remembers"] = true }
            values["form"] = form
        }
        if let way { values["way"] = ["url": way.url, "text": way.text] as Values }
        return values
    }
}
