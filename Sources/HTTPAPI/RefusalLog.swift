package import FleetModel
package import FleetStore
import Synchronization

/// Writes an event of it when somebody is refused what he may not do: at most one for each of them and each route in a
/// minute, and so many of all together, or whoever asks in a loop would fill the event table. Agents are counted by themselves,
/// and what each was refused: no machine keeps the refusal of a person from being seen.
package final class RefusalLog: Sendable {
    private let counts = Mutex(RefusalCounts())
    private let countsOfAgents = Mutex(RefusalCounts())

    package init() {}

    func isWorthAnEvent(of agent: AgentIdentity, _ what: String) -> Bool {
        countsOfAgents.withLock { $0.isWorthAnEvent("\(agent.machineID) \(what)", now: .now) }
    }

    /// Runs `body`; a `NotAllowed` that it throws is written down and thrown on. `route` is method and path of the table.
    package func recording<Value: Sendable>(
        _ principal: Principal,
        at route: String,
        in store: Store,
        _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as NotAllowed {
            if counts.withLock({ $0.isWorthAnEvent("\(principal.actor) \(route)", now: .now) }) {
                // The refusal is the answer, whatever becomes of the record.
                try? await store.recordRefusal(of: principal, "\(refusal) (\(route))")
            }
            throw refusal
        }
    }
}

/// What was refused of late.
struct RefusalCounts: Sendable {
    static let window = Duration.seconds(60)
    /// Of all principals and routes together, in a window.
    static let most = 100

    private var since: ContinuousClock.Instant?
    private var seen: Set<String> = []

    mutating func isWorthAnEvent(_ what: String, now: ContinuousClock.Instant) -> Bool {
        if since.map({ now - $0 >= Self.window }) ?? true {
            since = now
            seen = []
        }
        guard seen.count < Self.most else { return false }
        return seen.insert(what).inserted
    }
}
