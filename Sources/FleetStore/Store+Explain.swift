package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// How many events, decisions and runs of the past an explanation shows.
    private static let chainLength = 20

    /// What should be on the machine, what is on it, and why; for one project, or for all that concern it. The number
    /// of statements does not depend on the number of projects. `principal` sees the machine.
    package func explain(
        _ machine: Machine,
        project: String?,
        as principal: Principal
    ) async throws -> Explanation {
        try await look(as: principal) { tx, seen in
            let now = try DatabaseClock.now(in: tx)
            let triggers = try FactsRows.triggers(in: tx)
            guard let facts = try FactsRows.machines([machine.id], in: tx)[machine.id] else {
                throw StoreError.notFound(what: "machine", which: machine.name)
            }
            let found = try ExplainRows.load(machine: machine.id, project: project, seen: seen, in: tx)
            if let project, found.isEmpty { throw StoreError.notFound(what: "project", which: project) }
            let subjects = found.map { ExplainedProject($0, machine: facts, triggers: triggers, now: now) }
                .filter { project != nil || $0.concernsMachine }
            let open = try NeedRows.load(subjects.compactMap(\.facts.need?.id), triggers: triggers, in: tx)
            let needs = Dictionary(uniqueKeysWithValues: open.map { ($0.facts.needID, $0.facts) })
            let attempts = try AttemptRows.load(machine: facts, triggers: triggers, in: tx)
            let chains = try ChainRows.load(
                machine: machine.id,
                projects: subjects.map(\.facts.projectID),
                limit: Self.chainLength,
                seen: seen,
                in: tx
            )
            let projects = subjects.map { subject in
                subject.explanation(
                    need: subject.facts.need.flatMap { needs[$0.id] },
                    attempts: attempts[subject.facts.projectID],
                    chain: chains[subject.facts.projectID] ?? [],
                    now: now
                )
            }
            return Explanation(machine: machine, projects: projects)
        }
    }
}

/// A machine and a project, with what is known of the two, on the way to an explanation.
private struct ExplainedProject {
    let facts: ExplainRows.Facts
    let isCovered: Bool
    /// What a need would look like if one were open.
    let supposed: NeedFacts

    init(_ facts: ExplainRows.Facts, machine: MachineFacts, triggers: [TriggerFacts], now: Instant) {
        let trigger = TriggerFacts.serving(machine, project: facts.projectID, openedBy: nil, among: triggers)
        self.facts = facts
        isCovered = trigger?.enabled == true
        var supposed = NeedFacts(
            needID: 0,
            projectID: facts.projectID,
            machine: machine,
            trigger: trigger,
            openedAt: now,
            desired: facts.desired,
            actualReleaseID: facts.actual,
            incompleteReleaseID: facts.incomplete,
            openRun: facts.openRun,
            openRollout: facts.openRollout
        )
        supposed.obstacles = facts.obstacles
        self.supposed = supposed
    }

    /// Whether there is anything to say about the project on the machine when nobody asked for it by name.
    var concernsMachine: Bool {
        isCovered || facts.desired?.hasStepForMachine == true || facts.actual != nil
            || facts.incomplete != nil
            || facts.need != nil || facts.openRun != nil
    }

    func explanation(
        need: NeedFacts?,
        attempts: ProjectExplanation.Attempts?,
        chain: [ProjectExplanation.Link],
        now: Instant
    ) -> ProjectExplanation {
        let concluded = ProjectVerdict.conclude(
            desired: facts.desired,
            actual: facts.actual,
            incomplete: facts.incomplete,
            openRun: facts.openRun,
            isCovered: isCovered,
            driftedAt: facts.driftedAt,
            isExpired: supposed.machine.expired,
            environmentEnds: supposed.machine.environmentEnds
        )
        // What is under way is said first; else an open need says what it waits for.
        let open = facts.openRun == nil ? facts.need : nil
        let standings = RuleTrace.standings(
            of: need ?? supposed,
            concluded: need == nil ? concluded.verdict : nil,
            now: now
        )
        let applies = facts.desired?.hasStepForMachine == true
        return ProjectExplanation(
            project: facts.project,
            desired: applies ? facts.desiredInWords?.version : nil,
            desiredReason: facts.desiredInWords?.text ?? DesiredInWords.nothing,
            desiredSource: applies ? facts.desired?.source.rawValue : nil,
            desiredSince: applies ? facts.desiredSince : nil,
            desiredBy: applies ? facts.desiredBy : nil,
            actual: facts.actualVersion,
            incomplete: facts.incompleteVersion,
            verdict: open?.verdict ?? concluded.verdict.rawValue,
            reason: open?.reason ?? concluded.reason,
            needID: facts.need?.id,
            nextLookAt: facts.need?.dueAt,
            deploymentID: concluded.deploymentID,
            attempts: attempts,
            rules: standings.map(ProjectExplanation.Rule.init),
            chain: chain
        )
    }
}

extension ProjectExplanation.Rule {
    fileprivate init(_ standing: RuleStanding) {
        self.init(
            rule: standing.rule.rawValue,
            meaning: standing.rule.meaning,
            standing: standing.standing,
            verdict: standing.conclusion?.verdict.rawValue,
            reason: standing.conclusion?.reason
        )
    }
}
