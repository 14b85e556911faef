import Engine

/// Asks of a resolved programme whether it can do what it says.
struct Lint {
    let programme: Programme
    let root: YAMLNode
    let drafts: [StepDraft]
    let collector: DiagnosticCollector

    /// Reports what is wrong.
    ///
    /// - Parameters:
    ///   - anchors: What each anchor's default counts from.
    ///   - roles: What the days count from by which roles are needed.
    func run(_ anchors: [String: [Dependency]], _ roles: [Dependency]) {
        for draft in drafts {
            checkKind(draft)
            checkTiming(draft)
        }
        checkCycles(anchors)
        checkConditions()
        checkRoles()
        checkOwnIDs()
        checkFormerIDs()
        checkStages()
        checkRules()
    }

    /// Where a key stands, or the step where it has no such key.
    func position(_ key: String, _ draft: StepDraft) -> Position {
        draft.node.entry(key)?.position ?? draft.position
    }

    private func has(_ key: String, _ draft: StepDraft) -> Bool {
        guard let value = draft.node[key] else { return false }
        if case .list(let items) = value.content { return !items.isEmpty }
        return true
    }

    // MARK: - What a step of a kind may have

    private func checkKind(_ draft: StepDraft) {
        guard let step = draft.steps.first else { return }
        // A kind that is none has been reported; nothing follows from it.
        guard draft.node["kind"]?.text.flatMap(StepKind.init(rawValue:)) != nil else { return }
        func refuse(_ key: String, _ fault: StepFault) {
            if has(key, draft) { collector.error(position(key, draft), .step(fault)) }
        }
        if step.kind == .message {
            for key in ["confirmed-by", "remind", "escalate", "records"] {
                refuse(key, .messageHas(key: key))
            }
            if draft.node["text"] == nil {
                collector.error(draft.position, .step(.messageWithoutText(draft.id)))
            }
        }
        if step.kind != .form {
            refuse("questions", .formAlone(kind: step.kind.rawValue))
        } else if !has("questions", draft) {
            collector.error(draft.position, .step(.formWithoutQuestions(draft.id)))
        }
        if !step.kind.isAppointment {
            for key in ["meeting", "window"] {
                refuse(key, .appointmentAlone(key: key, kind: step.kind.rawValue))
            }
        }
        if step.kind == .talk, !has("agenda", draft) {
            collector.warning(draft.position, .step(.talkWithoutAgenda(draft.id)))
        }
        var questions: Set<String> = []
        for item in draft.node["questions"]?.items ?? [] {
            guard let name = item["question"], let id = name.text else { continue }
            if !questions.insert(id).inserted {
                collector.error(name.position, .name(.questionTwice(id)))
            }
        }
    }

    // MARK: - Roles

    private func checkRoles() {
        for entry in root["roles"]?.entries ?? [] {
            var seen: [RoleID] = [RoleID(entry.key)]
            // Longer chains than the engine follows are no circle that matters.
            while seen.count < 64, let role = seen.last.flatMap(programme.role),
                let cover = role.coveredBy
            {
                // Told once, at the role whose name comes first.
                if cover == seen[0], seen.min() == cover {
                    collector.error(
                        entry.value.entry("covered-by")?.position ?? entry.position,
                        .role(.coverCircle((seen + [cover]).map(\.rawValue))))
                }
                if seen.contains(cover) { break }
                seen.append(cover)
            }
        }
        for draft in drafts {
            guard let party = draft.steps.first?.actors, draft.node["who"] != nil else { continue }
            let empty = party.roles.filter(mayStayEmpty)
            guard party.rule == .anyOf, empty.count == party.roles.count, let role = empty.first
            else { continue }
            collector.warning(
                position("who", draft),
                .role(.mayStayEmpty(role.rawValue, step: draft.id)))
        }
    }

    private func mayStayEmpty(_ id: RoleID) -> Bool {
        guard let role = programme.role(id) else { return false }
        return role.filledBy == .chosen && role.need == .optional && role.coveredBy == nil
    }

    // MARK: - Names

    /// The engine names the steps that one person's plan has got; none of a file may be taken for
    /// one of them.
    private func checkOwnIDs() {
        func isTaken(_ id: String) -> Bool {
            let rest = id.dropFirst(OwnStep.idPrefix.count)
            return id.hasPrefix(OwnStep.idPrefix) && !rest.isEmpty && rest.allSatisfy(\.isNumber)
        }
        for draft in drafts {
            if let id = ([draft.id] + draft.stepIDs.map(\.rawValue)).first(where: isTaken) {
                collector.error(
                    draft.position,
                    .id(
                        id == draft.id
                            ? .reserved(id) : .reservedOccurrence(id, series: draft.id)))
            }
            for item in draft.node["renamed-from"]?.items ?? [] {
                guard let id = item.text, isTaken(id) else { continue }
                collector.error(item.position, .id(.reservedFormer(id)))
            }
        }
    }

    private func checkFormerIDs() {
        let present = Set(drafts.map(\.id)).union(programme.steps.map(\.id.rawValue))
        var former: [String: String] = [:]
        for draft in drafts {
            for item in draft.node["renamed-from"]?.items ?? [] {
                guard let id = item.text else { continue }
                let occurrences = draft.formerOccurrences(of: id)
                if present.contains(id) {
                    collector.error(
                        item.position, .id(.formerIsPresent(id, step: draft.id)))
                } else if let taken = occurrences.first(where: present.contains) {
                    collector.error(
                        item.position,
                        .id(
                            .formerSeriesIsPresent(id, step: draft.id, occurrence: taken)))
                } else if let other = former[id] {
                    collector.error(item.position, .id(.formerTwice(id, step: other)))
                } else if let told = occurrences.first(where: { former[$0] != nil }) {
                    collector.error(
                        item.position,
                        .id(
                            .formerSeriesTwice(
                                id, step: former[told] ?? "", occurrence: told)))
                }
                for name in [id] + occurrences { former[name] = former[name] ?? draft.id }
            }
        }
    }

    private func checkStages() {
        let filled = Set((root["include"]?.items ?? []).compactMap { $0["stage"]?.text })
        for node in root["stages"]?.items ?? [] {
            guard let name = node["stage"], let id = name.text, !filled.contains(id),
                case .list(let steps)? = node["steps"]?.content, steps.isEmpty
            else { continue }
            collector.warning(name.position, .declaration(.stageEmpty(id)))
        }
    }
}
