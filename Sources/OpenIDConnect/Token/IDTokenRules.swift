import FleetModel

/// What the claims of an ID token must be (OpenID Connect Core section 3.1.3.7), once its signature holds.
struct IDTokenRules: Sendable {
    /// How far the clocks of the provider and of PostgreSQL may be apart.
    static let leewaySeconds = 60.0
    /// Of `sub`, by the standard.
    private static let mostSubjectBytes = 255

    let issuer: String
    let clientID: String
    let nonce: String
    let nameClaim: String?

    init(issuer: String, clientID: String, nonce: String, nameClaim: String? = nil) {
        self.issuer = issuer
        self.clientID = clientID
        self.nonce = nonce
        self.nameClaim = nameClaim
    }

    func identity(
        in claims: [String: JSONValue],
        now: Instant
    ) throws(IDTokenFault) -> ProviderIdentity {
        guard claims["iss"] == .string(issuer) else { throw .issuer }
        try checkAudience(claims)
        guard claims["nonce"] == .string(nonce) else { throw .nonce }
        try checkTimes(claims, now: Double(now.microseconds) / 1_000_000)
        guard case .string(let subject)? = claims["sub"],
            (1...Self.mostSubjectBytes).contains(subject.utf8.count),
            subject.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else { throw .subject }
        return described(issuer, subject, claims)
    }

    /// The same person with the names that the provider's own answer about it has (OpenID Connect Core section 5.3): many
    /// providers put them there and not into the token.
    func described(
        _ identity: ProviderIdentity,
        by claims: [String: JSONValue]
    ) throws(ProviderFault) -> ProviderIdentity {
        guard claims["sub"] == .string(identity.subject) else { throw .anotherPerson }
        return described(identity.issuer, identity.subject, claims)
    }

    private func described(
        _ issuer: String,
        _ subject: String,
        _ claims: [String: JSONValue]
    ) -> ProviderIdentity {
        ProviderIdentity(
            issuer: issuer,
            subject: subject,
            name: PersonNameClaim.read(claims, named: nameClaim),
            displayName: PersonNameClaim.text(claims["name"])
        )
    }

    private func checkAudience(_ claims: [String: JSONValue]) throws(IDTokenFault) {
        let audience: [JSONValue]
        switch claims["aud"] {
        case .string(let one)?: audience = [.string(one)]
        case .array(let several)?: audience = several
        default: throw .audience
        }
        guard audience.contains(.string(clientID)) else { throw .audience }
        if audience.count > 1 || claims["azp"] != nil {
            guard claims["azp"] == .string(clientID) else { throw .authorizedParty }
        }
    }

    private func checkTimes(_ claims: [String: JSONValue], now: Double) throws(IDTokenFault) {
        guard let expiry = Self.seconds(claims["exp"]), now < expiry + Self.leewaySeconds else {
            throw .expired
        }
        guard let issued = Self.seconds(claims["iat"]), issued <= now + Self.leewaySeconds else {
            throw .issuedLater
        }
        guard let start = claims["nbf"] else { return }
        guard let start = Self.seconds(start), start <= now + Self.leewaySeconds else { throw .notYetValid }
    }

    private static func seconds(_ value: JSONValue?) -> Double? {
        switch value {
        case .int(let whole)?: Double(whole)
        case .double(let seconds)?: seconds
        default: nil
        }
    }
}
