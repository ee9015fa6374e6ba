package import FleetModel
import FleetRules
import Postgres

/// What became of somebody whom the provider vouches for.
package enum ProviderSignIn: Sendable {
    /// What the session's cookie holds, and who it is.
    case opened(SecretToken, Person)
    case refused(Refusal)

    package enum Refusal: Sendable, Equatable {
        case disabled(String)
        /// A person of this name is here and was not linked: perhaps it is somebody else.
        case nameTaken(String)
        /// What the provider calls somebody is no name here; nil: it says none.
        case noName(String?)
    }
}

/// Signing in with an OpenID provider. What the provider said has been checked when it comes here.
extension Store {
    /// Keeps what is needed when the browser comes back, to whichever node.
    package func beginProviderSignIn(
        state: String,
        browser: String,
        nonce: String,
        verifier: String,
        next: String,
        remote: String
    ) async throws {
        try await read { tx in
            try ProviderAttemptRows.insert(
                state: state,
                browser: browser,
                nonce: nonce,
                verifier: verifier,
                next: next,
                remote: remote,
                in: tx
            )
        }
    }

    /// The attempt that the browser comes back to, once; nil: there is none of this browser, or no more.
    package func takeProviderSignIn(state: String, browser: String) async throws -> ProviderAttempt? {
        try await read { try ProviderAttemptRows.take(state: state, browser: browser, in: $0) }
    }

    /// Opens a session for the person whom the provider vouches for. Somebody who was never here becomes a person with no
    /// role at all, if the name is free.
    ///
    /// - Parameter endAddress: where the browser goes to end its session at the provider; `signOut` gives it back.
    package func signIn(
        _ identity: ProviderIdentity,
        endAddress: String?,
        remote: String
    ) async throws -> ProviderSignIn {
        let secret = SecretToken(random: .webSession)
        let sealed = try endAddress.map { try SealedText.seal($0, with: secret) }
        return try await unitOfWork(by: "nobody") { tx, changes in
            if try PersonIdentityRows.person(issuer: identity.issuer, subject: identity.subject, in: tx)
                == nil,
                let refusal = try Self.enter(identity, in: tx, &changes)
            {
                return .refused(refusal)
            }
            let known = try PersonIdentityRows.person(
                issuer: identity.issuer,
                subject: identity.subject,
                in: tx
            )
            guard let person = known else {
                throw StoreError.conflict("somebody else signs in at the same time: try again")
            }
            guard person.disabledAt == nil else { return .refused(.disabled(person.name)) }
            let principal = Principal.person(person.id, name: person.name, grants: person.grants)
            try WebSessionRows.open(secret, of: principal, remote: remote, providerSignOut: sealed, in: tx)
            changes.act(as: principal.actor)
            changes.post(.signIn(.signedIn(name: principal.actor, remote: remote)))
            return .opened(secret, person)
        }
    }

    /// Enters a person for an identity that nobody has yet; the refusal, if that cannot be.
    private static func enter(
        _ identity: ProviderIdentity,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> ProviderSignIn.Refusal? {
        guard let name = identity.name, PersonName.isOne(name) else { return .noName(identity.name) }
        try PersonIdentityRows.lockPeople(in: tx)
        // Another browser of the same person may have been here first.
        guard try PersonIdentityRows.person(issuer: identity.issuer, subject: identity.subject, in: tx) == nil
        else { return nil }
        if let there = try PersonRows.find(name, in: tx) { return .nameTaken(there.name) }
        let actor = "person:\(name)"
        let id = try PersonRows.insert(
            name: name,
            displayName: identity.displayName ?? "",
            by: actor,
            in: tx
        )
        _ = try PersonIdentityRows.insert(
            id,
            issuer: identity.issuer,
            subject: identity.subject,
            by: actor,
            in: tx
        )
        changes.act(as: actor)
        changes.post(.access(.personCreated(name: name, grants: [])))
        changes.post(.access(.personLinked(name: name, issuer: identity.issuer, subject: identity.subject)))
        return nil
    }
}
