package import FleetModel
package import Postgres

/// One grant after the other; see `GrantList.swift`.
extension PersonCommands {
    package static func add(
        _ grant: Grant,
        to name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        let before = try lock(name, in: tx)
        let grants = try before.grants.adding(grant, to: "person \(before.name)")
        return try Self.grant(grants, to: name, in: tx, &changes)
    }

    package static func takeBack(
        _ words: String,
        from name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        let before = try lock(name, in: tx)
        let grants = try before.grants.takingBack(words, from: "person \(before.name)")
        return try grant(grants, to: name, in: tx, &changes)
    }
}
