internal import Crypto
internal import FleetClient
package import FleetModel

/// Makes this machine one of the fleet.
package enum Join {
    /// - Parameters:
    ///   - name: nil: the host's name.
    ///   - force: joins again, as a new machine with a new key: nothing is believed to be on it (A6).
    package static func run(
        url: String,
        token: String,
        name: String?,
        force: Bool,
        directory: DataDirectory
    ) async throws -> AgentV1.JoinResponse {
        let lock = try RunLock(directory)
        defer { withExtendedLifetime(lock) {} }
        if !force, let old = try Identity.load(from: directory) {
            throw AgentError(
                "this machine has joined \(old.url) already, as '\(old.name)': "
                    + "use --force to join as a new machine",
                status: .busy
            )
        }
        let key = Curve25519.Signing.PrivateKey()
        let name = name ?? Facts.hostName()
        let publicKey = Identity.publicKey(of: key)
        let statement = AgentV1.joinStatement(token: token, name: name, publicKey: publicKey)
        let request = AgentV1.JoinRequest(
            token: token,
            name: name,
            publicKey: publicKey,
            signature: try Identity.sign(statement, with: key),
            facts: Facts.read()
        )
        let client = try AgentClient(url: url)
        let answer: AgentV1.JoinResponse
        do {
            answer = try await client.join(request)
        } catch {
            await client.close()
            throw explained(error)
        }
        await client.close()
        try forgetBeliefs(in: directory)
        try Identity(url: client.url, machineID: answer.machineID, name: answer.name, key: key)
            .save(to: directory)
        return answer
    }

    private static func explained(_ error: any Error) -> any Error {
        switch error {
        case let problem as Problem:
            AgentError("the node refused: \(problem.title): \(problem.detail)", status: .refused)
        case let failure as ClientError: AgentError("\(failure)", status: .unavailable)
        default: error
        }
    }

    /// A new machine has proved nothing and owes no result; the files of its projects stay where they are.
    private static func forgetBeliefs(in directory: DataDirectory) throws {
        for name in try Disk.names(in: directory.journal) {
            try Disk.remove("\(directory.journal)/\(name)")
        }
        for name in try Disk.names(in: directory.steps) {
            try Disk.removeTree("\(directory.steps)/\(name)")
        }
        for name in try Disk.names(in: directory.projects) {
            try Disk.remove("\(directory.projects)/\(name)/state.json")
        }
    }
}
