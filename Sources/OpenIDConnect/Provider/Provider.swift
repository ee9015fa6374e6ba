package import FleetModel

/// The provider that people sign in with: the shell around `ProviderMemory`, `CodeExchange` and `IDTokenRules`, which alone
/// asks somebody something.
package actor Provider {
    /// Codes and names in an answer are short; anybody can send one to us.
    private static let mostCodeBytes = 4096

    private let settings: ProviderSettings
    private let transport: any ProviderTransport
    private var memory = ProviderMemory()

    package init(_ settings: ProviderSettings, transport: any ProviderTransport) {
        self.settings = settings
        self.transport = transport
    }

    /// Where to send the browser for this attempt.
    package func authorizationAddress(
        for secrets: AttemptSecrets,
        at moment: ContinuousClock.Instant = .now
    ) async throws(ProviderFault) -> String {
        AuthorizationAddress.of(try await document(moment).authorization, settings, secrets)
    }

    /// Who signed in, by the code that the browser brought back, and how to sign out again.
    ///
    /// - Parameters:
    ///   - issuer: the parameter `iss` of the answer; nil: there was none.
    ///   - now: the time that the token's is compared with.
    package func session(
        code: String,
        issuer: String?,
        of secrets: AttemptSecrets,
        now: Instant,
        at moment: ContinuousClock.Instant = .now
    ) async throws(ProviderFault) -> ProviderSession {
        let document = try await document(moment)
        guard issuer == settings.issuer || issuer == nil && !document.namesIssuer else {
            throw .answerFromElsewhere
        }
        guard (1...Self.mostCodeBytes).contains(code.utf8.count) else { throw .codeRefused("it is no code") }
        let answer = try await transport.send(
            CodeExchange.request(code: code, verifier: secrets.verifier, settings, document)
        )
        let tokens = try CodeExchange.tokens(in: answer)
        let token = try read(tokens.id)
        try await checkSignature(of: token, document, moment)
        return ProviderSession(
            identity: try await identity(in: token, tokens.access, document, nonce: secrets.nonce, now: now),
            endAddress: EndSessionAddress.of(document, settings, idToken: tokens.id)
        )
    }

    /// Who it is, by a token whose signature holds.
    private func identity(
        in token: IDToken,
        _ access: String?,
        _ document: ProviderDocument,
        nonce: String,
        now: Instant
    ) async throws(ProviderFault) -> ProviderIdentity {
        let rules = IDTokenRules(
            issuer: settings.issuer,
            clientID: settings.clientID,
            nonce: nonce,
            nameClaim: settings.nameClaim
        )
        let identity: ProviderIdentity
        do throws(IDTokenFault) {
            identity = try rules.identity(in: token.claims(), now: now)
        } catch {
            throw .token(error)
        }
        guard identity.name == nil, let address = document.userInfo, let access else {
            return identity
        }
        let about = try await transport.send(UserInfo.request(address, accessToken: access))
        return try rules.described(identity, by: UserInfo.claims(in: about))
    }

    private func read(_ text: String) throws(ProviderFault) -> IDToken {
        do throws(IDTokenFault) {
            return try IDToken(text)
        } catch {
            throw .token(error)
        }
    }

    private func document(_ moment: ContinuousClock.Instant) async throws(ProviderFault) -> ProviderDocument {
        if let known = memory.document(now: moment) { return known }
        guard let address = settings.discovery else {
            throw .unreadable(what: ProviderFault.document, reason: "the issuer is no address")
        }
        let settings = settings
        let document = try await fetch(
            ProviderFault.document,
            address,
            ProviderDocument.mostBytes,
            moment
        ) { bytes throws(ProviderFault) in try ProviderDocument(bytes, for: settings) }
        memory.learned(document, now: moment)
        return document
    }

    private func checkSignature(
        of token: IDToken,
        _ document: ProviderDocument,
        _ moment: ContinuousClock.Instant
    ) async throws(ProviderFault) {
        let known = try memory.keys(now: moment)?.key(for: token)
        if let known, await known.made(token) { return }
        // The key is newer than those that are known here, or has the name of one that it took the place of.
        guard memory.mayFetchKeys(now: moment) else {
            throw .token(known == nil ? .unknownKey : .signature)
        }
        let keys = try await fetch(
            ProviderFault.keys,
            document.keys,
            KeySet.mostBytes,
            moment
        ) { bytes throws(ProviderFault) in try KeySet(bytes) }
        memory.learned(keys, now: moment)
        guard let key = try keys.key(for: token) else { throw .token(.unknownKey) }
        guard await key.made(token) else { throw .token(.signature) }
    }

    /// What stands at an address of the provider; after a failure nothing is asked for a while.
    private func fetch<Value>(
        _ what: String,
        _ address: ProviderAddress,
        _ mostBytes: Int,
        _ moment: ContinuousClock.Instant,
        _ read: ([UInt8]) throws(ProviderFault) -> Value
    ) async throws(ProviderFault) -> Value {
        if let fault = memory.recentFailure(now: moment) { throw fault }
        do throws(ProviderFault) {
            let answer = try await transport.send(
                ProviderRequest(
                    what: what,
                    address: address,
                    form: nil,
                    authorization: nil,
                    mostBytes: mostBytes
                )
            )
            guard answer.status == 200 else { throw .status(what: what, answer.status) }
            return try read(answer.body)
        } catch {
            memory.failed(error, now: moment)
            throw error
        }
    }
}
