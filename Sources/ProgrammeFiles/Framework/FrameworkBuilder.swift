import CivilCalendar
import Competence
import Engine

/// Makes a framework of a tree. What is wrong with it has been told before; such a part reads as
/// nothing, and the whole is then thrown away.
struct FrameworkBuilder {
    let root: YAMLNode

    func framework() -> Framework {
        Framework(
            id: FrameworkID(text("framework", root)), title: title(root),
            summary: Reading.localizedText(root["summary"]),
            sources: items("sources").map(Reading.source), owner: text("owner", root),
            areas: items("areas").map {
                CompetenceArea(id: text("area", $0), title: title($0))
            },
            ladders: items("ladders").map(ladder),
            competences: items("competences").map(competence),
            profiles: items("profiles").map(profile),
            qualifications: items("qualifications").map(qualification))
    }

    private func items(_ key: String) -> [YAMLNode] { root[key]?.items ?? [] }

    private func text(_ key: String, _ node: YAMLNode) -> String { node[key]?.text ?? "" }

    private func title(_ node: YAMLNode) -> LocalizedText { Reading.localizedText(node["title"]) }

    private func optionalText(_ node: YAMLNode) -> LocalizedText? {
        node["text"].map { Reading.localizedText($0) }
    }

    private func words(_ key: String, _ node: YAMLNode?) -> Set<String> {
        Set((node?[key]?.items ?? []).compactMap(\.text))
    }

    private func ladder(_ node: YAMLNode) -> Ladder {
        Ladder(
            id: text("ladder", node), title: title(node),
            levels: (node["levels"]?.items ?? []).map {
                Ladder.Level(
                    id: LevelID(text("level", $0)), title: title($0), text: optionalText($0))
            })
    }

    private func competence(_ node: YAMLNode) -> CompetenceDefinition {
        var facets: [CompetenceFacet: LocalizedText] = [:]
        for facet in CompetenceFacet.allCases {
            if let text = node["facets"]?[facet.rawValue] {
                facets[facet] = Reading.localizedText(text)
            }
        }
        return CompetenceDefinition(
            id: CompetenceID(text("competence", node)), title: title(node),
            text: optionalText(node), area: text("area", node),
            form: CompetenceForm(rawValue: text("form", node)) ?? .informal,
            learntBy: LearningWay(rawValue: text("learnt-by", node)),
            ladder: text("ladder", node), facets: facets,
            attestation: AttestationRule(
                by: Set(words("by", node["attested-by"]).compactMap(Attester.init(rawValue:))),
                persons: node["attested-by"]?["persons"]?.wholeNumber ?? 1),
            validFor: node["valid-for"].map { Reading.distance($0) },
            renewal: node["renewal"].map {
                CompetenceDefinition.Renewal(
                    programme: ProgrammeID(text("programme", $0)),
                    ahead: Reading.distance($0["ahead"]))
            },
            identifiers: (node["identifiers"]?.items ?? []).map {
                CompetenceDefinition.Identifier(
                    scheme: text("scheme", $0), uri: text("link", $0), title: text("title", $0))
            })
    }

    private func requirements(_ node: YAMLNode) -> [Requirement] {
        (node["requires"]?.items ?? []).map {
            Requirement(
                CompetenceID(text("competence", $0)), level: $0["level"]?.text.map { LevelID($0) },
                within: $0["within"].map { Reading.distance($0) })
        }
    }

    private func profile(_ node: YAMLNode) -> RequirementProfile {
        RequirementProfile(
            id: ProfileID(text("profile", node)), title: title(node),
            positions: words("position", node["for"]),
            unitKinds: words("unit-kind", node["for"]),
            roles: Set(words("role", node["for"]).map { RoleID($0) }),
            requires: requirements(node))
    }

    private func qualification(_ node: YAMLNode) -> Qualification {
        Qualification(
            id: QualificationID(text("qualification", node)),
            kind: Qualification.Kind(rawValue: text("kind", node)) ?? .scheme,
            title: title(node), text: optionalText(node),
            experience: node["experience"].map {
                Qualification.Experience(
                    months: $0["months"]?.wholeNumber ?? 1, positions: words("position", $0),
                    isFullTime: $0["full-time"]?.flag ?? false)
            },
            requires: requirements(node),
            programme: node["programme"]?.text.map { ProgrammeID($0) })
    }
}
