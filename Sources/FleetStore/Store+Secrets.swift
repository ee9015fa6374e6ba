package import FleetModel
import Postgres

/// What becomes of the secrets of one step.
package enum StepSecrets: Sendable, Equatable {
    /// Values by name.
    case values([String: String])
    /// The fence is out of date, or the step is not running.
    case stale
}

extension Store {
    /// Gives a step its secrets, as they are now: only to the machine that runs it, while it runs it.
    ///
    /// Throws `StoreError.forbidden` when it is another machine's, and `SecretsUnavailable` when one cannot be opened here.
    package func secrets(
        of step: ID<StepRun>,
        fence: Int64,
        for agent: AgentIdentity,
        with keys: SecretKeyRing?
    ) async throws -> StepSecrets {
        try await read { tx in
            let found = try tx.run(
                """
                SELECT s.machine_id, s.fence = \(fence) AND s.state = 'running' AS is_running, d.project_id, d.environment_id
                FROM step_run s JOIN deployment d ON d.id = s.deployment_id
                WHERE s.id = \(step)
                """
            ).first
            guard let found else { throw StoreError.notFound(what: "step", which: "\(step)") }
            guard try found["machine_id"] == agent.machineID else {
                throw StoreError.forbidden(
                    "step \(step) is another machine's: machine \(agent.name) does not get its secrets"
                )
            }
            guard try found["is_running"] else { return .stale }
            let stored = try SecretRows.of(try found["project_id"], in: try found["environment_id"], tx)
            guard !stored.isEmpty else { return .values([:]) }
            guard let keys else { throw SecretsUnavailable.noKeys }
            let values = try stored.map { secret in
                (secret.place.name, try keys.open(secret.sealed, at: secret.place, which: secret.which))
            }
            return .values(Dictionary(uniqueKeysWithValues: values))
        }
    }

    /// Throws `SecretsUnavailable` when a secret was sealed with a key that is not here: a node that cannot open what a step
    /// needs is better not there.
    package func checkSecretKeys(_ keys: SecretKeyRing?) async throws {
        let missing: [String] = try await database.query(SecretRows.unknownKeys(besides: keys?.ids ?? []))
            .map { try $0["key_id"] }
        guard missing.isEmpty else { throw SecretsUnavailable.unknownKeys(missing) }
    }

    /// Seals with the first key what was sealed with another one, so many in a transaction; returns how many it were. Ended
    /// in the middle, it goes on where it was when it is begun again.
    package func resealSecrets(with keys: SecretKeyRing, batch: Int = 100) async throws -> Int {
        guard let first = keys.ids.first else { throw SecretsUnavailable.noKeys }
        var count = 0
        var last: Int64? = 0
        while let after = last {
            let (resealed, next) = try await read { tx in
                let stored = try SecretRows.sealedOtherwise(than: first, after: after, limit: batch, in: tx)
                for secret in stored {
                    let value = try keys.open(secret.sealed, at: secret.place, which: secret.which)
                    try SecretRows.reseal(secret.id, try keys.seal(value, at: secret.place), in: tx)
                }
                return (stored.count, stored.last?.id)
            }
            count += resealed
            last = next
        }
        return count
    }
}
