/// The version of every program built from this source.
package enum Version {
    package static let current = "0.1.0"
    /// The major version of the agent's wire protocol: the path is `/agent/v1`.
    package static let agentProtocol = 1
}
