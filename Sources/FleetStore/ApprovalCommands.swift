package import FleetModel
import FleetRules
package import Postgres

/// What people say about the manual steps of deployments.
package enum ApprovalCommands {
    /// Lets what is after the step go on, or ends the deployment before it.
    package static func decide(
        _ id: ID<Deployment>,
        _ request: APIV1.ApprovalRequest,
        approves: Bool,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        let reason = request.reason ?? ""
        if let fault = TextRule.any(most: 1000).fault(of: reason) {
            throw StoreError.invalid(field: "reason", fault)
        }
        if reason.isEmpty, !approves {
            throw StoreError.invalid(field: "reason", "is missing: say why, so that whoever deployed knows")
        }
        try changes.require(.approve, at: AccessPlaceRows.deployment(id, in: tx), of: "deployment", "\(id)")
        let gate = try waiting(id, step: request.step, in: tx)
        let state = approves ? GateState.passed : .refused
        let decided = try GateRows.set(gate.index, of: id, to: state, by: actor, because: reason, in: tx)
        if let event = decided.flatMap(ApprovalEvent.init(of:)) {
            let description = try DeploymentRows.describe(id, in: tx)
            changes.post(.approval(description.subject, description: description.text, event))
        }
        try DeploymentAdvance.advance(id, in: tx, &changes)
        return try DeploymentRows.get(id, in: tx)
    }

    /// The manual step that waits, while the deployment is locked.
    private static func waiting(
        _ id: ID<Deployment>,
        step: String?,
        in tx: borrowing Transaction
    ) throws -> Gate {
        let row = try tx.run("SELECT state FROM deployment WHERE id = \(id) FOR UPDATE").first
        guard let row else { throw StoreError.notFound(what: "deployment", which: "\(id)") }
        let state: DeploymentState = try row["state"]
        let gates = try GateRows.list(of: id, in: tx).filter { $0.kind == .manual }
        let named = gates.filter { step == nil || $0.step == step }
        if let gate = named.first(where: { $0.state == .waiting }) { return gate }
        let what = step.map { "step '\($0)' of deployment \(id)" } ?? "deployment \(id)"
        if let gate = named.last {
            let who = gate.decidedBy.map { " by \($0)" } ?? ""
            throw StoreError.conflict(
                "\(what) does not wait for approval: '\(gate.step)' is \(gate.state.rawValue) already\(who)"
            )
        }
        throw StoreError.conflict(
            "\(what) does not wait for approval"
                + (state.isOpen ? ": its machines have not come to a manual step" : ": it has ended")
        )
    }
}
