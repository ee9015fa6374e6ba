package import FleetModel
import FleetRules
package import Postgres

/// What is done to keys of the HTTP API. Each asks for `administer` itself, but for what people do to their own.
package enum APIKeyCommands {
    /// A minute to ten years.
    private static let lifetime = 60...(3660 * 86_400)

    package static func create(
        _ request: APIV1.KeyRequest,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try changes.require(.administer, at: .everywhere)
        let owner = try request.owner.map { try PersonCommands.lock($0, in: tx) }
        return try insert(request, owner: owner?.id, secret: secret, in: tx, &changes)
    }

    static func insert(
        _ request: APIV1.KeyRequest,
        owner: ID<Person>?,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try check(request)
        guard try APIKeyRows.find(request.name, in: tx) == nil else {
            throw StoreError.conflict(
                "there is a key named '\(request.name)' already: choose another name"
            )
        }
        let id = try APIKeyRows.insert(
            secret,
            .init(name: request.name, owner: owner, expiresInSeconds: request.expiresInSeconds),
            by: changes.actor,
            in: tx
        )
        try AccessGrantRows.set(request.grants, of: .apiKey(id), seen: changes.seen(in: tx), in: tx)
        changes.post(.keyCreated(name: request.name, prefix: secret.prefix))
        return try get(request.name, in: tx)
    }

    /// Gives the key another secret; sessions that were opened with it go on, as the key is the same.
    package static func rotate(
        _ name: String,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try changes.require(.administer, at: .everywhere)
        return try setSecret(secret, of: try get(name, in: tx), in: tx, &changes)
    }

    static func setSecret(
        _ secret: SecretToken,
        of key: APIKey,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try APIKeyRows.rotate(key.id, to: secret, in: tx)
        changes.post(.access(.keyRotated(name: key.name, prefix: secret.prefix)))
        return try get(key.name, in: tx)
    }

    /// Makes `grants` all that the key has.
    package static func grant(
        _ grants: [Grant],
        to name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try changes.require(.administer, at: .everywhere)
        let before = try lock(name, in: tx)
        try APIKeyRows.restrict(before.id, in: tx)
        try AccessGrantRows.set(grants, of: .apiKey(before.id), seen: .everything, in: tx)
        let key = try get(name, in: tx)
        try RefusedWork.tryAgain(in: tx, &changes)
        changes.post(
            .access(.grantsChanged(who: "key:\(name)", from: before.grants, to: key.grants))
        )
        return key
    }

    /// Two who change its grants at once do so one after the other.
    static func lock(_ name: String, in tx: borrowing Transaction) throws -> APIKey {
        try APIKeyRows.lock(name, in: tx)
        return try get(name, in: tx)
    }

    static func get(_ name: String, in tx: borrowing Transaction) throws -> APIKey {
        guard let key = try APIKeyRows.find(name, in: tx) else {
            throw StoreError.notFound(what: "API key", which: name)
        }
        return key
    }

    private static func check(_ request: APIV1.KeyRequest) throws {
        var faults: [StoreError.Fault] = []
        if !isKeyName(request.name) {
            faults.append(
                .init(
                    "name",
                    """
                    '\(request.name)' is no name for a key: 1 to 63 letters, digits, '.', '_', '@' and '-', the first one a \
                    letter or digit
                    """
                )
            )
        }
        if let seconds = request.expiresInSeconds, !lifetime.contains(seconds) {
            faults.append(
                .init(
                    "expiresInSeconds",
                    "is \(seconds), and must be \(lifetime.lowerBound) to \(lifetime.upperBound)"
                )
            )
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }

    private static func isKeyName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || "._@-".utf8.contains($0) }
    }
}
