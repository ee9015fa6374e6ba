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
        var repeats: Repetition?

        struct Target {
            var machine: ID<Machine>
            /// The need it serves; nil: a person asked.
            var need: Int64?
        }
    }

    /// The deployment that it repeats, and how.
    struct Repetition {
        let deployment: ID<Deployment>
        let kind: RepetitionKind
    }

    static func create(
        _ order: Order,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> ID<Deployment> {
        let created = try tx.run(
            """
            INSERT INTO deployment (project_id, release_id, environment_id, kind, trigger_id, requested_by,
                                    unavailable_targets, unhealthy_targets, minimum_healthy_percent,
                                    repeats_id, repeats_as, traceparent)
            SELECT p.id, \(order.release), \(order.environment), \(order.kind), \(order.trigger)::bigint, \(actor),
                   p.unavailable_targets, p.unhealthy_targets, p.minimum_healthy_percent,
                   \(order.repeats?.deployment)::bigint, \(order.repeats?.kind)::text,
                   coalesce(\(changes.trace?.description)::text, new_traceparent())
            FROM project p WHERE p.id = \(order.project)
            RETURNING id
            """
        ).first
        guard let created else { throw StoreError.conflict("the deployment could not be created") }
        let id: ID<Deployment> = try created["id"]
        try tx.send(
            """
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, need_id)
            SELECT \(id), t.machine_id, \(order.project), \(order.release), t.need_id
            FROM unnest(\(order.machines.map(\.machine))::bigint[], \(order.machines.map(\.need))::bigint[])
                 WITH ORDINALITY AS t(machine_id, need_id, position)
            ORDER BY t.position
            """
        )
        try addSteps(to: id, in: tx)
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

    /// Runs for the machines of the environment that have none in the rollout and that a step of its release is for.
    static func includeNew(in deployment: ID<Deployment>, in tx: borrowing Transaction) throws {
        try tx.send(
            """
            INSERT INTO run (deployment_id, machine_id, project_id, release_id)
            SELECT d.id, m.id, d.project_id, d.release_id
            FROM deployment d
            JOIN release r ON r.id = d.release_id
            JOIN machine m ON m.environment_id = d.environment_id
            WHERE d.id = \(deployment) AND m.deleted_at IS NULL AND m.expired_at IS NULL AND m.enabled AND m.health IN ('Healthy', 'HasWarnings')
              AND release_is_for(r.process, m.roles, false)
              AND NOT EXISTS (SELECT 1 FROM run WHERE run.deployment_id = d.id AND run.machine_id = m.id)
            ORDER BY m.id
            """
        )
        try addSteps(to: deployment, in: tx)
    }

    /// The steps that its machines run, for the runs that have none yet. Those that no machine runs are its gates.
    private static func addSteps(to deployment: ID<Deployment>, in tx: borrowing Transaction) throws {
        try tx.send(
            """
            INSERT INTO step_run (run_id, deployment_id, machine_id, step_index, step_name)
            SELECT run.id, run.deployment_id, run.machine_id, s.position - 1, s.step ->> 'name'
            FROM run
            JOIN deployment d ON d.id = run.deployment_id
            JOIN machine m ON m.id = run.machine_id
            JOIN release r ON r.id = run.release_id
            CROSS JOIN LATERAL jsonb_array_elements(r.process) WITH ORDINALITY AS s(step, position)
            WHERE run.deployment_id = \(deployment) AND run.state = 'pending'
              AND step_is_for(s.step, m.roles, d.kind = 'automatic')
              AND NOT EXISTS (SELECT 1 FROM step_run o WHERE o.run_id = run.id)
            ORDER BY run.id, s.position
            """
        )
    }
}
