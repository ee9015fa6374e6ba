import FleetModel
package import Postgres

/// Configuration of every kind by name, for those who must not overwrite what they have not seen.
package enum ConfigurationRows {
    package static func find(
        _ kind: ConfigurationKind,
        _ name: String,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> ConfigurationState? {
        let text: String? =
            switch kind {
            case .environment:
                try EnvironmentRows.find(name, seen: seen, in: tx).map { try JSONText.encode($0) }
            case .machinePolicy:
                try MachinePolicyRows.find(name, seen: seen, in: tx).map { try JSONText.encode($0) }
            case .project: try ProjectRows.find(name, seen: seen, in: tx).map { try JSONText.encode($0) }
            case .freeze:
                try FreezeRows.list(name: name, limit: 1, seen: seen, in: tx).first
                    .map { try JSONText.encode($0) }
            case .trigger: try trigger(name, seen: seen, in: tx).map { try JSONText.encode($0) }
            case .webhook:
                try WebhookRows.list(name: name, limit: 1, in: tx).first.map { try JSONText.encode($0) }
            }
        return try text.map { try ConfigurationState(kind, text: $0) }
    }

    /// The same, and nobody else changes or deletes it until the transaction ends.
    static func lock(
        _ kind: ConfigurationKind,
        _ name: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> ConfigurationState? {
        switch kind {
        case .environment:
            try tx.run(
                "SELECT 1 FROM environment WHERE name = \(name) AND deleted_at IS NULL FOR NO KEY UPDATE"
            )
        case .machinePolicy: try tx.run("SELECT 1 FROM machine_policy WHERE name = \(name) FOR NO KEY UPDATE")
        case .project: try tx.run("SELECT 1 FROM project WHERE name = \(name) FOR NO KEY UPDATE")
        case .freeze: try tx.run("SELECT 1 FROM deployment_freeze WHERE name = \(name) FOR NO KEY UPDATE")
        case .trigger:
            let (project, trigger) = parts(of: name)
            try tx.run(
                """
                SELECT 1 FROM project_trigger t JOIN project p ON p.id = t.project_id
                WHERE p.name = \(project) AND t.name = \(trigger) FOR NO KEY UPDATE OF t
                """
            )
        case .webhook: _ = try WebhookRows.lock(name, in: tx)
        }
        return try find(kind, name, seen: seen, in: tx)
    }

    /// Who changed it last, and when; nil when no event of the last 90 days tells.
    static func author(
        _ kind: ConfigurationKind,
        _ name: String,
        in tx: borrowing Transaction
    ) throws -> (actor: String, at: Instant)? {
        let categories = ["Created", "Modified", "Deleted"].map { kind.rawValue + $0 }
        return try tx.run(
            """
            SELECT actor, occurred_at FROM event
            WHERE category = ANY (\(categories)) AND occurred_at > now() - interval '90 days'
              AND \(name) = ANY (string_to_array(translate(message, ',;:''"', '     '), ' '))
            ORDER BY id DESC LIMIT 1
            """
        ).first.map { (try $0["actor"], try $0["occurred_at"]) }
    }

    private static func trigger(
        _ name: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Trigger? {
        let (project, trigger) = parts(of: name)
        return try TriggerRows.list(
            project: project,
            name: trigger,
            after: ID(0),
            limit: 1,
            seen: seen,
            in: tx
        ).first
    }

    /// `PROJECT/TRIGGER`.
    private static func parts(of name: String) -> (project: String, trigger: String) {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), parts.count == 2 ? String(parts[1]) : "")
    }
}
