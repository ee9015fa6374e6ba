/// What is known of a machine's health.
package enum MachineHealth: String, Codable, Sendable, CaseIterable {
    /// Joined, or back after an absence, and no check has said anything yet. Becomes any other.
    case unknown = "Unknown"
    /// Its agent is connected and its last check passed.
    case healthy = "Healthy"
    /// Usable; its last check warned.
    case hasWarnings = "HasWarnings"
    /// Connected; its last check failed.
    case unhealthy = "Unhealthy"
    /// Not heard of for longer than allowed, or it said goodbye.
    case unavailable = "Unavailable"

    /// Whether work may be given to a machine in this state.
    package var isAvailable: Bool {
        switch self {
        case .healthy, .hasWarnings: true
        case .unknown, .unhealthy, .unavailable: false
        }
    }
}
