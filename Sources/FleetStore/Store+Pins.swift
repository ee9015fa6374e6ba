package import FleetModel
import FleetRules
package import Postgres

/// What people do about which release should be on machines.
package enum PinCommands {
    /// The longest time for which a pin may be made: a year.
    private static let expiry = 60...31_536_000

    /// Pins an environment or a machine; a pin that is there already is replaced.
    package static func create(
        _ request: APIV1.PinRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Pin {
        try check(request)
        let target = try resolve(request, seen: changes.seen(in: tx), in: tx)
        try changes.require(
            .steerReleases,
            at: AccessPlaceRows.of(project: request.project, in: target.environment, tx)
        )
        let place = Place(project: target.project, environment: target.environment)
        try Place.lock([place], in: tx)
        let replaced = try PinRows.inForce(place, machine: target.machine, in: tx)
        try PinRows.end(replaced, .replaced, in: tx, &changes)
        let id = try PinRows.insert(
            PinRows.New(
                project: target.project,
                release: target.release,
                environment: target.machine == nil ? target.environment : nil,
                machine: target.machine,
                once: request.once ?? false,
                reason: request.reason,
                expiresInSeconds: request.expiresInSeconds
            ),
            by: actor,
            in: tx
        )
        let pin = try get(id, in: tx)
        changes.post(
            .pinning(
                .created(
                    EventSubject(
                        machine: target.machine,
                        environment: target.environment,
                        project: target.project,
                        release: target.release
                    ),
                    release: "\(pin.project) \(pin.release)",
                    place: pin.place,
                    once: pin.once,
                    until: pin.expiresAt,
                    reason: pin.reason
                )
            )
        )
        return pin
    }

    /// Ends a pin: its machines return to what was deployed last.
    package static func remove(
        _ id: ID<Pin>,
        _ request: APIV1.ReasonRequest,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Pin {
        try ReasonRule.check(request.reason)
        try changes.require(.steerReleases, at: AccessPlaceRows.pin(id, in: tx), of: "pin", "\(id)")
        let ended = try PinRows.end([id], .removed, reason: request.reason, in: tx, &changes)
        let pin = try get(id, in: tx)
        guard ended > 0 else {
            throw StoreError.conflict("pin \(id) has ended already: \(pin.endReason?.rawValue ?? "removed")")
        }
        return pin
    }

    private static func get(_ id: ID<Pin>, in tx: borrowing Transaction) throws -> Pin {
        let found = try PinRows.list(
            .init(id: id, withEnded: true),
            after: 0,
            limit: 1,
            seen: .everything,
            in: tx
        )
        guard let pin = found.first else { throw StoreError.notFound(what: "pin", which: "\(id)") }
        return pin
    }

    private static func check(_ request: APIV1.PinRequest) throws {
        try ReasonRule.check(request.reason)
        guard (request.environment == nil) != (request.machine == nil) else {
            throw StoreError.invalid(
                field: "environment",
                "name either an environment or a machine that is to be pinned"
            )
        }
        if let seconds = request.expiresInSeconds, !expiry.contains(seconds) {
            throw StoreError.invalid(
                field: "expiresInSeconds",
                "is \(seconds), and must be \(expiry.lowerBound) to \(expiry.upperBound)"
            )
        }
    }

    private struct Target {
        let project: ID<Project>
        let release: ID<Release>
        let environment: ID<Environment>
        let machine: ID<Machine>?
    }

    private static func resolve(
        _ request: APIV1.PinRequest,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Target {
        let project = try SubjectLookup.project(request.project, seen: seen, in: tx)
        let release = try tx.run(
            "SELECT id FROM release WHERE project_id = \(project) AND version = \(request.release)"
        ).first
        guard let release else {
            throw StoreError.notFound(what: "release", which: "\(request.project) \(request.release)")
        }
        let releaseID: ID<Release> = try release["id"]
        guard let name = request.machine else {
            let name = request.environment ?? ""
            let environment = try tx.run(
                """
                SELECT id FROM environment
                WHERE name = \(name) AND deleted_at IS NULL AND in_sight(\(seen.environments)::bigint[], id)
                """
            ).first
            guard let environment else { throw StoreError.notFound(what: "environment", which: name) }
            return Target(
                project: project,
                release: releaseID,
                environment: try environment["id"],
                machine: nil
            )
        }
        let id = try SubjectLookup.machine(name, seen: seen, in: tx)
        let machine = try tx.run(
            "SELECT environment_id FROM machine WHERE id = \(id) AND deleted_at IS NULL FOR SHARE"
        ).first
        guard let machine else { throw StoreError.notFound(what: "machine", which: name) }
        return Target(
            project: project,
            release: releaseID,
            environment: try machine["environment_id"],
            machine: id
        )
    }
}
