public import Engine

/// A programme as a Mermaid flowchart, for documents and tools that draw one.
///
/// A solid arrow leads from a step to what waits for it, a dotted one to what has its date counted
/// from it. A series is one step.
public func mermaid(_ programme: Programme, _ language: Language) -> String {
    let model = DiagramModel(programme, language)
    var lines = ["flowchart TB", "  accTitle: \(oneLine(model.title))"]
    lines.append("  accDescr: \(oneLine(model.description))")
    for (number, stage) in model.stages.enumerated() {
        lines.append("  subgraph stage\(number + 1)[\"\(escaped(stage.title))\"]")
        for (index, node) in model.nodes.enumerated() where node.stage == stage.id {
            let text = escaped(node.title) + "<br/><small>\(escaped(node.details))</small>"
            lines.append("    step\(index + 1)[\"\(text)\"]")
        }
        lines.append("  end")
    }
    for edge in model.edges {
        let arrow = edge.isWaiting ? "-->" : "-.->"
        lines.append("  step\(edge.from + 1) \(arrow) step\(edge.to + 1)")
    }
    return lines.joined(separator: "\n") + "\n"
}

private func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
}

/// Mermaid reads entities in quoted labels by `#name;`.
private func escaped(_ text: String) -> String {
    var result = ""
    for character in oneLine(text) {
        switch character {
        case "\"": result += "#quot;"
        case "#": result += "#35;"
        case "<": result += "#lt;"
        case ">": result += "#gt;"
        case "&": result += "#amp;"
        case "`": result += "#96;"
        default: result.append(character)
        }
    }
    return result
}
