import FleetModel
import FleetStore

/// A deployment as a line of a list.
struct DeploymentLine {
    let id: String
    let href: String
    let badge: Badge
    let project: String
    let projectHref: String
    let release: String
    let environment: String
    let kind: String
    let by: String
    let created: Moment
    let took: String?
    let done: Int
    let machines: Int
    let hasMachines: Bool
    let failed: Int?
    let reason: String

    init(_ deployment: Deployment, now: Instant) {
        func count(_ states: RunState...) -> Int {
            states.reduce(0) { $0 + (deployment.runCounts[$1.rawValue] ?? 0) }
        }
        let bad = count(.failed, .unknown)
        id = deployment.id.description
        href = Link.deployment(deployment.id)
        badge =
            deployment.cancelRequested && deployment.state.isOpen
            ? Badge("being cancelled", .warning) : Badge(deployment.state)
        project = deployment.project
        projectHref = Link.project(deployment.project)
        release = deployment.release
        environment = deployment.environment
        kind = deployment.kind == .automatic ? "automatic" : deployment.kind.rawValue
        by = deployment.trigger.map { "trigger \($0)" } ?? deployment.requestedBy
        created = Moment(deployment.createdAt, now: now)
        took = Moment.span(from: deployment.createdAt, to: deployment.finishedAt, now: now)
        machines = deployment.runCounts.values.reduce(0, +)
        hasMachines = machines > 0
        done = machines - count(.pending, .running)
        failed = bad > 0 ? bad : nil
        reason = deployment.reason
    }
}

/// One deployment: what went wrong first, then how far it is, machine by machine.
struct DeploymentView {
    /// Machines on a page.
    static let runs = 50

    struct Facts: Sendable {
        let deployment: Deployment
        let steps: [RunOverviewRows.StepProgress]
        let runs: [Run]
        let causes: [NamedEvent]
        let log: StepLog?
        let gates: [Gate]
    }

    let frame: Frame
    let deployment: DeploymentLine
    let canCancel: Bool
    let canRepeat: Bool
    let mayAnswer: Bool
    let takesToAnswer: String
    let hasFailures: Bool
    let gates: [GateLine]
    let counts: [Count]
    let errors: [ErrorLine]
    let hasErrors: Bool
    let steps: [StepLine]
    let hasSteps: Bool
    let causes: [EventLine]
    let hasCauses: Bool
    let runs: [RunLine]
    let hasNoRuns: Bool
    let pager: Pager
    let log: LogTail?
    let eventsHref: String

    struct Count {
        let badge: Badge
        let number: Int
    }

    struct ErrorLine {
        let machine: String
        let machineHref: String
        let badge: Badge
        let step: String?
        let text: String
        let logHref: String?
    }

    struct StepLine {
        let name: String
        let badge: Badge
        let succeeded: Int
        let machines: Int
        let failed: Int?
    }

    struct RunLine {
        let machine: String
        let machineHref: String
        let badge: Badge
        let reason: String
        let took: String?
        let steps: [RunStep]
    }

    struct RunStep {
        let name: String
        let badge: Badge
        let logHref: String?
        let note: String?
    }

    init(_ frame: Frame, _ facts: Facts, log: LogTail?, page: Int, now: Instant) {
        let deployment = facts.deployment
        let path = Link.deployment(deployment.id)
        self.frame = frame
        self.deployment = DeploymentLine(deployment, now: now)
        let place = AccessPlace.of(project: deployment.project, in: deployment.environment)
        let mayDeploy = frame.may(.deploy, at: place)
        canCancel = mayDeploy && deployment.state.isOpen && !deployment.cancelRequested
        canRepeat = mayDeploy && !deployment.state.isOpen && deployment.kind != .automatic
        mayAnswer = frame.may(.approve, at: place)
        takesToAnswer = Words.takes(.approve, "in \(deployment.environment) for \(deployment.project)")
        hasFailures = (self.deployment.failed ?? 0) > 0 || deployment.state == .failed
        gates = facts.gates.map { GateLine($0, now: now) }
        counts = RunState.allCases.compactMap { state in
            deployment.runCounts[state.rawValue].map { Count(badge: Badge(state), number: $0) }
        }
        errors = facts.runs.filter { $0.state == .failed || $0.state == .unknown }.prefix(10)
            .map { Self.error(of: $0, path) }
        hasErrors = !errors.isEmpty
        steps = facts.steps.map(Self.line)
        hasSteps = !steps.isEmpty
        causes = facts.causes.map { EventLine($0, now: now) }
        hasCauses = !causes.isEmpty
        runs = facts.runs.prefix(Self.runs).map { Self.line(of: $0, path, now: now) }
        hasNoRuns = facts.runs.isEmpty
        pager = Pager(
            first: page > 1 ? path : nil,
            next: facts.runs.count > Self.runs ? Link(path, [("page", String(page + 1))]).text : nil
        )
        self.log = log
        eventsHref = Link("/events", [("deployment", deployment.id.description)]).text
    }

