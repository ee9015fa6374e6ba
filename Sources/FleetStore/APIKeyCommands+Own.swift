package import FleetModel
import FleetRules
package import Postgres

/// What people do to keys of their own. It takes no right: such a key may do nothing that its owner may not, whatever it
/// was granted.
extension APIKeyCommands {
    private static let most = 50

    package static func createOwn(
        _ request: APIV1.KeyRequest,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        let owner = try person(changes)
        guard try APIKeyOverviewRows.list(owner: owner, limit: most, in: tx).count < most else {
            throw StoreError.conflict("you have \(most) keys, and nobody has more: revoke one first")
        }
        return try insert(request, owner: owner, secret: secret, in: tx, &changes)
    }

    package static func rotateOwn(
        _ name: String,
        secret: SecretToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIKey {
        try setSecret(secret, of: try own(name, in: tx, changes), in: tx, &changes)
    }

    package static func revokeOwn(
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let key = try own(name, in: tx, changes)
        guard let prefix = try APIKeyRows.revoke(name: key.name, in: tx) else { return }
        changes.post(.keyRevoked(name: key.name, prefix: prefix))
    }

    /// Other people's keys are not there.
    private static func own(
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: borrowing Changes
    ) throws -> APIKey {
        let keys = try APIKeyOverviewRows.list(owner: try person(changes), limit: most, in: tx)
        guard let key = keys.first(where: { $0.name == name }) else {
            throw StoreError.notFound(what: "key of yours", which: name)
        }
        return key
    }

    private static func person(_ changes: borrowing Changes) throws -> ID<Person> {
        guard case .person(let id) = changes.principal.identity else {
            throw StoreError.conflict("\(changes.actor) is no person: a key has no keys of its own")
        }
        return id
    }
}
