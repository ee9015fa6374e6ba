import FleetStore
import Foundation

/// Where a node's keys for secrets come from.
enum SecretKeyFile {
    private static let variable = "TIDEMARK_SECRETS_KEY_FILE"

    /// nil: none was named.
    static func read(_ flags: SecretsFlags, _ read: SettingReader) throws -> SecretKeyRing? {
        try read.text(variable, flags.secretsKeyFile).map(keys)
    }

    private static func keys(_ path: String) throws -> SecretKeyRing {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: SecretKeyRing.mostFileBytes + 1) ?? Data()
        } catch {
            throw SettingsError(
                "\(variable) is '\(path)', which cannot be read: \((error as NSError).localizedDescription)"
            )
        }
        guard bytes.count <= SecretKeyRing.mostFileBytes, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw SettingsError(
                "\(variable) is '\(path)', which is no text of at most \(SecretKeyRing.mostFileBytes) bytes"
            )
        }
        do {
            return try SecretKeyRing(text)
        } catch {
            throw SettingsError("\(variable) is '\(path)', which cannot be used: \(error)")
        }
    }
}
