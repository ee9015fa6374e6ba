import FleetModel

/// Projects as people see them.
enum ProjectView {
    static func columns(now: Instant) -> [Column<Project>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("STEPS", alignsRight: true) { Cell(String($0.process.count)) },
            Column("CHANGED") { Cell(RelativeTime.describe($0.updatedAt, now: now)) },
            Column("DESCRIPTION", fit: .wraps) { Cell($0.description) },
        ]
    }

    static func lines(_ project: Project, width: Int?, palette: Palette) -> [String] {
        let sheet = FactSheet([
            ("name", Cell(project.name, .strong)),
            ("description", Cell(project.description)),
            ("created", Cell(RelativeTime.exact(project.createdAt))),
            ("changed", Cell(RelativeTime.exact(project.updatedAt))),
            ("variables", Cell(VariablesView.text(project.variables, project.environmentVariables))),
            ("machines that are away", Cell(project.deployment.map(settings))),
            ("circuit", Cell(project.circuit.map(circuit) ?? "")),
            ("phases", Cell(phases(project.phases ?? []))),
            ("after", Cell((project.after ?? []).joined(separator: ","))),
        ])
        return sheet.lines(width: width, palette: palette) + [""]
            + ProcessView.lines(project.process, width: width, palette: palette)
    }

    private static func phases(_ phases: [Project.Phase]) -> String {
        phases.map { phase in
            let traits = [phase.automatic ? "automatic" : nil, phase.optional ? "optional" : nil].compactMap {
                $0
            }
            return
                "\(phase.name) (\(([phase.environments.joined(separator: ", ")] + traits).joined(separator: "; ")))"
        }.joined(separator: ", then ")
    }

    private static func settings(_ settings: DeploymentSettings) -> String {
        "unavailable: \(settings.unavailableTargets.rawValue), unhealthy: \(settings.unhealthyTargets.rawValue)"
            + (settings.minimumHealthy.map { ", at least \($0) % healthy" } ?? "")
    }

    private static func circuit(_ circuit: Project.Circuit) -> String {
        "opens when a release failed on \(circuit.count) machines and \(circuit.sharePercent) % of them; "
            + (circuit.fallBack ? "others get the last good one" : "others wait")
    }
}

/// Variables in one line, and those of environments behind them.
enum VariablesView {
    static func text(_ variables: [String: String], _ environments: [String: [String: String]]?) -> String {
        let special = (environments ?? [:]).sorted { $0.key < $1.key }.map {
            "in \($0.key): \(text($0.value))"
        }
        return ([text(variables)].filter { !$0.isEmpty } + special).joined(separator: "; ")
    }

    private static func text(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}

/// The steps of a process, in their order.
enum ProcessView {
    static func lines(_ process: [Step], width: Int?, palette: Palette) -> [String] {
        Table<Step>(columns: [
            Column("STEP", fit: .shrinks(to: 8)) { Cell($0.name) },
            Column("ROLES", fit: .shrinks(to: 6)) { step in
                Cell(step.roles.isEmpty ? "all" : step.roles.joined(separator: ","))
            },
            Column("AT ONCE", alignsRight: true) { Cell($0.maxParallel.map { String($0) } ?? "all") },
            Column("LIMIT", alignsRight: true) { Cell(RelativeTime.span($0.timeoutSeconds)) },
            Column("AGAIN") { Cell($0.idempotent ? "yes" : "no") },
            Column("DOES", fit: .wraps) { Cell(text($0.action) + conditions($0)) },
        ]).lines(of: process, width: width, palette: palette)
    }

    /// What is not as usual about when it runs.
    private static func conditions(_ step: Step) -> String {
        var words: [String] = []
        if step.retries > 0 { words.append("again up to \(step.retries) times when it fails") }
        if step.runWhen != .success { words.append("runs when: \(step.runWhen.rawValue)") }
        if let automatic = step.onAutomatic { words.append("on automatic: \(automatic.rawValue)") }
        return words.isEmpty ? "" : " (\(words.joined(separator: "; ")))"
    }

    private static func text(_ action: Step.Action) -> String {
        switch action {
        case .script(let script):
            let lines = script.split(separator: "\n")
            return "sh: " + (lines.first.map { String($0) } ?? "")
                + (lines.count > 1 ? " (and \(lines.count - 1) more)" : "")
        case .package(let install):
            return "package \(install.name)" + (install.version.map { " \($0)" } ?? "")
                + (install.check == nil ? "" : ", with a check")
        case .manual(let approval): return "waits for approval: \(approval.instructions)"
        case .healthCheck(let check):
            return "checks that its machines answer" + (check.includeNew ? ", and takes new ones in" : "")
        }
    }
}
