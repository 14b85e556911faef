import CivilCalendar
import Engine

/// Reads values that need no other part of the file. What has the wrong form has been reported by
/// the checker and reads as nothing.
enum Reading {
    static func localizedText(_ node: YAMLNode?) -> LocalizedText {
        var texts: [Language: String] = [:]
        for entry in node?.entries ?? [] {
            guard var text = entry.value.text else { continue }
            // A block text ends with a line feed that says nothing.
            while text.utf8.last == 0x0A { text.removeLast() }
            texts[Language(entry.key)] = text
        }
        return LocalizedText(texts)
    }

    /// A distance, always positive.
    static func distance(_ node: YAMLNode?) -> Offset {
        Offset(
            months: part(node, "months"),
            days: part(node, "weeks") * 7 + part(node, "days"),
            workingDays: part(node, "working-days"))
    }

    private static func part(_ node: YAMLNode?, _ key: String) -> Int {
        min(max(node?[key]?.wholeNumber ?? 0, 0), 20_000)
    }

    /// A length of time, in minutes.
    static func minutes(_ node: YAMLNode) -> Int {
        part(node, "hours") * 60 + part(node, "minutes")
    }

    static func question(_ node: YAMLNode) -> Question {
        let scale = node["scale"].map { scale in
            AnswerScale(
                points: scale["points"]?.wholeNumber ?? AnswerScale.usualPoints,
                low: localizedText(scale["low"]), high: localizedText(scale["high"]))
        }
        return Question(
            id: node["question"]?.text ?? "", text: localizedText(node["text"]), scale: scale,
            evaluates: node["evaluates"]?.text.flatMap(EvaluationLevel.init(rawValue:)))
    }

    static func time(_ node: YAMLNode?) -> CivilTime? {
        node?.text.flatMap { CivilTime($0) }
    }

    static func choices(_ node: YAMLNode) -> [FactChoice] {
        node.entries.map { FactChoice(id: $0.key, title: localizedText($0.value)) }
    }

    static func source(_ node: YAMLNode) -> Source {
        Source(
            title: node["title"]?.text ?? "", link: node["link"]?.text,
            rule: node["rule"]?.text.flatMap(KnownRule.init(rawValue:)))
    }

    static func sendingRules(_ calendar: YAMLNode?) -> SendingRules {
        var rules = SendingRules()
        if let time = time(calendar?["notices-at"]) { rules.noticeTime = time }
        rules.workingDaysOnly = calendar?["send-on"]?.text != "every-day"
        let quiet = calendar?["quiet-hours"]
        if let from = time(quiet?["from"]), let until = time(quiet?["until"]) {
            rules.quietFrom = from
            rules.quietUntil = until
        }
        return rules
    }

    static func workingCalendar(_ calendar: YAMLNode?) -> WorkingCalendar {
        let closed = (calendar?["closed-days"]?.items ?? []).compactMap(\.text)
        return WorkingCalendar(
            closesOnChristmasEve: closed.contains("12-24"),
            closesOnNewYearsEve: closed.contains("12-31"))
    }
}
