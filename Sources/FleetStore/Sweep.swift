package import FleetModel
import FleetRules
package import Postgres

/// What nobody reports, found by looking: agents gone silent, steps out of time, deployments that a dead node left
/// half way, and rows past their use. The leader does it every few seconds; each part is bounded and may be repeated.
package struct Sweep: Sendable {
    /// How long an agent may be silent before its machine is unavailable, where its policy does not say.
    package var silenceSeconds: Int
    /// What a step may take beyond its own time-out before its agent is thought lost.
    package var reportGraceSeconds: Int
    /// How long a connected agent may leave a step that it was offered.
    package var acceptSeconds: Int
    /// How much one sweep takes on.
    package var limit: Int

    package init(
        silenceSeconds: Int,
        reportGraceSeconds: Int = 120,
        acceptSeconds: Int = 600,
        limit: Int = 500
    ) {
        self.silenceSeconds = silenceSeconds
        self.reportGraceSeconds = reportGraceSeconds
        self.acceptSeconds = acceptSeconds
        self.limit = limit
    }

    /// Returns deployments to move on, each in a transaction of its own.
    package func run(in tx: borrowing Transaction, _ changes: inout Changes) throws -> [ID<Deployment>] {
        try noteSilence(in: tx, &changes)
        try FreezeRows.tell(in: tx, &changes)
        try Promotions.workOff(limit: limit, in: tx, &changes)
        try PinRows.expire(limit: limit, in: tx, &changes)
        try giveUpLostSteps(in: tx, &changes)
        try takeBackOffers(in: tx)
        let checked = try HealthCheckSweep(limit: limit).run(in: tx, &changes)
        return checked
            + (try DeploymentRows.mayBeStuck(limit: limit, in: tx)).filter { !checked.contains($0) }
    }

    private func noteSilence(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let silent = try PresenceRows.silent(forSeconds: silenceSeconds, limit: limit, in: tx)
        for (seconds, machines) in Dictionary(grouping: silent, by: \.seconds).sorted(by: { $0.key < $1.key })
        {
            try HealthRows.set(
                .unavailable,
                of: machines.map(\.machine),
                because: "its agent was not heard for \(seconds) s",
                in: tx,
                &changes
            )
        }
        for machine in try PresenceRows.heardAgain(limit: limit, in: tx) {
            guard let locked = try AgentMachineRows.lock(machine, in: tx) else { continue }
            try HealthCheckCommands.connected(locked, because: "its agent was heard again", in: tx, &changes)
        }
    }

    /// A step whose agent is gone, or is long past its time, may or may not have run to its end.
    private func giveUpLostSteps(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let lost = try tx.run(
            """
            UPDATE step_run s
            SET state = 'unknown', finished_at = now(),
                message = CASE WHEN l.is_silent THEN 'its agent went silent while the step ran'
                               ELSE 'its agent did not report the result in time' END
            FROM (SELECT s.id, m.health = 'Unavailable' AS is_silent
                  FROM step_run s
                  JOIN machine m ON m.id = s.machine_id
                  JOIN run ON run.id = s.run_id
                  JOIN release r ON r.id = run.release_id
                  WHERE s.state = 'running'
                    AND (m.health = 'Unavailable' OR m.deleted_at IS NOT NULL
                         OR s.started_at < now() - make_interval(secs =>
                                coalesce((r.process -> s.step_index ->> 'timeoutSeconds')::int, 0)
                                + coalesce((r.process -> s.step_index -> 'package' ->> 'checkTimeoutSeconds')::int, 0)
                                + \(reportGraceSeconds)))
                  ORDER BY s.id LIMIT \(limit) FOR UPDATE OF s SKIP LOCKED) l
            WHERE s.id = l.id
            RETURNING s.deployment_id, s.machine_id, s.step_name, s.message,
                      (SELECT name FROM machine WHERE id = s.machine_id) AS machine
            """
        )
        for row in lost {
            var subject = try DeploymentRows.describe(try row["deployment_id"], in: tx).subject
            subject.machine = try row["machine_id"]
            changes.post(
                .stepOutcomeUnknown(
                    subject,
                    machine: try row["machine"],
                    step: try row["step_name"],
                    reason: try row["message"]
                )
            )
        }
    }

    /// An offer that was not accepted has provably not begun. It is taken back from a machine that is gone; an agent
    /// that is there and does not take it has failed the step.
    private func takeBackOffers(in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE step_run s SET state = 'pending' FROM machine m
            WHERE s.state = 'offered' AND m.id = s.machine_id
              AND (m.health = 'Unavailable' OR NOT m.enabled OR m.deleted_at IS NOT NULL)
            """
        )
        try tx.run(
            """
            UPDATE step_run SET state = 'failed', finished_at = now(),
                                message = 'its agent did not take the step it was offered'
            WHERE state = 'offered' AND offered_at < now() - make_interval(secs => \(acceptSeconds))
            """
        )
    }

    /// Removes rows that no request can need any more.
    package static func housekeeping(in tx: borrowing Transaction) throws {
        try tx.send("DELETE FROM agent_nonce WHERE used_at < now() - interval '15 minutes'")
        try tx.send("DELETE FROM idempotency_key WHERE created_at < now() - interval '24 hours'")
        try tx.send("DELETE FROM agent_session WHERE expires_at < now() - interval '1 day'")
        try PackageUploadRows.deleteAbandoned(in: tx)
        try NodeRows.forgetOld(in: tx)
        try PresenceRows.forgetOldGaps(in: tx)
    }
}
