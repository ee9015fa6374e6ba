package import FleetModel
package import Postgres

/// One grant after the other; see `GrantList.swift`. What the key's owner may not, the key may not, whatever it has.
extension APIKeyCommands {
    package static func add(
        _ grant: Grant,
        to name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try changes.require(.administer, at: .everywhere)
        let grants = try lock(name, in: tx).grants.adding(grant, to: "key \(name)")
        return try Self.grant(grants, to: name, in: tx, &changes)
    }

    package static func takeBack(
        _ words: String,
        from name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try changes.require(.administer, at: .everywhere)
        let grants = try lock(name, in: tx).grants.takingBack(words, from: "key \(name)")
        return try grant(grants, to: name, in: tx, &changes)
    }
}
