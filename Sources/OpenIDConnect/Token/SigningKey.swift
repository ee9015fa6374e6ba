import FleetModel
import FoundationEssentials
import JWTKit

/// One of the keys that the provider publishes (RFC 7517). The signature itself is JWTKit's to check.
struct SigningKey: Sendable {
    /// A modulus of 16384 bits; checking with a longer one would only cost time.
    private static let mostCharacters = 2800

    let keyID: String?
    private let type: String
    private let curve: String?
    private let algorithm: String?
    private let numbers: [String: String]

    /// nil: it is no key for signatures, or of a kind that we do not know; the others still count.
    init?(_ value: JSONValue) {
        guard case .object(let fields) = value else { return nil }
        let texts = fields.compactMapValues { if case .string(let text) = $0 { text } else { nil } }
        guard let type = texts["kty"], texts["use"] ?? "sig" == "sig" else { return nil }
        let names = ["n", "e", "x", "y"]
        numbers = texts.filter { names.contains($0.key) && $0.value.utf8.count <= Self.mostCharacters }
        self.type = type
        keyID = texts["kid"]
        curve = texts["crv"]
        algorithm = texts["alg"]
    }

    /// A key is for one algorithm, or for those of its type: a token does not choose what its signature means.
    func fits(_ wanted: SignatureAlgorithm) -> Bool {
        type == wanted.keyType && (wanted.curve == nil || curve == wanted.curve)
            && (algorithm ?? wanted.rawValue) == wanted.rawValue
    }

    /// Whether it signed the token.
    func made(_ token: IDToken) async -> Bool {
        guard fits(token.algorithm), let jwk = jwk(token.algorithm) else { return false }
        do {
            let keys = JWTKeyCollection()
            try await keys.add(jwk: jwk)
            return try await keys.getKey(for: Self.only).verify(token.signature, signs: token.signed)
        } catch {
            // The numbers are no key, or the bytes no signature: it is not this key's.
            return false
        }
    }

    private static let only = JWKIdentifier(string: "only")

    private func jwk(_ algorithm: SignatureAlgorithm) -> JWK? {
        guard let name = JWK.Algorithm(rawValue: algorithm.rawValue) else { return nil }
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            return .rsa(name, identifier: Self.only, modulus: numbers["n"], exponent: numbers["e"])
        case .es256: return elliptic(name, .p256)
        case .es384: return elliptic(name, .p384)
        case .es512: return elliptic(name, .p521)
        case .eddsa:
            return .octetKeyPair(name, identifier: Self.only, x: numbers["x"], y: nil, curve: .ed25519)
        }
    }

    private func elliptic(_ name: JWK.Algorithm, _ curve: ECDSACurve) -> JWK {
        .ecdsa(name, identifier: Self.only, x: numbers["x"], y: numbers["y"], curve: curve)
    }
}
