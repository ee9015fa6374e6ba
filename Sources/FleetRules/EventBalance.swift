package import FleetModel

/// An event as the scanner reads it.
package struct ScannedEvent: Sendable, Equatable {
    package var id: ID<Event>
    package var category: EventCategory
    package var machineID: ID<Machine>
    /// The project that it is about as well; nil: none in particular.
    package var projectID: ID<Project>?

    package init(
        id: ID<Event>,
        category: EventCategory,
        machineID: ID<Machine>,
        projectID: ID<Project>? = nil
    ) {
        self.id = id
        self.category = category
        self.machineID = machineID
        self.projectID = projectID
    }
}

/// Weighs what happened to each machine within a window, so that a machine that came and went is not deployed to,
/// and one that went and came is, once.
package struct EventBalance: Sendable, Equatable {
    /// What the events of one machine add up to.
    package struct Net: Sendable, Equatable {
        package var machineID: ID<Machine>
        /// Its events in order of id; the events of one machine are ordered by id because its row is locked first.
        package var events: [ScannedEvent]
        /// Whether the last event about its availability took it away.
        package var isGone: Bool
    }

    /// One entry for each machine, in order of its first event.
    package let machines: [Net]

    package init(_ events: [ScannedEvent]) {
        var order: [ID<Machine>] = []
        var byMachine: [ID<Machine>: [ScannedEvent]] = [:]
        for event in events {
            if byMachine[event.machineID] == nil { order.append(event.machineID) }
            byMachine[event.machineID, default: []].append(event)
        }
        machines = order.map { machineID in
            let events = (byMachine[machineID] ?? []).sorted { $0.id < $1.id }
            let gone = events.reduce(false) { gone, event in Self.isGone(after: event.category) ?? gone }
            return Net(machineID: machineID, events: events, isGone: gone)
        }
    }

    /// True and false when the category says something about availability, nil when it does not.
    private static func isGone(after category: EventCategory) -> Bool? {
        if EventGroup.machineAvailableForDeployment.categories.contains(category) { return false }
        if EventGroup.machineUnavailableForDeployment.categories.contains(category) { return true }
        return nil
    }
}
