import FleetModel
import FleetRules
import Postgres

extension Store {
    /// Makes a key for the HTTP API; the answer is the only time that it is seen.
    package func createAPIKey(name: String, by actor: String) async throws -> SecretToken {
        guard isKeyName(name) else {
            throw StoreError.invalid(
                field: "name",
                """
                '\(name)' is no name for a key: 1 to 63 letters, digits, '.', '_', '@' and '-', the first one a letter \
                or digit
                """
            )
        }
        let secret = SecretToken(random: .apiKey)
        do {
            try await unitOfWork(by: actor) { tx, changes in
                try APIKeyRows.insert(secret, name: name, in: tx)
                changes.post(.keyCreated(name: name, prefix: secret.prefix))
            }
        } catch let error as PostgresError where error.isUniqueViolation(constraint: "api_key_one_live_name")
        {
            throw StoreError.conflict("there is a key named '\(name)' already: choose another name")
        }
        return secret
    }

    /// Whose key it is; nil when it is nobody's.
    package func identifyAPIKey(_ presented: String) async throws -> APIKeyIdentity? {
        guard let secret = SecretToken(.apiKey, presented: presented) else { return nil }
        return try await read { try APIKeyRows.identify(hash: secret.hash, in: $0) }
    }

    private func isKeyName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || "._@-".utf8.contains($0) }
    }
}
