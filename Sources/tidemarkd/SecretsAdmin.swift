import ArgumentParser
import FleetStore

/// `tidemarkd admin secrets-key`
struct SecretsKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets-key",
        abstract: "Print a new key for secrets: a line for the file that TIDEMARK_SECRETS_KEY_FILE names.",
        discussion: "Nothing is kept of it: whoever loses the file loses the secrets."
    )

    func run() async throws {
        print(SecretKeyRing.newLine())
    }
}

/// `tidemarkd admin reseal-secrets`
struct ResealSecrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reseal-secrets",
        abstract: "Seal with the first key of the file every secret that was sealed with another one.",
        discussion: "Nodes may run meanwhile, with the same file. Afterwards the other keys may go from it."
    )

    @OptionGroup var flags: DatabaseFlags
    @OptionGroup var secrets: SecretsFlags

    func run() async throws {
        try await Exit.explaining {
            let settings = try DatabaseSettings(flags, environment: Settings.environment)
            let read = SettingReader(environment: Settings.environment)
            guard let keys = try SecretKeyFile.read(secrets, read) else {
                throw SettingsError(
                    "TIDEMARK_SECRETS_KEY_FILE is not set: give it the file with the keys, the new one first"
                )
            }
            let count = try await Maintenance(settings).resealSecrets(with: keys)
            print("\(count) sealed anew with key \(keys.ids.first ?? "")")
        }
    }
}
