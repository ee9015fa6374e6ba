import Crypto
import FoundationEssentials

/// A bearer secret that this server makes: shown once, kept only as its SHA-256.
///
/// `prefix_` + 43 random base62 characters (256 bits) + 6 characters of CRC-32, so that scanners recognise a
/// leaked one and a mistyped one is refused without asking the database. The form follows GitHub's tokens.
package struct SecretToken: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case join = "tmj_"
        case apiKey = "tmk_"
        case session = "tms_"
        case webSession = "tmw_"
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let secretLength = 43
    private static let checksumLength = 6

    package let kind: Kind
    /// The secret itself: for the answer that hands it out, and for nothing else.
    package let text: String

    /// A new one from the system's random numbers.
    package init(random kind: Kind) {
        var generator = SystemRandomNumberGenerator()
        self.init(
            kind,
            secret: (0..<Self.secretLength).map { _ in
                Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)]
            }
        )
    }

    /// The one that belongs to `context` for whoever holds `secret`: repeating the request makes the same one
    /// again, so that an idempotent answer can hold a secret that is kept nowhere.
    package init(_ kind: Kind, derivedFrom secret: SecretToken, context: [UInt8]) {
        let key = SymmetricKey(data: Array(secret.text.utf8))
        // 43 characters need 43 bytes: two blocks of the MAC. The bias of the remainder costs under two bits
        // in all.
        var bytes: [UInt8] = []
        for block in UInt8(0)..<2 {
            let message = Array(kind.rawValue.utf8) + [block] + context
            bytes += Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        }
        let characters = bytes.prefix(Self.secretLength).map { Self.alphabet[Int($0) % Self.alphabet.count] }
        self.init(kind, secret: characters)
    }

    /// One that somebody presented; nil when it cannot be one of this kind.
    package init?(_ kind: Kind, presented text: String) {
        let bytes = Array(text.utf8)
        let secret = bytes.dropFirst(kind.rawValue.utf8.count).prefix(Self.secretLength)
        guard bytes.count == kind.rawValue.utf8.count + Self.secretLength + Self.checksumLength,
            text.hasPrefix(kind.rawValue),
            bytes.suffix(Self.checksumLength).elementsEqual(Self.checksum(of: secret))
        else { return nil }
        self.kind = kind
        self.text = text
    }

    private init(_ kind: Kind, secret: [UInt8]) {
        self.kind = kind
        text = kind.rawValue + String(decoding: secret + Self.checksum(of: secret[...]), as: UTF8.self)
    }

    /// SHA-256, as it is kept: 256 random bits need no slow hash.
    package var hash: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// The first characters, by which people recognise it.
    package var prefix: String { String(text.prefix(kind.rawValue.count + 6)) }

    private static func checksum(of secret: ArraySlice<UInt8>) -> [UInt8] {
        var rest = crc32(secret)
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[Int(rest % 62)])
            rest /= 62
        }
        return digits.reversed()
    }

    /// CRC-32 of ISO 3309, bit by bit: a few dozen bytes at a time need no table.
    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}

extension SecretToken: CustomStringConvertible {
    /// Never the secret.
    package var description: String { "\(prefix)****" }
}
