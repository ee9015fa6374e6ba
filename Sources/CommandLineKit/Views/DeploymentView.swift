import FleetModel

/// Deployments as people see them.
enum DeploymentView {
    static func columns(now: Instant) -> [Column<Deployment>] {
        [
            Column("ID", alignsRight: true) { Cell($0.id.description) },
            Column("PROJECT", fit: .shrinks(to: 6)) { Cell($0.project) },
            Column("RELEASE", fit: .shrinks(to: 5)) { Cell($0.release, .strong) },
            Column("TO", fit: .shrinks(to: 6)) { Cell($0.environment) },
            Column("STATE") { .state($0.state.rawValue) },
            Column("MACHINES", fit: .shrinks(to: 8)) { Cell(counts($0.runCounts)) },
            Column("STARTED") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.trigger.map { "trigger " + $0 } ?? $0.requestedBy) },
        ]
    }

    static func sheet(_ deployment: Deployment) -> FactSheet {
        let cancel = deployment.cancelRequested && deployment.state.isOpen ? " (cancel was asked for)" : ""
        let waits = deployment.waitsFor.map { " (waits for approval of step \($0))" } ?? ""
        let what = "\(deployment.project) \(deployment.release) to \(deployment.environment)"
        return FactSheet([
            ("deployment", Cell(deployment.id.description)),
            ("what", Cell(what, .strong)),
            ("kind", Cell(kind(deployment))),
            ("repeats", Cell(repeats(deployment))),
            (
                "state",
                Cell(deployment.state.rawValue + cancel + waits, Tone(state: deployment.state.rawValue))
            ),
            ("machines", Cell(counts(deployment.runCounts))),
            ("because", Cell(deployment.reason)),
            ("started", Cell("\(RelativeTime.exact(deployment.createdAt)) by \(deployment.requestedBy)")),
            ("finished", Cell(deployment.finishedAt.map { finished($0, deployment.createdAt) })),
        ])
    }

    static func lines(_ detail: APIV1.DeploymentDetail, width: Int?, palette: Palette) -> [String] {
        let runs = detail.runs.sorted { rank($0.state) < rank($1.state) }
        let sheet = sheet(detail.deployment).lines(width: width, palette: palette)
        let gates = detail.gates ?? []
        return sheet
            + (gates.isEmpty ? [] : [""] + gateTable.lines(of: gates, width: width, palette: palette))
            + (runs.isEmpty ? [] : [""] + runTable.lines(of: runs, width: width, palette: palette))
    }

    /// One line while it runs: `12 of 20 machines done, 1 failed, 7 running`.
    static func progress(_ deployment: Deployment) -> String {
        let counts = deployment.runCounts
        let total = counts.values.reduce(0, +)
        let open = RunState.allCases.filter(\.isOpen).reduce(0) { $0 + (counts[$1.rawValue] ?? 0) }
        let others = RunState.allCases.filter { $0 != .succeeded }.compactMap { state in
            counts[state.rawValue].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        return "deployment \(deployment.id) \(deployment.state.rawValue): "
            + (["\(total - open) of \(total) machines done"] + others).joined(separator: ", ")
            + (deployment.waitsFor.map { ", waits for approval of step \($0)" } ?? "")
    }

    /// The same on a terminal, with a bar in front where there is room for one.
    static func bar(_ deployment: Deployment, width: Int) -> String {
        let counts = deployment.runCounts
        let total = counts.values.reduce(0, +)
        let open = RunState.allCases.filter(\.isOpen).reduce(0) { $0 + (counts[$1.rawValue] ?? 0) }
        let words = progress(deployment)
        return ProgressBar.track(done: total - open, total: total, width: width - TextWidth.of(words) - 3).map
        {
            "[\($0)] \(words)"
        } ?? words
    }

    /// `1 failed, 11 succeeded`: trouble first, so that a narrow column does not hide it.
    static func counts(_ counts: [String: Int]) -> String {
        let known = RunState.allCases.sorted { rank($0) < rank($1) }.map(\.rawValue)
        let order = known + counts.keys.filter { !known.contains($0) }.sorted()
        return order.compactMap { state in counts[state].flatMap { $0 > 0 ? "\($0) \(state)" : nil } }
            .joined(separator: ", ")
    }

    private static func repeats(_ deployment: Deployment) -> String? {
        deployment.repeats.map { original in
            deployment.repeatsAs == .retry
                ? "deployment \(original), on the machines that did not get it" : "deployment \(original)"
        }
    }

    /// Approvals and health checks: who decided, and what is asked while it waits.
    private static var gateTable: Table<Gate> {
        Table(columns: [
            Column("STEP") { Cell($0.step) },
            Column("STATE") { .state($0.state.rawValue) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.decidedBy) },
            Column("WHY", fit: .wraps) { Cell($0.state == .waiting ? $0.instructions : $0.reason) },
        ])
    }

    private static var runTable: Table<Run> {
        Table(columns: [
            Column("MACHINE") { Cell($0.machine) },
            Column("STATE") { .state($0.state.rawValue) },
            Column("TOOK", alignsRight: true) { run in
                Cell(run.startedAt.flatMap { start in run.finishedAt.map { took(from: start, to: $0) } })
            },
            Column("STEP", fit: .shrinks(to: 8)) { Cell(step($0)) },
            Column("WHY", fit: .wraps) { Cell(why($0)) },
        ])
    }

    /// The step that matters: the one that went wrong, else the one at work, else how many are done.
    private static func step(_ run: Run) -> String {
        let wrong = run.steps.first { $0.state == .failed || $0.state == .unknown }
        if let step = wrong ?? run.steps.first(where: \.state.isActive) { return step.name }
        let done = run.steps.filter { $0.state == .succeeded }.count
        return "\(done) of \(run.steps.count)"
    }

    private static func why(_ run: Run) -> String {
        let message = run.steps.first { $0.state == .failed || $0.state == .unknown }?.message ?? ""
        if run.reason.isEmpty || message == run.reason { return message.isEmpty ? run.reason : message }
        return message.isEmpty || run.reason.contains(message) ? run.reason : "\(run.reason): \(message)"
    }

    /// What needs a look comes first.
    private static func rank(_ state: RunState) -> Int {
        switch state {
        case .failed: 0
        case .unknown: 1
        case .running: 2
        case .pending: 3
        case .cancelled: 4
        case .skipped: 5
        case .succeeded: 6
        }
    }

    private static func kind(_ deployment: Deployment) -> String {
        switch deployment.kind {
        case .rollout: "rollout to the whole environment"
        case .selected: "to named machines; the environment's release stays what it is"
        case .teardown: "last steps in an environment that ends"
        case .automatic: "automatic" + (deployment.trigger.map { ", by trigger \($0)" } ?? "")
        }
    }

    private static func finished(_ end: Instant, _ start: Instant) -> String {
        "\(RelativeTime.exact(end)), after \(took(from: start, to: end))"
    }

    private static func took(from start: Instant, to end: Instant) -> String {
        let seconds = end.seconds(since: start)
        guard seconds < 10 else { return RelativeTime.span(Int(seconds.rounded())) }
        let tenths = Int((max(0, seconds) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)s"
    }
}
