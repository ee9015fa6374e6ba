package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// How many events and decisions of the past an explanation shows.
    private static let chainLength = 20

    /// What should be on the machine, what is on it, and why; for one project, or for all that concern it.
    package func explain(_ machine: Machine, project: String?) async throws -> Explanation {
        try await read { tx in
            let triggers = try FactsRows.triggers(in: tx)
            guard let facts = try FactsRows.machines([machine.id], in: tx)[machine.id] else {
                throw StoreError.notFound(what: "machine", which: machine.name)
            }
            let projects = try ExplainRows.load(machine: machine.id, project: project, in: tx)
            if let project, projects.isEmpty { throw StoreError.notFound(what: "project", which: project) }
            var explanations: [ProjectExplanation] = []
            for found in projects {
                let isCovered = triggers.contains {
                    $0.projectID == found.projectID && $0.enabled && $0.covers(facts)
                }
                guard project != nil || isCovered || found.concernsMachine else { continue }
                explanations.append(
                    ProjectExplanation(
                        found,
                        isCovered: isCovered,
                        machine: facts,
                        chain: try ExplainRows.chain(
                            machine: machine.id,
                            project: found.projectID,
                            limit: Self.chainLength,
                            in: tx
                        )
                    )
                )
            }
            return Explanation(machine: machine, projects: explanations)
        }
    }
}

extension ExplainRows.Facts {
    /// Whether there is anything to say about the project on the machine when no trigger covers it.
    fileprivate var concernsMachine: Bool {
        desired?.hasStepForMachine == true || actual != nil || incomplete != nil || need != nil
            || openRun != nil
    }
}

extension ProjectExplanation {
    init(_ facts: ExplainRows.Facts, isCovered: Bool, machine: MachineFacts, chain: [Link]) {
        let concluded = ProjectVerdict.conclude(
            desired: facts.desired,
            actual: facts.actual,
            incomplete: facts.incomplete,
            openRun: facts.openRun,
            isCovered: isCovered,
            isExpired: machine.expired,
            environmentEnds: machine.environmentEnds
        )
        // What is under way is said first; else an open need says what it waits for.
        let need = facts.openRun == nil ? facts.need : nil
        let applies = facts.desired?.hasStepForMachine == true
        self.init(
            project: facts.project,
            desired: applies ? facts.desiredVersion : nil,
            desiredReason: Self.desiredReason(facts),
            actual: facts.actualVersion,
            incomplete: facts.incompleteVersion,
            verdict: need?.verdict ?? concluded.verdict.rawValue,
            reason: need?.reason ?? concluded.reason,
            needID: facts.need?.id,
            nextLookAt: facts.need?.dueAt,
            deploymentID: concluded.deploymentID,
            chain: chain
        )
    }

    private static func desiredReason(_ facts: ExplainRows.Facts) -> String {
        guard let desired = facts.desired, let version = facts.desiredVersion else {
            return "nothing was ever rolled out to its environment"
        }
        guard desired.hasStepForMachine else {
            return "release \(version) is the environment's, but no step of it is for the machine's roles"
        }
        let rollout = facts.desiredDeployment.map { " (deployment \($0))" } ?? ""
        return "\(version) is the last release rolled out to its environment with success\(rollout)"
    }
}
