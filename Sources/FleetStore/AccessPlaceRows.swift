import FleetModel
import Postgres

/// Where a thing is that a command is about, for the question whether somebody may. Nothing for a thing that is not there:
/// the command says so itself.
enum AccessPlaceRows {
    static func deployment(_ id: ID<Deployment>, in tx: borrowing Transaction) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment
            FROM deployment d JOIN project p ON p.id = d.project_id JOIN environment e ON e.id = d.environment_id
            WHERE d.id = \(id)
            """
        ).map(AccessPlace.init(row:))
    }

    static func pin(_ id: ID<Pin>, in tx: borrowing Transaction) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment
            FROM pin n JOIN project p ON p.id = n.project_id LEFT JOIN machine m ON m.id = n.machine_id
            JOIN environment e ON e.id = coalesce(n.environment_id, m.environment_id)
            WHERE n.id = \(id)
            """
        ).map(AccessPlace.init(row:))
    }

    static func quarantine(_ id: ID<Quarantine>, in tx: borrowing Transaction) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment
            FROM machine_quarantine q JOIN project p ON p.id = q.project_id JOIN machine m ON m.id = q.machine_id
            JOIN environment e ON e.id = m.environment_id
            WHERE q.id = \(id)
            """
        ).map(AccessPlace.init(row:))
    }

    static func circuit(_ id: ID<Circuit>, in tx: borrowing Transaction) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment
            FROM release_circuit c JOIN release r ON r.id = c.release_id JOIN project p ON p.id = r.project_id
            JOIN environment e ON e.id = c.environment_id
            WHERE c.id = \(id)
            """
        ).map(AccessPlace.init(row:))
    }

    /// Every environment of the freeze with every project of it.
    static func freeze(_ name: String, in tx: borrowing Transaction) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT e.name AS environment, p.name AS project
            FROM deployment_freeze f
            LEFT JOIN deployment_freeze_environment fe ON fe.freeze_id = f.id
            LEFT JOIN environment e ON e.id = fe.environment_id
            LEFT JOIN deployment_freeze_project fp ON fp.freeze_id = f.id
            LEFT JOIN project p ON p.id = fp.project_id
            WHERE f.name = \(name)
            """
        ).map(AccessPlace.init(row:))
    }

    static func trigger(
        project: String,
        name: String,
        in tx: borrowing Transaction
    ) throws -> [AccessPlace] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment
            FROM project_trigger t JOIN project p ON p.id = t.project_id
            LEFT JOIN project_trigger_environment te ON te.trigger_id = t.id
            LEFT JOIN environment e ON e.id = te.environment_id
            WHERE p.name = \(project) AND t.name = \(name)
            """
        ).map(AccessPlace.init(row:))
    }

    static func environment(
        _ id: ID<Environment>,
        in tx: borrowing Transaction
    ) throws -> AccessPlace {
        let row = try tx.run("SELECT name FROM environment WHERE id = \(id)").first
        return try row.map { .environment(try $0["name"]) } ?? .everywhere
    }

    /// A project's place in the environment of this id.
    static func of(
        project: String,
        in environment: ID<Environment>,
        _ tx: borrowing Transaction
    ) throws -> AccessPlace {
        let row = try tx.run("SELECT name FROM environment WHERE id = \(environment)").first
        let name: String? = try row.map { try $0["name"] }
        return name.map { .of(project: project, in: $0) } ?? .everywhere
    }
}

extension AccessPlace {
    /// From the columns `environment` and `project`; null: every one.
    fileprivate init(row: Row) throws {
        let environment: String? = try row["environment"]
        let project: String? = try row["project"]
        self.init(
            environment: environment.map(Extent.named) ?? .every,
            project: project.map(Extent.named) ?? .every
        )
    }
}
