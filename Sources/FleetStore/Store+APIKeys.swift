package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// Makes a key for the HTTP API; the answer is the only time that it is seen. Without `grants` it may do everything.
    package func createAPIKey(
        name: String,
        grants: [Grant] = [.everything],
        by principal: Principal
    ) async throws -> SecretToken {
        let secret = SecretToken(random: .apiKey)
        do {
            try await unitOfWork(by: principal) { tx, changes in
                let request = APIV1.KeyRequest(name: name, grants: grants, owner: nil, expiresInSeconds: nil)
                _ = try APIKeyCommands.create(request, secret: secret, in: tx, &changes)
            }
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "api_key_one_live_name")
        {
            throw StoreError.conflict("there is a key named '\(name)' already: choose another name")
        }
        return secret
    }

    /// Refuses the key from the next request on; its name is free for another one.
    package func revokeAPIKey(name: String, by principal: Principal) async throws {
        try await unitOfWork(by: principal) { tx, changes in
            try changes.require(.administer, at: .everywhere)
            guard let prefix = try APIKeyRows.revoke(name: name, in: tx) else {
                throw StoreError.notFound(what: "API key", which: name)
            }
            changes.post(.keyRevoked(name: name, prefix: prefix))
        }
    }

    /// On whose behalf a request with this key is made; nil when it is nobody's.
    package func identifyAPIKey(_ presented: String) async throws -> Principal? {
        guard let secret = SecretToken(.apiKey, presented: presented) else { return nil }
        return try await read { try APIKeyRows.identify(hash: secret.hash, in: $0) }
    }
}
