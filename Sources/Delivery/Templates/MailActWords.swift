import Mustache

/// What a language calls the links to pages with one button.
struct MailActWords: Sendable {
    private let done: MustacheTemplate
    private let time: MustacheTemplate
    private let skip: MustacheTemplate
    private let open: MustacheTemplate

    /// Reads the words from a language's frame, or reports what is missing there.
    init?(_ frame: inout TemplateFile) {
        let variables = MailKind.acts
        let done = frame.field("done", variables: variables)
        let time = frame.field("time", variables: variables)
        let skip = frame.field("skip", variables: variables)
        let open = frame.field("open", variables: variables)
        guard let done, let time, let skip, let open else { return nil }
        self.done = done
        self.time = time
        self.skip = skip
        self.open = open
    }

    /// One line for each link that a mail has; of a mail with several items, with their names.
    func lines(_ context: [String: any Sendable]) -> [[String: any Sendable]] {
        var lines: [[String: any Sendable]] = []
        add(context, &lines)
        for item in context["items"] as? [[String: any Sendable]] ?? [] {
            var words = item["name"] as? String ?? ""
            if let person = item["participantName"] as? String { words += " (\(person))" }
            add(item, &lines, suffix: words.isEmpty ? "" : ": \(words)")
        }
        return lines
    }

    private func add(
        _ context: [String: any Sendable], _ lines: inout [[String: any Sendable]],
        suffix: String = ""
    ) {
        for (name, words) in [
            ("doneLink", done), ("openLink", open), ("timeLink", time), ("skipLink", skip),
        ] {
            guard let link = context[name] as? String else { continue }
            lines.append(["text": MIMEText.oneLine(words.render(context)) + suffix, "link": link])
        }
    }
}
