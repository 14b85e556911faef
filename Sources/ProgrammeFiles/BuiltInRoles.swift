import Engine

/// The roles that every programme may use without declaring them.
enum BuiltInRoles {
    /// In the order in which a programme lists them.
    static let ids: [RoleID] = [
        .participant, .lineManager, .managersManager, .hr, .mentor, "buddy", "supervisor",
        "university-tutor", "coordinator",
    ]

    /// The role as it is where the programme says nothing about it, or nil where it is not
    /// built in.
    static func role(_ id: RoleID) -> Role? {
        guard ids.contains(id) else { return nil }
        let isAlwaysThere = id == .participant || id == .lineManager
        return Role(
            id: id, title: titles[id] ?? .empty, filledBy: filling(id),
            need: isAlwaysThere ? .required : .optional)
    }

    private static func filling(_ id: RoleID) -> RoleFilling {
        switch id {
        case .participant: .participant
        case .lineManager: .unitManager
        case .managersManager: .managersManager
        case .hr: .unitFunction("hr")
        default: .chosen
        }
    }

    private static let titles: [RoleID: LocalizedText] = {
        let collector = DiagnosticCollector()
        let file = collector.addFile("BuiltInRoles.yaml")
        let node = YAMLReader.read(PackageResources.BuiltInRoles_yaml, file: file, collector)
        // A test holds the resource to all roles and languages.
        return Dictionary(
            (node?.entries ?? []).map { (RoleID($0.key), Reading.localizedText($0.value)) },
            uniquingKeysWith: { first, _ in first })
    }()
}
