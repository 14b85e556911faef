import Engine
import Hummingbird
import Operations
import Wording

/// Where a person chooses how their notices come, and in which language.
struct SettingsPage: Page {
    static let path = "/settings/mail"
    static let everywhere = "/signout/everywhere"

    let template = "settings"
    let digest: DigestWish
    let language: Language
    /// Whether the reader is signed in wholly, and so may end that everywhere.
    let isSignedIn: Bool
    var isSaved = false
    /// Why what was sent could not be kept.
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("settings.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form(Self.path, key: "settings")
        form["wishes"] = DigestWish.allCases.map { wish -> Values in
            let (name, text) = Self.texts(wish)
            return [
                "id": wish.rawValue, "name": scope.text(name), "text": scope.text(text),
                "is-chosen": wish == digest,
            ]
        }
        form["languages"] = Wording.languages.map { language -> Values in
            [
                "id": language.rawValue,
                "name": Wording(language: language).text("language.name"),
                "is-chosen": language == self.language,
            ]
        }
        var values: Values = ["form": form]
        if isSaved { values["saved"] = true }
        if isSignedIn { values["everywhere"] = scope.form(Self.everywhere, key: "everywhere") }
        if let refusal { values["refusal"] = refusal }
        return values
    }

    /// What a wish is called, and the sentence that says what it does.
    private static func texts(_ wish: DigestWish) -> (name: String, text: String) {
        switch wish {
        case .auto: ("settings.auto", "settings.auto-text")
        case .daily: ("settings.daily", "settings.daily-text")
        case .never: ("settings.never", "settings.never-text")
        }
    }
}

extension WebContext {
    func showSettings(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        return try page(
            SettingsPage(
                digest: reader.digest, language: reader.language,
                isSignedIn: context.session?.isFull == true,
                isSaved: request.uri.queryParameters["saved"] != nil), context)
    }

    /// Keeps what the form says and sends the reader back to it, then in the chosen language; or
    /// shows it again with the reason why not.
    func changeSettings(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let digest = form["digest"].flatMap { DigestWish(rawValue: $0) }
        let language = form["language"].map { Language($0) }.flatMap {
            Wording.languages.contains($0) ? $0 : nil
        }
        var shown = SettingsPage(
            digest: digest ?? reader.digest, language: language ?? reader.language,
            isSignedIn: context.session?.isFull == true)
        guard let digest, let language else {
            shown.refusal = context.wording.text("page.settings.unknown")
            return try page(shown, context, status: .unprocessableContent)
        }
        do {
            try await installation.setMailWishes(
                of: reader.id, digest: digest, language: language, key: try key(form, reader.id))
        } catch OperationError.keyReused {
            shown.refusal = context.wording.text("page.fault.sent-before")
            return try page(shown, context, status: .conflict)
        }
        return redirect(to: "\(SettingsPage.path)?saved=1")
    }
}
