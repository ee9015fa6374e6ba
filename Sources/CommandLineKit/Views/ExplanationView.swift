import FleetModel

/// The answer to "should be, is, why" in a few lines for each project.
struct ExplanationView {
    let palette: Palette
    /// nil: lines are as long as they like.
    let width: Int?
    let now: Instant

    /// Where the texts of a project's part begin.
    private static let indent = 12

    func lines(_ explanation: Explanation) -> [String] {
        let head = machine(explanation.machine)
        guard !explanation.projects.isEmpty else { return head + ["", "  no project is meant for it"] }
        let inDetail = explanation.projects.count == 1
        return head + explanation.projects.flatMap { [""] + project($0, inDetail: inDetail) }
    }

    private func machine(_ machine: Machine) -> [String] {
        let seen = machine.lastSeen.map { "seen " + RelativeTime.describe($0, now: now) } ?? "never seen"
        let health = machine.health.rawValue
        var parts = [
            palette.paint(Inert.line(machine.name), .strong),
            Inert.line("in \(machine.environment)"),
        ]
        if !machine.roles.isEmpty { parts.append(Inert.line("as " + machine.roles.joined(separator: ","))) }
        parts.append(palette.paint(health, Tone(state: health)))
        if !machine.enabled { parts.append(palette.paint("disabled", .warning)) }
        parts.append(seen)
        return [parts.joined(separator: "  ")]
    }

    private func project(_ project: ProjectExplanation, inDetail: Bool) -> [String] {
        let tone = Tone(state: project.verdict)
        var lines = [
            palette.paint(Inert.line(project.project), .strong) + "  "
                + palette.paint(Inert.line(project.verdict), tone)
        ]
        lines += row("should be", project.desired ?? "nothing", note: project.desiredReason, .strong)
        if let since = since(project) { lines += row("since", since) }
        lines += row("is", project.actual ?? "nothing", note: incomplete(project), tone)
        lines += row("why", project.reason)
        for fact in project.attempts.map({ FailingView.rows($0, now: now) }) ?? [] {
            lines += row(fact.label, fact.text)
        }
        if let look = next(project) { lines += row("next", look) }
        lines += rules(project.rules ?? [], inDetail: inDetail)
        return lines + chain(project.chain)
    }

    private func since(_ project: ProjectExplanation) -> String? {
        let parts = [
            project.desiredSince.map { RelativeTime.describe($0, now: now) },
            project.desiredBy.map { "by \($0)" },
            project.desiredSource.map { "(\($0))" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    /// In the order in which they are asked; those in a row that let the release pass share a line, except in detail.
    private func rules(_ rules: [ProjectExplanation.Rule], inDetail: Bool) -> [String] {
        var lines: [(before: String, text: String)] = []
        var passed: [String] = []
        func flush() {
            guard !passed.isEmpty else { return }
            lines.append(("passed   ", passed.joined(separator: ", ")))
            passed = []
        }
        for rule in rules {
            switch rule.standing {
            case .passed where inDetail: lines.append(("passed   ", "\(rule.rule): \(rule.meaning)"))
            case .passed: passed.append(rule.rule)
            case .decides, .alsoInTheWay:
                flush()
                let word = rule.standing == .decides ? "decides  " : "also     "
                let said = [rule.verdict, rule.reason].compactMap { $0 }.joined(separator: ": ")
                lines.append((word, "\(rule.rule): \(said)"))
            }
        }
        flush()
        return lines.indices.flatMap { index in
            row(index == 0 ? "rules" : "", lines[index].text, before: lines[index].before)
        }
    }

    private func incomplete(_ project: ProjectExplanation) -> String {
        project.incomplete.map { "\($0) was begun and not completed" } ?? ""
    }

    private func next(_ project: ProjectExplanation) -> String? {
        let look = project.nextLookAt.map { at in
            at > now ? "looks again \(RelativeTime.describe(at, now: now))" : "looks again with the next scan"
        }
        let deployment = project.deploymentID.map { "see `tidemark deployment show \($0)`" }
        let parts = [look, deployment].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func chain(_ links: [ProjectExplanation.Link]) -> [String] {
        let ages = links.map { RelativeTime.describe($0.at, now: now) }
        let ids = links.map { "#\($0.eventID)" }
        let ageWidth = ages.map(\.count).max() ?? 0
        let idWidth = ids.map(\.count).max() ?? 0
        return links.indices.flatMap { index in
            let age = ages[index].padded(to: ageWidth)
            let id = ids[index].padded(to: idWidth)
            return row(index == 0 ? "events" : "", links[index].what, before: "\(id)  \(age)  ")
        }
    }

    private func row(
        _ label: String,
        _ text: String,
        before: String = "",
        note: String = "",
        _ tone: Tone = .plain
    ) -> [String] {
        let column = Self.indent + before.count
        let whole = Inert.line(note.isEmpty ? text : "\(text)  (\(note))")
        let pieces = width.map { TextWidth.wrapped(whole, to: max(20, $0 - column)) } ?? [whole]
        return pieces.enumerated().map { index, piece in
            guard index == 0 else { return String(repeating: " ", count: column) + piece }
            let name = palette.paint(("  " + label).padded(to: Self.indent), .faint)
            return name + palette.paint(before, .faint) + painted(piece, Inert.line(text), tone)
        }
    }

    /// Only the answer is toned, not the note behind it.
    private func painted(_ piece: String, _ text: String, _ tone: Tone) -> String {
        guard tone != .plain, piece.hasPrefix(text) else { return piece }
        return palette.paint(text, tone) + piece.dropFirst(text.count)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - TextWidth.of(self)))
    }
}
