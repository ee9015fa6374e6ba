import Crypto
import FoundationEssentials

/// The keys that secrets are sealed with (AES-256-GCM), which nodes have and the database does not. The first one seals, all of
/// them open: a new key is put before the old one, everything is sealed anew, and then the old one goes.
package struct SecretKeyRing: Sendable {
    /// More keys than any change of keys needs; more bytes than so many keys with their comments.
    private static let mostKeys = 16
    package static let mostFileBytes = 64 * 1024

    private struct Key: Sendable {
        let id: String
        let key: SymmetricKey
    }

    private let keys: [Key]

    /// A line for a key file, from the system's random numbers.
    package static func newLine() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// Reads the text of a key file: a key a line, 32 bytes in base64; blank lines and lines that begin with # count for nothing.
    package init(_ text: String) throws(SecretKeyFault) {
        var keys: [Key] = []
        var lines: [String: Int] = [:]
        // As characters: the line end of another system is one, and no other than "\n" to a separator.
        let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in all.enumerated() {
            let line = line.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let number = index + 1
            guard let bytes = Data(base64Encoded: String(line)) else {
                throw SecretKeyFault(line: number, "is not base64")
            }
            guard bytes.count == 32 else {
                throw SecretKeyFault(line: number, "holds \(bytes.count) bytes, and a key has 32")
            }
            let id = Self.id(of: bytes)
            if let first = lines.updateValue(number, forKey: id) {
                throw SecretKeyFault(line: number, "is the same key as line \(first)")
            }
            guard keys.count < Self.mostKeys else {
                throw SecretKeyFault(line: number, "is one key too many: there may be \(Self.mostKeys)")
            }
            keys.append(Key(id: id, key: SymmetricKey(data: bytes)))
        }
        guard !keys.isEmpty else { throw SecretKeyFault(line: nil, "holds no key") }
        self.keys = keys
    }

    /// Which key it is, in rows and messages: nobody gets from it to the key.
    private static func id(of key: Data) -> String {
        var hasher = SHA256()
        hasher.update(data: Array("tidemark secret key id\n".utf8))
        hasher.update(data: key)
        return Hexadecimal.text(hasher.finalize().prefix(8))
    }

    /// The ids of its keys; the first one's seals.
    package var ids: [String] { keys.map(\.id) }

    package struct Sealed: Sendable, Equatable {
        package let keyID: String
        /// Nonce, encrypted value and tag.
        package let bytes: [UInt8]

        package init(keyID: String, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    package func seal(_ value: String, at place: SecretPlace) throws -> Sealed {
        guard let first = keys.first else { throw SecretsUnavailable.noKeys }
        let box = try AES.GCM.seal(
            Data(value.utf8),
            using: first.key,
            authenticating: place.authenticated
        )
        return Sealed(
            keyID: first.id,
            bytes: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        )
    }

    /// Throws `SecretsUnavailable` when it has not the key, or when it was sealed for another place or changed; `which` is for
    /// what it then says.
    package func open(_ sealed: Sealed, at place: SecretPlace, which: String) throws -> String {
        guard let key = keys.first(where: { $0.id == sealed.keyID }) else {
            throw SecretsUnavailable.unknownKeys([sealed.keyID])
        }
        guard let box = try? AES.GCM.SealedBox(combined: sealed.bytes),
            let bytes = try? AES.GCM.open(box, using: key.key, authenticating: place.authenticated),
            let value = String(validating: bytes, as: UTF8.self)
        else { throw SecretsUnavailable.cannotBeOpened(which) }
        return value
    }
}

extension SecretKeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never a key.
    package var description: String { "keys \(ids.joined(separator: ", "))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A file of keys that cannot be used. What is in the line is not said: it may be a key with a slip in it.
package struct SecretKeyFault: Error, Equatable, CustomStringConvertible {
    /// Counted from 1; nil: the whole file.
    package let line: Int?
    private let what: String

    init(line: Int?, _ what: String) {
        self.line = line
        self.what = what
    }

    package var description: String {
        (line.map { "line \($0) " } ?? "")
            + "\(what): a key is 32 bytes in base64, a line each, as `tidemarkd admin secrets-key` prints it"
    }
}
