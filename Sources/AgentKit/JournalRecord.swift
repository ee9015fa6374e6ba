internal import FleetModel

/// What must survive the agent about a step in hand: it was accepted, how far it is, what its result is.
struct JournalRecord: Codable, Sendable, Equatable {
    enum Phase: Codable, Sendable, Equatable {
        /// Nothing irrevocable was done. Becomes switching (a package) or finished.
        case accepted
        /// `current` is being moved from one folder to another. Becomes finished.
        case switching(from: String?, to: String)
        /// The result is known and not yet acknowledged. Removed on acknowledgement.
        case finished(AgentV1.ResultRequest)
    }

    var assignment: AgentV1.Assignment
    var phase: Phase

    var entry: AgentV1.JournalEntry {
        AgentV1.JournalEntry(stepRunID: assignment.stepRunID, fence: assignment.fence)
    }
}
