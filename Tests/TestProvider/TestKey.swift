import Crypto
import CryptoExtras
package import FleetModel
import Foundation
import JWTKit

/// A key pair of a provider in a test, of any kind that providers have.
package struct TestKey: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case eddsa = "EdDSA"
    }

    package let kind: Kind
    package let keyID: String
    /// The public half, as providers publish it.
    package let published: [String: JSONValue]
    /// The public half, as people exchange it.
    package let publicPEM: String
    private let algorithm: any JWTAlgorithm

    package init(_ kind: Kind = .es256, keyID: String = "key-1") async throws {
        self.kind = kind
        self.keyID = keyID
        let keys = JWTKeyCollection()
        var fields: [String: String] = [:]
        switch kind {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            let key = try Insecure.RSA.PrivateKey(backing: _RSA.Signing.PrivateKey(keySize: .bits2048))
            let digest: DigestAlgorithm =
                kind.rawValue.hasSuffix("256")
                ? .sha256 : kind.rawValue.hasSuffix("384") ? .sha384 : .sha512
            if kind.rawValue.hasPrefix("P") {
                await keys.add(pss: key, digestAlgorithm: digest)
            } else {
                await keys.add(rsa: key, digestAlgorithm: digest)
            }
            let numbers = try key.publicKey.getKeyPrimitives()
            fields = [
                "kty": "RSA", "n": Self.base64(numbers.modulus), "e": Self.base64(numbers.publicExponent),
            ]
            publicPEM = key.publicKey.pemRepresentation
        case .es256:
            let key = ES256PrivateKey()
            await keys.add(ecdsa: key)
            fields = Self.elliptic("P-256", key.parameters)
            publicPEM = key.publicKey.pemRepresentation
        case .es384:
            let key = ES384PrivateKey()
            await keys.add(ecdsa: key)
            fields = Self.elliptic("P-384", key.parameters)
            publicPEM = key.publicKey.pemRepresentation
        case .es512:
            let key = ES512PrivateKey()
            await keys.add(ecdsa: key)
            fields = Self.elliptic("P-521", key.parameters)
            publicPEM = key.publicKey.pemRepresentation
        case .eddsa:
            let key = try EdDSA.PrivateKey()
            await keys.add(eddsa: key)
            fields = ["kty": "OKP", "crv": "Ed25519", "x": Self.base64(key.publicKey.rawRepresentation)]
            publicPEM = key.publicKey.pemRepresentation
        }
        fields["kid"] = keyID
        fields["use"] = "sig"
        fields["alg"] = kind.rawValue
        published = fields.mapValues { .string($0) }
        algorithm = try await keys.getKey()
    }

    package var header: [String: JSONValue] {
        ["alg": .string(kind.rawValue), "kid": .string(keyID), "typ": .string("JWT")]
    }

    package func sign(_ bytes: [UInt8]) throws -> [UInt8] { try algorithm.sign(bytes) }

    package func token(_ claims: [String: JSONValue]) throws -> String {
        try TestToken.of(header, claims, sign)
    }

    private static func elliptic(_ curve: String, _ point: ECDSAParameters?) -> [String: String] {
        ["kty": "EC", "crv": curve, "x": url(point?.x ?? ""), "y": url(point?.y ?? "")]
    }

    static func base64(_ bytes: some Sequence<UInt8>) -> String { url(Data(bytes).base64EncodedString()) }

    private static func url(_ text: String) -> String {
        String(text.compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }
}

/// Tokens of any sort, the impossible ones too.
package enum TestToken {
    package static func of(
        _ header: [String: JSONValue],
        _ claims: [String: JSONValue],
        _ sign: ([UInt8]) throws -> [UInt8]
    ) throws -> String {
        let encoder = JSONEncoder()
        let signed =
            TestKey.base64(try encoder.encode(header)) + "." + TestKey.base64(try encoder.encode(claims))
        return signed + "." + TestKey.base64(try sign(Array(signed.utf8)))
    }

    /// HS256, with the given bytes as the key.
    package static func hmac(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }
}
