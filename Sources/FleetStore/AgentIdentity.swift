package import FleetModel

/// The machine whose agent sent a request, as its session token proved.
package struct AgentIdentity: Sendable, Equatable {
    package let machineID: ID<Machine>
    package let name: String
    /// The session; what was accepted in an older one is not this one's.
    package let epoch: Int64

    package init(machineID: ID<Machine>, name: String, epoch: Int64) {
        self.machineID = machineID
        self.name = name
        self.epoch = epoch
    }

    /// How it appears as the actor of events.
    package var actor: String { "machine:\(name)" }
}
