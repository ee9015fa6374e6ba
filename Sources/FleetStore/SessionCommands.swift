import FleetModel
import FleetRules
package import Postgres

/// Ends open sessions of the pages from another one.
package enum SessionCommands {
    /// One of those of whoever makes the changes.
    package static func end(_ id: Int64, in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let principal = changes.principal
        guard try SessionOverviewRows.end(of: principal.identity, one: id, in: tx) == 1 else {
            throw StoreError.notFound(what: "session of yours", which: String(id))
        }
        changes.post(.signIn(.ended(name: principal.actor, sessions: 1)))
    }

    /// All of whoever makes the changes, but the one in which he does.
    package static func endOthers(
        but kept: Int64,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let principal = changes.principal
        let sessions = try SessionOverviewRows.end(of: principal.identity, but: kept, in: tx)
        guard sessions > 0 else { return }
        changes.post(.signIn(.ended(name: principal.actor, sessions: sessions)))
    }

    /// All of a person, keys' sessions included: the next request has to sign in again.
    package static func endAll(
        of name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try changes.require(.administer, at: .everywhere)
        let person = try PersonCommands.lock(name, in: tx)
        let sessions = try SessionOverviewRows.end(of: .person(person.id), in: tx)
        guard sessions > 0 else { return }
        changes.post(.signIn(.ended(name: "person:\(person.name)", sessions: sessions)))
    }
}
