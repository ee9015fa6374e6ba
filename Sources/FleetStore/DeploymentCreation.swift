import FleetModel
import FleetRules
import Postgres

/// Creates a deployment with its runs and steps, and gives out the first steps, in one transaction.
enum DeploymentCreation {
    struct Order {
        var project: ID<Project>
        var release: ID<Release>
        var environment: ID<Environment>
        var kind: DeploymentKind
        var trigger: ID<Trigger>?
        var machines: [Target]
        /// What was passed over to make it, for the event.
        var note: String?

        struct Target {
            var machine: ID<Machine>
            /// The need it serves; nil: a person asked.
            var need: Int64?
        }
    }

    static func create(
        _ order: Order,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> ID<Deployment> {
        let created = try tx.run(
            """
            INSERT INTO deployment (project_id, release_id, environment_id, kind, trigger_id, requested_by)
            VALUES (\(order.project), \(order.release), \(order.environment), \(order.kind), \(order.trigger),
                    \(actor))
            RETURNING id
            """
        ).first
        guard let created else { throw StoreError.conflict("the deployment could not be created") }
        let id: ID<Deployment> = try created["id"]
        try tx.run(
            """
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, need_id)
            SELECT \(id), t.machine_id, \(order.project), \(order.release), t.need_id
            FROM unnest(\(order.machines.map(\.machine))::bigint[], \(order.machines.map(\.need))::bigint[])
                 WITH ORDINALITY AS t(machine_id, need_id, position)
            ORDER BY t.position
            """
        )
        try tx.run(
            """
            INSERT INTO step_run (run_id, deployment_id, machine_id, step_index, step_name)
            SELECT run.id, run.deployment_id, run.machine_id, s.position - 1, s.step ->> 'name'
            FROM run
            JOIN machine m ON m.id = run.machine_id
            JOIN release r ON r.id = run.release_id
            CROSS JOIN LATERAL jsonb_array_elements(r.process) WITH ORDINALITY AS s(step, position)
            WHERE run.deployment_id = \(id)
              AND (jsonb_array_length(coalesce(s.step -> 'roles', '[]')) = 0 OR s.step -> 'roles' ?| m.roles)
            ORDER BY run.id, s.position
            """
        )
        let description = try DeploymentRows.describe(id, in: tx)
        changes.post(
            .deploymentCreated(
                description.subject,
                description: order.note.map { "\(description.text), \($0)," } ?? description.text,
                machines: order.machines.count
            )
        )
        try DeploymentAdvance.advance(id, in: tx, &changes)
        return id
    }
}
