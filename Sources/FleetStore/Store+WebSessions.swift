import FleetModel
import FleetRules
import Postgres

/// Signing in to the web pages and out of them.
extension Store {
    /// Opens a session for whoever presents a live API key, and returns what its cookie holds; nil: it is no such key.
    package func signIn(apiKey presented: String, remote: String) async throws -> SecretToken? {
        guard let key = SecretToken(.apiKey, presented: presented) else { return nil }
        let secret = SecretToken(random: .webSession)
        let opened = try await unitOfWork(by: "nobody") { tx, changes in
            guard let principal = try APIKeyRows.identify(hash: key.hash, in: tx) else { return false }
            try WebSessionRows.open(secret, of: principal, remote: remote, in: tx)
            changes.act(as: principal.actor)
            changes.post(.signIn(.signedIn(name: principal.actor, remote: remote)))
            return true
        }
        return opened ? secret : nil
    }

    /// Writes down that somebody was not let in.
    package func recordRefusedSignIn(_ what: String, remote: String) async throws {
        try await unitOfWork(by: "nobody") { _, changes in
            changes.post(.signIn(.refused(what: what, remote: remote)))
        }
    }

    /// The session that the cookie names; nil when it is not, or no more, open.
    package func webSession(_ presented: String) async throws -> WebSession? {
        guard let secret = SecretToken(.webSession, presented: presented) else { return nil }
        return try await read { try WebSessionRows.find(hash: secret.hash, in: $0) }
    }

    /// Ends the session, whatever becomes of the one at the provider.
    ///
    /// - Parameter presented: what the cookie held.
    /// - Returns: where the browser goes to end the session at the provider as well; nil: nowhere.
    package func signOut(_ session: WebSession, _ presented: String) async throws -> String? {
        let ended = try await unitOfWork(by: session.principal) { tx, changes in
            let ended = try WebSessionRows.end(session.id, in: tx)
            if ended != nil { changes.post(.signIn(.signedOut(name: session.principal.actor))) }
            return ended
        }
        guard let sealed = ended?.providerSignOut, let secret = SecretToken(.webSession, presented: presented)
        else { return nil }
        return SealedText.open(sealed, with: secret)
    }
}