    private static func error(of run: Run, _ path: String) -> ErrorLine {
        let step = run.steps.first { $0.state == .failed || $0.state == .unknown }
        let message = step.map(\.message).flatMap { $0.isEmpty ? nil : $0 }
        return ErrorLine(
            machine: run.machine,
            machineHref: Link.machine(run.machine),
            badge: Badge(run.state),
            step: step?.name,
            text: message ?? run.reason,
            logHref: step.flatMap { $0.logBytes > 0 ? logHref(path, $0) : nil }
        )
    }

    private static func logHref(_ path: String, _ step: StepRun) -> String {
        Link(path, [("log", step.id.description)]).text + "#log"
    }

    private static func line(_ step: RunOverviewRows.StepProgress) -> StepLine {
        let badge =
            step.failed > 0
            ? Badge("failing", .bad)
            : step.succeeded == step.machines
                ? Badge("done", .good) : step.active > 0 ? Badge("running", .busy) : Badge("waiting", .faint)
        return StepLine(
            name: step.name,
            badge: badge,
            succeeded: step.succeeded,
            machines: step.machines,
            failed: step.failed > 0 ? step.failed : nil
        )
    }

    private static func line(of run: Run, _ path: String, now: Instant) -> RunLine {
        RunLine(
            machine: run.machine,
            machineHref: Link.machine(run.machine),
            badge: Badge(run.state),
            reason: run.reason,
            took: Moment.span(from: run.startedAt, to: run.finishedAt, now: now),
            steps: run.steps.map { step in
                RunStep(
                    name: step.name,
                    badge: Badge(step.state),
                    logHref: step.logBytes > 0 ? logHref(path, step) : nil,
                    note: step.attempt > 1 ? "attempt \(step.attempt)" : nil
                )
            }
        )
    }
}

/// A step that waits for a person, or did.
struct GateLine {
    let step: String
    let badge: Badge
    let instructions: String
    let since: Moment
    let due: Moment?
    let decided: String?
    /// A person is asked now.
    let isAsked: Bool

    init(_ gate: Gate, now: Instant) {
        step = gate.step
        badge =
            switch gate.state {
            case .waiting: Badge("waits for you", .busy)
            case .passed: Badge(gate.kind == .manual ? "approved" : "checked", .good)
            case .refused: Badge("refused", .bad)
            case .timedOut: Badge("nobody answered", .bad)
            case .skipped: Badge("not needed", .faint)
            }
        instructions = gate.instructions
        since = Moment(gate.reachedAt, now: now)
        due = gate.state == .waiting ? gate.dueAt.map { Moment($0, now: now) } : nil
        decided = gate.decidedBy.map { "by \($0)" + (gate.reason.isEmpty ? "" : ": \(gate.reason)") }
        isAsked = gate.state == .waiting && gate.kind == .manual
    }
}

/// The end of one step's log.
struct LogTail {
    static let lines = 300
    static let mostBytes = 1024 * 1024

    let machine: String
    let step: String
    let text: String
    let isCut: Bool
    let stepID: String
    /// The byte that comes next, for whoever follows.
    let end: Int64
    let wholeQuery: String

    init(_ log: StepLog, bytes: [UInt8], end: Int64, isCut: Bool) {
        machine = log.machine
        step = log.step
        text = Self.printable(String(decoding: bytes, as: UTF8.self))
        self.isCut = isCut
        stepID = log.id.description
        self.end = end
        wholeQuery = Link("log", [("machine", log.machine), ("step", log.step)]).text
    }

    /// Without characters that move a terminal's cursor or turn the direction of writing.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.value < 32 || scalar.value == 127 || (0x202A...0x202E).contains(scalar.value)
            result.append(isControl && scalar != "\n" && scalar != "\t" ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
