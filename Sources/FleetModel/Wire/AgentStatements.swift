/// The exact texts that an agent signs. Each starts with its purpose, so that no signature serves for another.
extension AgentV1 {
    /// Signed on joining: binds the key to the token and the name.
    package static func joinStatement(token: String, name: String, publicKey: String) -> String {
        "tidemark-join-v1\n\(token)\n\(name)\n\(publicKey)"
    }

    /// Signed on opening a session: binds it to a time and a nonce, so that it cannot be replayed.
    package static func sessionStatement(
        machineID: ID<Machine>,
        time: Instant,
        nonce: String,
        bootID: String
    ) -> String {
        "tidemark-session-v1\n\(machineID)\n\(time)\n\(nonce)\n\(bootID)"
    }
}
