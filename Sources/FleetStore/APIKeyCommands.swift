package import FleetModel
import FleetRules
package import Postgres

/// What is done to keys of the HTTP API.
package enum APIKeyCommands {
    /// `owner` names the person whose key it is.
    package static func create(
        name: String,
        grants: [Grant],
        owner: String? = nil,
        expiresAt: Instant? = nil,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try changes.require(.administer, at: .everywhere)
        guard isKeyName(name) else {
            throw StoreError.invalid(
                field: "name",
                """
                '\(name)' is no name for a key: 1 to 63 letters, digits, '.', '_', '@' and '-', the first one a letter \
                or digit
                """
            )
        }
        let person = try owner.map { try PersonCommands.lock($0, in: tx) }
        let id = try APIKeyRows.insert(
            secret,
            .init(name: name, owner: person?.id, expiresAt: expiresAt),
            by: changes.actor,
            in: tx
        )
        try AccessGrantRows.set(grants, of: .apiKey(id), in: tx)
        changes.post(.keyCreated(name: name, prefix: secret.prefix))
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
