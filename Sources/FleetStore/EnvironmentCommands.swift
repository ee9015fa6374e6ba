package import FleetModel
import FleetRules
package import Postgres

/// What people do with environments.
package enum EnvironmentCommands {
    /// Makes an ephemeral environment from one that is there.
    package static func create(
        _ request: APIV1.EnvironmentRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Environment {
        try check(request)
        // A new one is outside of everything that a grant could be limited to.
        try changes.require(.operateEnvironments, at: .everywhere)
        let document = EnvironmentDocument(name: request.name, description: request.description)
        let applied =
            try EnvironmentRows.find(request.name, in: tx) == nil
            ? try EnvironmentRows.apply([document], in: tx).first : nil
        guard let created = applied, created.created else {
            throw StoreError.conflict("environment '\(request.name)' exists already: choose another name")
        }
        let subject = EventSubject(environment: created.id)
        changes.post(.environmentApplied(subject, name: created.name, created: true))
        try makeEphemeral(created.id, request.order, field: "from", by: actor, in: tx)
        guard let environment = try EnvironmentRows.find(request.name, in: tx) else {
            throw StoreError.notFound(what: "environment", which: request.name)
        }
        return environment
    }

    static func makeEphemeral(
        _ id: ID<Environment>,
        _ order: EphemeralOrder,
        field: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws {
        guard let template = try EnvironmentRows.find(order.from, in: tx) else {
            throw StoreError.invalid(field: field, "there is no environment '\(order.from)': apply it first")
        }
        guard template.ephemeral == nil, template.id != id else {
            throw StoreError.invalid(
                field: field,
                "'\(order.from)' is ephemeral itself: name the static environment that both are like"
            )
        }
        try EphemeralRows.insert(id, order, template: template.id, by: actor, in: tx)
    }

    private static func check(_ request: APIV1.EnvironmentRequest) throws {
        var faults: [StoreError.Fault] = []
        if let fault = TextRule.name.fault(of: request.name) { faults.append(.init("name", fault)) }
        if let fault = TextRule.any(most: 1000).fault(of: request.description ?? "") {
            faults.append(.init("description", fault))
        }
        func bound(_ field: String, _ value: Int?, _ range: ClosedRange<Int>) {
            guard let value, !range.contains(value) else { return }
            let limits = "\(range.lowerBound) to \(range.upperBound)"
            faults.append(.init(field, "is \(value), and must be \(limits) seconds"))
        }
        bound("expiresInSeconds", request.expiresInSeconds, EphemeralOrder.expirySeconds)
        bound("idleLimitSeconds", request.idleLimitSeconds, EphemeralOrder.idleSeconds)
        bound("warnBeforeSeconds", request.warnBeforeSeconds, EphemeralOrder.warnSeconds)
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }

    /// Puts its end off, from now if it is over already.
    package static func extend(
        _ name: String,
        bySeconds seconds: Int,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Environment {
        guard EphemeralOrder.expirySeconds.contains(seconds) else {
            throw StoreError.invalid(field: "bySeconds", "is \(seconds), and must be 60 to 31536000")
        }
        try changes.require(.operateEnvironments, at: .environment(name))
        let life = try lockEphemeral(name, in: tx)
        let row = try tx.run(
            """
            UPDATE ephemeral_environment
            SET expires_at = greatest(expires_at, now()) + make_interval(secs => \(seconds)), active_at = now(),
                warned_at = NULL
            WHERE environment_id = \(life.id) RETURNING expires_at
            """
        )[0]
        let subject = EventSubject(environment: life.id)
        changes.post(.environment(.extended(subject, name: name, until: try row["expires_at"])))
        return try read(name, in: tx)
    }

    /// A protected environment does not end by itself. One that is released has its idle time again.
    package static func protect(
        _ name: String,
        _ isProtected: Bool,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Environment {
        try changes.require(.operateEnvironments, at: .environment(name))
        let life = try lockEphemeral(name, in: tx)
        if life.facts.isProtected != isProtected {
            try tx.run(
                """
                UPDATE ephemeral_environment SET protected = \(isProtected), active_at = now(), warned_at = NULL
                WHERE environment_id = \(life.id)
                """
            )
            let subject = EventSubject(environment: life.id)
            let event = EnvironmentEvent.protectionChanged(subject, name: name, isProtected: isProtected)
            changes.post(.environment(event))
        }
        return try read(name, in: tx)
    }

    /// Returns machines whose deployments are to be moved on.
    static func delete(
        _ name: String,
        force: Bool,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>] {
        try changes.require(.operateEnvironments, at: .environment(name))
        let found = try read(name, in: tx)
        let teardown = EnvironmentTeardown(environment: found.id, name: name, reason: "by \(actor)")
        if let life = try EphemeralRows.lock(found.id, in: tx) {
            guard !force else { return try teardown.remove(in: tx, &changes) }
            guard life.teardownAt == nil else {
                throw StoreError.conflict(
                    "environment \(name) is being torn down already; --force removes it without its teardown processes"
                )
            }
            try teardown.begin(in: tx, &changes)
            return try teardown.proceed(life, in: tx, &changes)
        }
        try refuseStatic(found, force: force, seen: try changes.seen(in: tx), in: tx)
        return try teardown.remove(in: tx, &changes)
    }

    private static func refuseStatic(
        _ environment: Environment,
        force: Bool,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        let row = try tx.run(
            """
            SELECT (SELECT count(*) FROM machine WHERE environment_id = \(environment.id) AND deleted_at IS NULL) AS machines,
                   made.count AS made_from_it, made.name AS made
            FROM (SELECT count(*) AS count, min(e.name) FILTER (WHERE in_sight(\(seen.environments)::bigint[], e.id)) AS name
                  FROM ephemeral_environment x JOIN environment e ON e.id = x.environment_id
                  WHERE x.template_id = \(environment.id) AND e.deleted_at IS NULL) made
            """
        )[0]
        guard try row["made_from_it"] == 0 else {
            let child: String? = try row["made"]
            throw StoreError.conflict(
                "\(child.map { "environment \($0)" } ?? "an environment") was made from \(environment.name): delete it first"
            )
        }
        let machines: Int = try row["machines"]
        guard machines == 0 || force else {
            throw StoreError.conflict(
                "environment \(environment.name) has \(machines) machines: move or delete them first, or use --force to "
                    + "delete them with it"
            )
        }
    }

    private static func read(_ name: String, in tx: borrowing Transaction) throws -> Environment {
        guard let environment = try EnvironmentRows.find(name, in: tx) else {
            throw StoreError.notFound(what: "environment", which: name)
        }
        return environment
    }

    /// One that is ephemeral and not yet being torn down.
    private static func lockEphemeral(
        _ name: String,
        in tx: borrowing Transaction
    ) throws -> EphemeralRows.Life {
        let environment = try read(name, in: tx)
        guard let life = try EphemeralRows.lock(environment.id, in: tx) else {
            throw StoreError.conflict("environment \(name) is static: it does not end by itself")
        }
        guard life.teardownAt == nil else {
            throw StoreError.conflict("environment \(name) is being torn down: it is too late")
        }
        return life
    }
}
