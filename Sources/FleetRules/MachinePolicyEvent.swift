import FleetModel

/// What happens to machine policies.
package enum MachinePolicyEvent: Sendable, Equatable {
    case applied(name: String, created: Bool)
    case deleted(name: String)

    var record: EventRecord {
        switch self {
        case .applied(let name, let created):
            EventRecord(
                created ? .machinePolicyCreated : .machinePolicyModified,
                EventSubject(),
                "machine policy \(name) was \(created ? "created" : "changed")",
                detail: ["policy": name]
            )
        case .deleted(let name):
            EventRecord(
                .machinePolicyDeleted,
                EventSubject(),
                "machine policy \(name) was deleted",
                detail: ["policy": name]
            )
        }
    }
}
