import Crypto
import CryptoExtras
import FoundationEssentials

/// A password as it is kept: scrypt (RFC 7914) with a salt of its own. Slow and large on purpose: whoever gets hold of the
/// table pays for every guess. `docs/decisions` says why scrypt, and why these parameters.
package struct PasswordHash: Sendable, Equatable {
    /// What one hash costs: 128 · 2^logarithm · blockSize bytes of memory, gone through `parallelism` times.
    package struct Cost: Sendable, Equatable {
        package let logarithm: Int
        package let blockSize: Int
        package let parallelism: Int

        /// 32 MiB, three times: one of the settings that OWASP holds to be equally strong (Password Storage Cheat Sheet).
        package static let current = Cost(logarithm: 15, blockSize: 8, parallelism: 3)
        /// For tests, which have no secrets to keep.
        package static let least = Cost(logarithm: 4, blockSize: 8, parallelism: 1)
    }

    package let cost: Cost
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Of a new password, with a new salt.
    init(_ password: String, cost: Cost) throws {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try self.init(password, salt: salt, cost: cost)
    }

    init(_ password: String, salt: [UInt8], cost: Cost) throws {
        self.cost = cost
        self.salt = salt
        key = try Self.derive(password, salt, cost, bytes: 32)
    }

    /// `scrypt$ln=15,r=8,p=3$SALT$HASH`, in hexadecimal; nil: it is not.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "scrypt" else { return nil }
        let numbers = parts[1].split(separator: ",").map { $0.split(separator: "=") }
        guard numbers.count == 3, numbers.map(\.first) == ["ln", "r", "p"],
            let logarithm = numbers[0].last.flatMap({ Int($0) }), (1...20).contains(logarithm),
            let blockSize = numbers[1].last.flatMap({ Int($0) }), (1...32).contains(blockSize),
            let parallelism = numbers[2].last.flatMap({ Int($0) }), (1...16).contains(parallelism),
            let salt = Hexadecimal.bytes(parts[2]), let key = Hexadecimal.bytes(parts[3]), key.count == 32
        else { return nil }
        cost = Cost(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.key = key
    }

    package var text: String {
        "scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)$\(Hexadecimal.text(salt))$"
            + Hexadecimal.text(key)
    }

    /// Takes as long whether it matches or not.
    func matches(_ password: String) throws -> Bool {
        let presented = try Self.derive(password, salt, cost, bytes: key.count)
        return SymmetricKey(data: presented) == SymmetricKey(data: key)
    }

    private static func derive(
        _ password: String,
        _ salt: [UInt8],
        _ cost: Cost,
        bytes: Int
    ) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            outputByteCount: bytes,
            rounds: 1 << cost.logarithm,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        ).withUnsafeBytes { Array($0) }
    }
}

extension PasswordHash: CustomStringConvertible {
    /// Never the hash.
    package var description: String { "scrypt$****" }
}

/// What a password must be. Length is what makes one hard to guess; rules about kinds of characters do not.
package enum PasswordRule {
    private static let characters = 12...200

    /// What is wrong with it, as in "password ...".
    package static func fault(of password: String, name: String) -> String? {
        guard characters.contains(password.count), password.utf8.count <= 1024 else {
            return "must have \(characters.lowerBound) to \(characters.upperBound) characters"
        }
        guard !password.contains("\0") else { return "holds the character U+0000" }
        guard Set(password).count > 3 else { return "has too few different characters" }
        return password.lowercased().contains(name.lowercased()) && name.count > 3
            ? "holds the person's name" : nil
    }
}
