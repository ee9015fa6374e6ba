import FleetModel
import FleetStore
import Postgres

/// What the tests about failures need of a fleet.
extension Fleet {
    /// Long enough for every retry to be due.
    func passHour() async throws {
        _ = try await store.database.query(
            "UPDATE run SET finished_at = finished_at - interval '1 hour' WHERE finished_at IS NOT NULL"
        )
        _ = try await store.database.query(
            "UPDATE need SET due_at = now() WHERE closed_at IS NULL AND due_at IS NOT NULL"
        )
    }

    /// What the open need of a machine, or else its last one, says.
    func verdict(_ machine: ID<Machine>) async throws -> String? {
        try await texts(
            "SELECT verdict AS t FROM need WHERE machine_id = \(machine) ORDER BY id DESC LIMIT 1"
        ).first
    }

    func actual(_ machine: ID<Machine>) async throws -> String? {
        try await texts(
            """
            SELECT r.version AS t FROM machine_release mr JOIN release r ON r.id = mr.actual_release_id
            WHERE mr.machine_id = \(machine) AND mr.incomplete_release_id IS NULL
            """
        ).first
    }

    /// The versions that a machine was given, in order.
    func runs(_ machine: ID<Machine>) async throws -> [String] {
        try await texts(
            """
            SELECT r.version AS t FROM run JOIN release r ON r.id = run.release_id
            WHERE run.machine_id = \(machine) ORDER BY run.id
            """
        )
    }

    func events(_ category: EventCategory) async throws -> [String] {
        try await texts("SELECT message AS t FROM event WHERE category = \(category) ORDER BY id")
    }

    /// Scans, lets the machine work, and scans again.
    func work(_ machine: ID<Machine>, _ name: String, _ outcome: AgentV1.Outcome) async throws {
        try await scan()
        try await agent(machine, name).work(outcome)
        try await scan()
    }
}
