package import FleetModel
import FleetRules
package import Postgres

/// What people do to webhooks. A webhook may tell of everything, so all of it takes the right to configure everywhere.
package enum WebhookCommands {
    /// Every command asks; whoever only reads is to be asked by the reader.
    package static func mayConfigure(_ principal: Principal) throws {
        try principal.require(.configure, at: .everywhere)
    }

    static func apply(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.enumerated().compactMap { index, document in
            if case .webhook(let webhook) = document { (index: index, document: webhook) } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let environments = try EnvironmentRows.ids(of: wanted.flatMap(\.document.environments), in: tx)
        let projects = try ProjectRows.ids(of: wanted.flatMap(\.document.projects), in: tx)
        let faults = wanted.flatMap { index, document in
            let path = "documents[\(index)]"
            return UnknownNames.faults(
                document.environments,
                known: environments,
                "environment",
                at: "\(path).environments"
            )
                + UnknownNames.faults(document.projects, known: projects, "project", at: "\(path).projects")
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        // In one order, so that two applies do not wait for each other.
        for (_, document) in wanted.sorted(by: { $0.document.name < $1.document.name }) {
            guard let row = try WebhookRows.apply(document, in: tx) else { continue }
            if row.created {
                _ = try WebhookSecretRows.rotate(row.id, to: WebhookSecret(), in: tx)
            }
            actions["Webhook \(row.name)"] = row.created ? "created" : "changed"
            changes.post(.webhook(.applied(name: row.name, created: row.created)))
        }
        guard try WebhookRows.count(in: tx) <= Limits.webhooks else {
            throw StoreError.conflict("there may be \(Limits.webhooks) webhooks: delete some first")
        }
    }

    /// Makes a new secret; the answer has only its number, so that no stored answer holds it.
    package static func rotate(
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIV1.WebhookSecret {
        let webhook = try lock(name, in: tx, changes)
        let rotated = try WebhookSecretRows.rotate(webhook, to: WebhookSecret(), in: tx)
        changes.post(.webhook(.secretRotated(name: name, hours: WebhookSecretRows.overlapHours)))
        return APIV1.WebhookSecret(
            id: rotated.id,
            webhook: name,
            secret: nil,
            previousValidUntil: rotated.previousUntil
        )
    }

    /// Puts a ping into the outbox: what came of it is to be seen like that of any delivery.
    package static func ping(
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> WebhookDelivery {
        let webhook = try lock(name, in: tx, changes)
        guard try tx.run("SELECT 1 FROM webhook WHERE id = \(webhook) AND enabled").first != nil else {
            throw StoreError.conflict("webhook '\(name)' is turned off: apply it with 'enabled: true' first")
        }
        return try delivery(WebhookDeliveryRows.insertPing(to: webhook, in: tx), of: name, in: tx)
    }

    /// Sends one delivery again.
    package static func replay(
        _ id: ID<WebhookDelivery>,
        of name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> WebhookDelivery {
        let webhook = try lock(name, in: tx, changes)
        _ = try delivery(id, of: name, in: tx)
        guard try WebhookDeliveryRows.replay(id, of: webhook, in: tx) else {
            throw StoreError.conflict("delivery \(id) is being sent just now: look again in a minute")
        }
        changes.post(.webhook(.replayed(name: name, count: 1)))
        return try delivery(id, of: name, in: tx)
    }

    /// Sends again all that did not get through since then.
    package static func replayFailed(
        of name: String,
        since: Instant,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIV1.WebhookReplay {
        let webhook = try lock(name, in: tx, changes)
        let count = try WebhookDeliveryRows.replayFailed(since: since, of: webhook, in: tx)
        if count > 0 { changes.post(.webhook(.replayed(name: name, count: count))) }
        return APIV1.WebhookReplay(webhook: name, replayed: count)
    }

    private static func lock(
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: Changes
    ) throws -> ID<Webhook> {
        try mayConfigure(changes.principal)
        guard let id = try WebhookRows.lock(name, in: tx) else {
            throw StoreError.notFound(what: "webhook", which: name)
        }
        return id
    }

    private static func delivery(
        _ id: ID<WebhookDelivery>,
        of name: String,
        in tx: borrowing Transaction
    ) throws -> WebhookDelivery {
        guard let found = try WebhookDeliveryRows.find(id, of: name, in: tx) else {
            throw StoreError.notFound(what: "delivery of \(name)", which: String(id.rawValue))
        }
        return found
    }
}

extension Store {
    /// Deletes a webhook, its secrets and its deliveries.
    package func deleteWebhook(
        _ name: String,
        if condition: ConfigurationCondition? = nil,
        by principal: Principal
    ) async throws {
        try await unitOfWork(by: principal) { tx, changes in
            try WebhookCommands.mayConfigure(principal)
            try condition?.check(.webhook, name, seen: .everything, in: tx)
            guard let undelivered = try WebhookRows.delete(name, in: tx) else {
                throw StoreError.notFound(what: "webhook", which: name)
            }
            changes.post(.webhook(.deleted(name: name, undelivered: undelivered)))
        }
    }
}
