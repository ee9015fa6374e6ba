import FleetModel
import FleetRules
import Postgres

/// What begins and ends health checks.
enum HealthCheckCommands {
    /// An agent is there: it opened a session, or was heard again in the one it has. The machine's row is locked.
    static func connected(
        _ machine: AgentMachineRows.Locked,
        because reason: String = "its agent opened a session",
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let kind = try HealthCheckDueRows.schedule(of: machine.id, in: tx)?.kind ?? .connection
        let outcome = ConnectionRule.opened(kind, before: machine.health)
        try HealthRows.set(
            outcome.health,
            of: [machine.id],
            because: reason,
            in: tx,
            &changes
        )
        guard outcome.wantsCheck else { return }
        try begin(.connected, of: [machine.id], by: "machine:\(machine.name)", in: tx, &changes)
    }

    /// The machines' rows are locked.
    @discardableResult
    static func begin(
        _ cause: HealthCheck.Cause,
        of machines: [ID<Machine>],
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>: ID<HealthCheck>] {
        let checks = try HealthCheckRows.open(cause, of: machines, by: actor, in: tx)
        for machine in machines { changes.gaveWork(to: machine) }
        return checks
    }

    /// Somebody asks for a check. Where nothing has to be run, or nobody is there to run it, it is concluded at once.
    static func request(
        _ found: VersionedMachine,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> HealthCheck {
        let machine = found.machine
        let environment = try EnvironmentRows.ids(of: [machine.environment], in: tx)[machine.environment]
        let subject = EventSubject(machine: machine.id, environment: environment)
        changes.post(.healthCheck(.requested(subject, name: machine.name)))
        let checks = try begin(.requested, of: [machine.id], by: actor, in: tx, &changes)
        guard let check = checks[machine.id] else {
            throw StoreError.conflict("machine \(machine.name) is being deleted")
        }
        if machine.health == .unavailable || machine.lastSeen == nil {
            let reason = "its agent is not connected"
            try HealthCheckRows.conclude(check, as: .unavailable, because: reason, in: tx)
        } else if try HealthCheckDueRows.schedule(of: machine.id, in: tx)?.kind == .connection {
            try concludeByConnection(check, of: machine.id, "its agent is connected", in: tx, &changes)
        }
        guard let answer = try HealthCheckRows.find(check, of: machine.id, in: tx) else {
            throw StoreError.notFound(what: "health check", which: "\(check)")
        }
        return answer
    }

    /// An agent that says nothing of checks cannot run any: that it is connected is all that is known.
    static func answerForOldAgent(
        _ agent: AgentIdentity,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard try HealthCheckRows.open(of: agent.machineID, in: tx) != nil,
            let machine = try AgentMachineRows.lock(agent.machineID, in: tx),
            let check = try HealthCheckRows.open(of: machine.id, in: tx)
        else { return }
        let reason = "its agent is connected, and too old to run the script of a check"
        try concludeByConnection(check.id, of: machine.id, reason, in: tx, &changes)
    }

    /// The agent reports; false: the check was given out again meanwhile. A repeated report is taken once.
    static func report(
        _ id: ID<HealthCheck>,
        _ result: AgentV1.CheckResultRequest,
        by agent: AgentIdentity,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Bool {
        guard let machine = try AgentMachineRows.lock(agent.machineID, in: tx) else {
            throw StoreError.unauthenticated("machine \(agent.name) is not known here any more")
        }
        guard let check = try HealthCheckRows.given(id, to: machine.id, fence: result.fence, in: tx) else {
            let same = try HealthCheckRows.isConcluded(id, of: machine.id, fence: result.fence, in: tx)
            guard let same else {
                throw StoreError.notFound(what: "health check of this machine", which: "\(id)")
            }
            return same
        }
        try conclude(check, HealthCheckEnd(result, timeoutSeconds: check.timeoutSeconds), in: tx, &changes)
        return true
    }

    /// Takes down how a check ended, and what that says of the machine. The machine's row is locked.
    static func conclude(
        _ check: HealthCheckRows.Open,
        _ end: HealthCheckEnd,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let conclusion = HealthCheckConclusion(of: end, warningExitCodes: check.warningExitCodes)
        try HealthCheckRows.conclude(
            check.id,
            as: conclusion.health,
            because: conclusion.reason,
            exitCode: end.exitCode,
            output: StoredOutput.bounded(end.output),
            in: tx
        )
        if case .notRun(let why) = end.ending {
            let facts = try MachineRows.subject(of: check.machine, in: tx)
            changes.post(.healthCheck(.failed(facts.subject, name: facts.name, reason: why)))
        }
        try HealthRows.set(
            conclusion.health,
            of: [check.machine],
            because: conclusion.reason,
            in: tx,
            &changes
        )
        try settled(check.id, of: check.machine, in: tx)
    }

    /// An agent that knows no scripts of this kind, or a policy that has none: being there is all that is known.
    static func concludeByConnection(
        _ check: ID<HealthCheck>,
        of machine: ID<Machine>,
        _ reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try HealthCheckRows.conclude(check, as: .healthy, because: reason, in: tx)
        try HealthRows.set(.healthy, of: [machine], because: reason, in: tx, &changes)
        try settled(check, of: machine, in: tx)
    }

    private static func settled(
        _ check: ID<HealthCheck>,
        of machine: ID<Machine>,
        in tx: borrowing Transaction
    ) throws {
        try HealthCheckDueRows.setNext(of: machine, after: check, in: tx)
        try HealthCheckRows.trim(machine, in: tx)
    }
}

extension HealthCheckEnd {
    /// What an agent reports, as the rule sees it.
    init(_ result: AgentV1.CheckResultRequest, timeoutSeconds: Int) {
        let ending: Ending =
            if result.timedOut {
                .timedOut(seconds: timeoutSeconds)
            } else if let code = result.exitCode {
                .exited(code)
            } else {
                .notRun(result.message)
            }
        self.init(ending, output: result.output)
    }
}

/// Keeps what a check wrote within its column.
enum StoredOutput {
    private static let cut = "\n[...]\n"

    /// The beginning and the end of it, without what PostgreSQL cannot store.
    static func bounded(_ output: String) -> String {
        let text = output.replacing("\0", with: "\u{FFFD}")
        let most = Limits.checkOutputBytes
        guard text.utf8.count > most else { return text }
        let half = (most - cut.utf8.count) / 2
        return String(decoding: whole(text.utf8.prefix(half)), as: UTF8.self) + cut
            + String(decoding: text.utf8.suffix(half).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    /// Without the beginning of a character at the end.
    private static func whole(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
        var rest = bytes
        while let last = rest.last, last & 0xC0 == 0x80 { rest.removeLast() }
        if let last = rest.last, last >= 0xC0 { rest.removeLast() }
        return rest
    }
}
