import FleetModel
import FleetStore
import Postgres

/// A fleet with more than one project, each made by an apply, with a release 1.0 that is the environment's.
struct OrderedFleet {
    let fleet: Fleet

    var store: Store { fleet.store }

    /// `projects` maps a name to what comes before it.
    init(_ projects: [(name: String, after: [String])], settle: Bool = true) async throws {
        fleet = try await Fleet()
        _ = try await store.apply(projects.map { Self.document($0.name, after: $0.after) }, by: "test")
        _ = try await store.apply(projects.map { Self.trigger($0.name) }, by: "test")
        guard settle else { return }
        for project in projects { try await rollOut(project.name, "1.0") }
        try await fleet.scan()
    }

    static func document(_ name: String, after: [String] = [], roles: [String] = []) -> Document {
        let step = Step(
            name: "install",
            roles: roles,
            maxParallel: nil,
            timeoutSeconds: 60,
            idempotent: false,
            action: .script("true")
        )
        return .project(ProjectDocument(name: name, process: [step], after: after))
    }

    static func trigger(_ project: String, enabled: Bool = true, roles: [String] = []) -> Document {
        .trigger(
            TriggerDocument(
                project: project,
                name: "arrivals",
                eventGroups: [.machineAvailableForDeployment],
                roles: roles,
                enabled: enabled
            )
        )
    }

    /// Makes the release, and the environment's as far as there are no machines.
    func rollOut(_ project: String, _ version: String) async throws {
        try await store.unitOfWork(by: "key:test") { tx, changes in
            try tx.run(
                """
                INSERT INTO release (project_id, version, process, variables, created_by)
                SELECT id, \(version), process, '{}', 'test' FROM project WHERE name = \(project)
                """
            )
            _ = try DeploymentCommands.create(
                APIV1.DeploymentRequest(
                    project: project,
                    release: version,
                    environment: "production",
                    machines: nil
                ),
                by: "key:test",
                in: tx,
                &changes
            )
        }
    }

    func verdict(_ machine: ID<Machine>, _ project: String) async throws -> String? {
        try await fleet.texts(
            """
            SELECT n.verdict AS t FROM need n JOIN project p ON p.id = n.project_id
            WHERE n.machine_id = \(machine) AND p.name = \(project) ORDER BY n.id DESC LIMIT 1
            """
        ).first
    }

    func reason(_ machine: ID<Machine>, _ project: String) async throws -> String? {
        try await fleet.texts(
            """
            SELECT n.reason AS t FROM need n JOIN project p ON p.id = n.project_id
            WHERE n.machine_id = \(machine) AND p.name = \(project) ORDER BY n.id DESC LIMIT 1
            """
        ).first
    }

    /// The projects of the machine's runs in the order in which they were made, each with its state.
    func runs(_ machine: ID<Machine>) async throws -> [String] {
        try await fleet.texts(
            """
            SELECT p.name || ' ' || r.state AS t FROM run r JOIN project p ON p.id = r.project_id
            WHERE r.machine_id = \(machine) ORDER BY r.id
            """
        )
    }
}
