import Crypto
import FoundationEssentials

/// A text that whoever has the database alone cannot read: encrypted (AES-GCM) with a key derived from a secret of which only
/// the hash is kept there.
enum SealedText {
    static func seal(_ text: String, with secret: SecretToken) throws -> [UInt8] {
        let box = try AES.GCM.seal(Data(text.utf8), using: key(of: secret))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// nil: it was sealed with another secret, or is no such thing.
    static func open(_ bytes: [UInt8], with secret: SecretToken) -> String? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let text = try? AES.GCM.open(box, using: key(of: secret))
        else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    private static func key(of secret: SecretToken) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(secret.text.utf8)),
            info: Array("sealed text".utf8),
            outputByteCount: 32
        )
    }
}
