package import FleetModel
import FleetRules
package import Postgres

/// What people do with secrets: setting and deleting them. Nothing reads one but a step.
package enum SecretCommands {
    /// A secret as people name it.
    package struct Name: Sendable {
        package let project: String
        /// nil: for every environment.
        package let environment: String?
        package let name: String

        package init(project: String, environment: String?, name: String) {
            self.project = project
            self.environment = environment
            self.name = name
        }
    }

    /// Gives it a value; the one that it has is a value like any other, and its version grows.
    package static func set(
        _ secret: Name,
        to value: String,
        with keys: SecretKeyRing?,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Secret {
        let place = try find(secret, in: tx, changes)
        var faults: [StoreError.Fault] = []
        if let fault = TextRule.variable.fault(of: secret.name) { faults.append(.init("name", fault)) }
        if let fault = SecretValueRule.fault(of: value) { faults.append(.init("value", fault)) }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        guard let keys else { throw SecretsUnavailable.noKeys }
        let sealed = try keys.seal(value, at: place)
        let row = try SecretRows.set(place, sealed, by: changes.actor, in: tx)
        try checkLimits(secret, place, in: tx)
        changes.post(
            .secret(
                .set(
                    EventSubject(environment: place.environment, project: place.project),
                    project: secret.project,
                    environment: secret.environment,
                    name: secret.name,
                    version: row.version
                )
            )
        )
        return Secret(
            project: secret.project,
            environment: secret.environment,
            name: secret.name,
            setBy: changes.actor,
            setAt: row.at,
            version: row.version
        )
    }

    package static func delete(
        _ secret: Name,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let place = try find(secret, in: tx, changes)
        guard try SecretRows.delete(place, in: tx) else {
            let environment = secret.environment.map { " in \($0)" } ?? ""
            throw StoreError.notFound(
                what: "secret of \(secret.project)\(environment)",
                which: secret.name
            )
        }
        changes.post(
            .secret(
                .deleted(
                    EventSubject(environment: place.environment, project: place.project),
                    project: secret.project,
                    environment: secret.environment,
                    name: secret.name
                )
            )
        )
    }

    /// Its place, if whoever asks may change it. To whoever does not see the project there, it is not. The project is locked,
    /// so that its secrets are counted, and their events ordered.
    private static func find(
        _ secret: Name,
        in tx: borrowing Transaction,
        _ changes: Changes
    ) throws -> SecretPlace {
        let seen = try changes.seen(in: tx)
        let project = try SubjectLookup.project(secret.project, seen: seen, in: tx)
        let environment = try secret.environment.map { name in
            guard let id = try EnvironmentRows.ids(of: [name], in: tx)[name], seen.has(id) else {
                throw StoreError.notFound(what: "environment", which: name)
            }
            return id
        }
        try changes.require(
            .configure,
            at: AccessPlace(
                environment: secret.environment.map(AccessPlace.Extent.named) ?? .every,
                project: .named(secret.project)
            )
        )
        try tx.run("SELECT 1 FROM project WHERE id = \(project) FOR NO KEY UPDATE")
        return SecretPlace(project: project, environment: environment, name: secret.name)
    }

    private static func checkLimits(
        _ secret: Name,
        _ place: SecretPlace,
        in tx: borrowing Transaction
    ) throws {
        let most = Limits.secretsOfOnePlace
        guard try SecretRows.count(of: place.project, in: place.environment, tx) <= most else {
            let environment = secret.environment.map { "in \($0)" } ?? "for every environment"
            throw StoreError.conflict(
                "\(secret.project) has \(most) secrets \(environment), which is the most: delete some first"
            )
        }
        let all = try SecretRows.mostBytes(of: place.project, in: tx)
        guard all.bytes <= Limits.secretsOfStepBytes else {
            let environment = all.environment.map { "in \($0)" } ?? "in every environment"
            throw StoreError.conflict(
                """
                the secrets of \(secret.project) \(environment) would have \(all.bytes) bytes together, and a step may get \
                \(Limits.secretsOfStepBytes): delete some first
                """
            )
        }
    }
}
