package import Crypto
package import FleetModel
internal import FoundationEssentials

/// Who this machine is to the nodes: the number that joining gave it, and the key that never leaves it.
package struct Identity: Sendable {
    package var url: String
    package var machineID: ID<Machine>
    package var name: String
    package let key: Curve25519.Signing.PrivateKey

    package init(url: String, machineID: ID<Machine>, name: String, key: Curve25519.Signing.PrivateKey) {
        self.url = url
        self.machineID = machineID
        self.name = name
        self.key = key
    }

    /// `agent.json`: nothing in it is secret.
    private struct File: Codable {
        var url: String
        var machineID: ID<Machine>
        var name: String
    }

    /// nil: this machine has not joined.
    package static func load(from directory: DataDirectory) throws -> Identity? {
        guard let file = try Disk.readJSON(directory.identity, as: File.self) else { return nil }
        guard let raw = try Disk.read(directory.key) else {
            throw AgentError("\(directory.key) is missing: join again with --force")
        }
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: raw)
        return Identity(url: file.url, machineID: file.machineID, name: file.name, key: key)
    }

    /// The key first: `agent.json` is the sign that the join is complete.
    func save(to directory: DataDirectory) throws {
        try Disk.remove(directory.identity)
        try Disk.replace(directory.key, with: Array(key.rawRepresentation), mode: 0o600)
        try Disk.replaceJSON(directory.identity, with: File(url: url, machineID: machineID, name: name))
    }

    static func sign(_ statement: String, with key: Curve25519.Signing.PrivateKey) throws -> String {
        try key.signature(for: Data(statement.utf8)).base64EncodedString()
    }

    static func publicKey(of key: Curve25519.Signing.PrivateKey) -> String {
        key.publicKey.rawRepresentation.base64EncodedString()
    }
}
