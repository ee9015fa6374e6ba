import FleetModel
import FleetStore
import Postgres

extension Fleet {
    /// Two environments and two projects; machine m1, deployment 1, pin 1, circuit 1, quarantine 1, freeze 'calm' and join
    /// token 1 are in production, of shop where they have a project.
    static func withThings() async throws -> Store {
        let fleet = try await Fleet()
        _ = try await fleet.machine("m1")
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0", to: ["m1"])
        _ = try await fleet.store.read { tx in
            try tx.run("INSERT INTO environment (name) VALUES ('staging')")
            // Whoever applies a trigger is noted with it.
            try tx.run("INSERT INTO person (name, created_by) VALUES ('first', 'test')")
            try tx.run(
                "INSERT INTO project (name, process) VALUES ('mail', \(Fleet.script)::jsonb)"
            )
            try tx.run(
                """
                INSERT INTO pin (project_id, environment_id, release_id, reason, created_by)
                SELECT r.project_id, e.id, r.id, 'why', 'test' FROM release r, environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried)
                SELECT r.project_id, e.id, r.id, 1, 1 FROM release r, environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts)
                SELECT m.id, r.project_id, r.id, 1 FROM release r, machine m
                """
            )
            try tx.run(
                """
                INSERT INTO join_token (token_hash, prefix, environment_id, roles, created_by, expires_at)
                SELECT decode(repeat('00', 32), 'hex'), 'tmj_x', e.id, '{web}', 'test', now() + interval '1 hour'
                FROM environment e WHERE e.name = 'production'
                """
            )
            try tx.run(
                """
                INSERT INTO project_trigger (project_id, name, event_groups)
                SELECT id, 'arrivals', '{Machine}' FROM project WHERE name = 'shop'
                """
            )
            try tx.run(
                """
                INSERT INTO project_trigger_environment (trigger_id, environment_id)
                SELECT t.id, e.id FROM project_trigger t, environment e WHERE e.name = 'production'
                """
            )
        }
        _ = try await fleet.store.apply(try documents(freeze), by: "test")
        return fleet.store
    }

    static let freeze = """
        {"kind": "Freeze", "name": "calm", "reason": "why", "environments": ["production"],
         "from": "2035-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z"}
        """

    static func documents(_ text: String) throws -> [Document] {
        try DocumentReader.read([try JSONText.decode(JSONValue.self, from: text)])
    }
}
