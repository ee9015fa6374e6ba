package import FleetModel
import FleetRules
package import Postgres

/// What became of a name and a password.
package enum PasswordSignIn: Sendable {
    /// With what the cookie holds.
    case opened(SecretToken)
    /// Why not, for the event: the person at the door is not told which of the two is wrong.
    case refused(String)
}

/// People with passwords.
extension Store {
    /// Opens a session for the person whose password it is. Takes as long whether there is such a person or not.
    package func signIn(
        name: String,
        password: String,
        remote: String,
        _ hasher: PasswordHasher
    ) async throws -> PasswordSignIn {
        // What could be nobody's password is not worth the hash.
        guard password.utf8.count <= 1024, name.utf8.count <= 100, !(name + password).contains("\0") else {
            return .refused("there is nobody of the name that was given")
        }
        let known = try await read { try PasswordRows.find(name: name, in: $0) }
        let isIt = try await hasher.matches(password, known.flatMap { PasswordHash(text: $0.hash) })
        guard let known else {
            return .refused("there is nobody of the name that was given, with a password")
        }
        guard isIt else { return .refused("the password of \(known.name) is another") }
        let secret = SecretToken(random: .webSession)
        let opened = try await unitOfWork(by: .nobody) { tx, changes in
            guard let person = try PasswordRows.signedIn(known.person, hash: known.hash, in: tx) else {
                return false
            }
            try WebSessionRows.open(secret, of: person, remote: remote, in: tx)
            changes.act(as: person.actor)
            changes.post(.signIn(.signedIn(name: person.actor, remote: remote)))
            return true
        }
        return opened ? .opened(secret) : .refused("\(known.name) was disabled, or has another password now")
    }

    /// Sets one's own password, which takes the present one; false: that is another. Ends one's other sessions.
    package func changeOwnPassword(
        in session: WebSession,
        from current: String,
        to new: String,
        _ hasher: PasswordHasher
    ) async throws -> Bool {
        guard case .person(let id) = session.principal.identity else {
            throw StoreError.conflict("you are signed in with an API key, which has no password")
        }
        let name = String(session.principal.actor.dropFirst("person:".count))
        if let fault = PasswordRule.fault(of: new, name: name) {
            throw StoreError.invalid(field: "password", fault)
        }
        let known = try await read { try PasswordRows.find(name: name, in: $0) }
        let isIt = try await hasher.matches(current, known.flatMap { PasswordHash(text: $0.hash) })
        guard isIt, let known, known.person == id else { return false }
        let hash = try await hasher.hash(new)
        return try await unitOfWork(by: session.principal) { tx, changes in
            guard try PasswordRows.find(name: name, in: tx)?.hash == known.hash else { return false }
            try PasswordRows.set(hash, of: id, in: tx)
            try WebSessionRows.endAll(of: id, but: session.id, in: tx)
            changes.post(.access(.passwordChanged(name: name)))
            return true
        }
    }
}

extension PersonCommands {
    /// Sets a person's password, and ends every session of the person. The hash is made before the transaction begins.
    package static func setPassword(
        _ hash: PasswordHash,
        of name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        let person = try lock(name, in: tx)
        try PasswordRows.set(hash, of: person.id, in: tx)
        try WebSessionRows.endAll(of: person.id, in: tx)
        changes.post(.access(.passwordChanged(name: person.name)))
        return try lock(name, in: tx)
    }
}
