package import FleetModel

/// The machine whose agent sent a request, as its session token proved.
package struct AgentIdentity: Sendable, Equatable {
    package let machineID: ID<Machine>
    package let name: String
    /// The session; what was accepted in an older one is not this one's.
    package let epoch: Int64
    /// How long it may be silent by its machine policy; nil: as long as the node's setting says.
    package let silenceSeconds: Int?

    package init(machineID: ID<Machine>, name: String, epoch: Int64, silenceSeconds: Int? = nil) {
        self.machineID = machineID
        self.name = name
        self.epoch = epoch
        self.silenceSeconds = silenceSeconds
    }

    /// How long a poll of it is held: so long that it is heard several times before its silence would count.
    package func pollSeconds(atMost most: Int) -> Int {
        silenceSeconds.map { min(most, max(1, $0 / 3)) } ?? most
    }

    /// How it appears as the actor of events.
    package var actor: String { "machine:\(name)" }

    package var principal: Principal { .system(actor) }
}
