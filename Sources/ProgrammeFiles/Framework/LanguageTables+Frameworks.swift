import Competence
import Engine

extension LanguageTables {
    private static func required(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.required(name, shape, about)
    }

    private static func optional(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.optional(name, shape, about)
    }

    /// The keys of competence frameworks.
    static let frameworks: [MappingShape.Name: MappingShape] =
        frameworkFile.merging(competences) { first, _ in first }
        .merging(needs) { first, _ in first }

    private static let frameworkFile: [MappingShape.Name: MappingShape] = [
        .framework: MappingShape(
            title: "a competence framework",
            keys: [
                required(
                    "framework", .identifier, "The framework's id, the same as the file's name."),
                required("title", .localizedText, "The framework's name."),
                required("summary", .localizedText, "What it is, in a sentence or two."),
                required("sources", .nonEmpty(.mapping(.source)), "Where its contents come from."),
                required("owner", .text, "The unit or the address that answers for the contents."),
                required("areas", .nonEmpty(.mapping(.area)), "The headings, in order."),
                required(
                    "ladders", .nonEmpty(.mapping(.ladder)), "The staircases of levels."),
                required(
                    "competences", .nonEmpty(.mapping(.competence)), "What people can do."),
                optional("profiles", .list(.mapping(.profile)), "Who must be able to do what."),
                optional(
                    "qualifications", .list(.mapping(.qualification)),
                    "What somebody may do or begin once the records show enough."),
            ]),
        .area: MappingShape(
            title: "an area",
            keys: [
                required("area", .identifier, "The area's id."),
                required("title", .localizedText, "The heading."),
            ]),
        .ladder: MappingShape(
            title: "a ladder",
            keys: [
                required("ladder", .identifier, "The ladder's id."),
                required("title", .localizedText, "What it measures."),
                required("levels", .nonEmpty(.mapping(.level)), "Its steps, the lowest first."),
            ]),
        .level: MappingShape(
            title: "a level",
            keys: [
                required("level", .identifier, "The level's id, unique in the ladder."),
                required("title", .localizedText, "The level's name."),
                optional("text", .localizedText, "What somebody on this level does."),
            ]),
    ]

    private static let competences: [MappingShape.Name: MappingShape] = [
        .competence: MappingShape(
            title: "a competence",
            keys: [
                required("competence", .identifier, "The competence's id."),
                required("title", .localizedText, "The competence's name."),
                optional("text", .localizedText, "More about it."),
                required("area", .identifier, "The area that it belongs to."),
                required(
                    "form", .choice(CompetenceForm.allCases.map(\.rawValue)),
                    "How it is come by."),
                optional(
                    "learnt-by", .choice(LearningWay.allCases.map(\.rawValue)),
                    "How it is learnt; by a course where it is formal, at work where it is not."),
                required("ladder", .identifier, "The ladder that it is measured on."),
                required("facets", .mapping(.facets), "What it consists of."),
                required("attested-by", .mapping(.attestation), "Who vouches for it."),
                optional("valid-for", distance, "How long it holds; for ever where not said."),
                optional("renewal", .mapping(.renewal), "How it is renewed."),
                optional(
                    "identifiers", .nonEmpty(.mapping(.identifier)),
                    "The same competence in other classifications."),
            ]),
        .facets: MappingShape(
            title: "a set of facets",
            keys: [
                optional("knowledge", .localizedText, "What one knows."),
                optional("skill", .localizedText, "What one does with one's hands or head."),
                optional("ability", .localizedText, "What one can apply and learn."),
                optional("attitude", .localizedText, "How one meets people and tasks."),
            ],
            atLeastOne: [CompetenceFacet.allCases.map(\.rawValue)]),
        .attestation: MappingShape(
            title: "an attestation rule",
            keys: [
                required(
                    "by", .nonEmpty(.choice(Attester.allCases.map(\.rawValue))),
                    "Whose word counts."),
                optional(
                    "persons", .wholeNumber(1...2),
                    "How many different people it takes; one where not said."),
            ]),
        .renewal: MappingShape(
            title: "a renewal",
            keys: [
                required("programme", .identifier, "The programme that renews it."),
                required("ahead", distance, "How long before it runs out that begins."),
            ]),
        .identifier: MappingShape(
            title: "an identifier",
            keys: [
                required("scheme", .choice(["esco"]), "Whose classification it is."),
                required("link", .link, "Its address there."),
                required("title", .text, "What it is called there."),
            ]),
    ]

    private static let needs: [MappingShape.Name: MappingShape] = [
        .profile: MappingShape(
            title: "a profile",
            keys: [
                required("profile", .identifier, "The profile's id."),
                required("title", .localizedText, "Whom it is for, in words."),
                optional(
                    "for", .mapping(.profileConditions), "Whom it is for; all where not said."),
                required(
                    "requires", .nonEmpty(.mapping(.requirement)), "What they must be able to do."),
            ]),
        .profileConditions: MappingShape(
            title: "a set of conditions",
            keys: [
                optional("position", .oneOrList(.identifier), "The positions."),
                optional("unit-kind", .oneOrList(.identifier), "The kinds of unit."),
                optional("role", .oneOrList(.identifier), "Roles of which they have one."),
            ],
            atLeastOne: [["position", "unit-kind", "role"]]),
        .requirement: MappingShape(
            title: "a requirement",
            keys: [
                required("competence", .identifier, "The competence."),
                optional("level", .identifier, "The lowest level that is enough."),
                optional(
                    "within", distance, "How long after the first day; at once where not said."),
            ]),
        .qualification: MappingShape(
            title: "a qualification",
            keys: [
                required("qualification", .identifier, "The qualification's id."),
                required(
                    "kind", .choice(Qualification.Kind.allCases.map(\.rawValue)),
                    "What it is about."),
                required("title", .localizedText, "The qualification's name."),
                optional("text", .localizedText, "More about it."),
                optional("experience", .mapping(.experience), "How long one must have worked."),
                optional(
                    "requires", .nonEmpty(.mapping(.requirement)), "What must be on record."),
                optional("programme", .identifier, "The programme that it opens."),
            ],
            atLeastOne: [["experience", "requires"]]),
        .experience: MappingShape(
            title: "an experience",
            keys: [
                required("months", .wholeNumber(1...600), "How long."),
                optional("position", .oneOrList(.identifier), "In which positions."),
                optional("full-time", .flag, "Whether half a position counts half."),
            ]),
    ]
}
