/// What a package step installs: download, verify, unpack beside the old release, switch `current`, check.
package struct PackageInstall: Codable, Sendable, Equatable {
    package static let defaultKeep = 5
    package static let defaultCheckTimeoutSeconds = 60

    /// Name in the built-in store, or a name for the folder when `url` is given.
    package var name: String
    /// An http(s) address to fetch from instead of the built-in store; then `sha256` is needed.
    package var url: String?
    /// SHA-256 of the file, lower-case hexadecimal. Filled in from the store when a release is created.
    package var sha256: String?
    /// Filled in when a release is created.
    package var version: String?
    /// Size of the file when known. Filled in from the store when a release is created.
    package var sizeBytes: Int64?
    /// How many releases stay on the machine, the current one included.
    package var keep: Int
    /// A shell script run after the switch; when it fails, `current` goes back to the previous release.
    package var check: String?
    package var checkTimeoutSeconds: Int

    package init(
        name: String,
        url: String? = nil,
        sha256: String? = nil,
        version: String? = nil,
        sizeBytes: Int64? = nil,
        keep: Int = PackageInstall.defaultKeep,
        check: String? = nil,
        checkTimeoutSeconds: Int = PackageInstall.defaultCheckTimeoutSeconds
    ) {
        self.name = name
        self.url = url
        self.sha256 = sha256
        self.version = version
        self.sizeBytes = sizeBytes
        self.keep = keep
        self.check = check
        self.checkTimeoutSeconds = checkTimeoutSeconds
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        url = try values.decodeIfPresent(String.self, forKey: .url)
        sha256 = try values.decodeIfPresent(String.self, forKey: .sha256)
        version = try values.decodeIfPresent(String.self, forKey: .version)
        sizeBytes = try values.decodeIfPresent(Int64.self, forKey: .sizeBytes)
        keep = try values.decodeIfPresent(Int.self, forKey: .keep) ?? Self.defaultKeep
        check = try values.decodeIfPresent(String.self, forKey: .check)
        checkTimeoutSeconds =
            try values.decodeIfPresent(Int.self, forKey: .checkTimeoutSeconds)
            ?? Self.defaultCheckTimeoutSeconds
    }
}
