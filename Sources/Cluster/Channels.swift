import FleetModel

/// The NOTIFY channels of one Tidemark. Channels belong to a whole database, so they carry the schema's name.
package struct Channels: Sendable {
    package let events: String
    package let work: String
    package let lease: String
    package let nodes: String

    package init(schema: String) {
        // A channel name holds at most 63 bytes.
        let schema = schema.prefix(40)
        events = "tidemark.events.\(schema)"
        work = "tidemark.work.\(schema)"
        lease = "tidemark.lease.\(schema)"
        nodes = "tidemark.nodes.\(schema)"
    }

    package var all: [String] { [events, work, lease, nodes] }

    /// Ids of machines in one notification, whose payload has to stay below 8000 bytes.
    static let machinesInOnePayload = 350

    static func payload(_ machines: some Sequence<ID<Machine>>) -> String {
        machines.map(\.description).joined(separator: ",")
    }

    static func machines(from payload: String) -> [ID<Machine>] {
        payload.split(separator: ",").compactMap { Int64($0).map(ID<Machine>.init(rawValue:)) }
    }
}
