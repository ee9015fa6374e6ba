package import FleetModel
package import Postgres

/// What people do about releases that fail.
package enum FailingCommands {
    /// Lets the release be tried on the machine again.
    package static func release(
        _ id: ID<Quarantine>,
        _ request: APIV1.ReasonRequest,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Quarantine {
        try ReasonRule.check(request.reason)
        try changes.require(
            .steerReleases,
            at: AccessPlaceRows.quarantine(id, in: tx),
            of: "quarantine",
            "\(id)"
        )
        let released = try QuarantineRelease.byID([id], because: request.reason, in: tx, &changes)
        let quarantine = try QuarantineRows.get(id, in: tx)
        guard released > 0 else {
            throw StoreError.conflict(
                "quarantine \(id) was released already, by \(quarantine.releasedBy ?? "somebody"): "
                    + (quarantine.releaseReason ?? "")
            )
        }
        return quarantine
    }

    /// Lets the release be deployed in the environment again.
    package static func close(
        _ id: ID<Circuit>,
        _ request: APIV1.ReasonRequest,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Circuit {
        try ReasonRule.check(request.reason)
        try changes.require(.steerReleases, at: AccessPlaceRows.circuit(id, in: tx), of: "circuit", "\(id)")
        let closed = try CircuitBreaker.close(id, because: request.reason, in: tx, &changes)
        let circuit = try CircuitRows.get(id, in: tx)
        guard closed else {
            throw StoreError.conflict(
                "circuit \(id) was closed already, by \(circuit.closedBy ?? "somebody"): "
                    + (circuit.closeReason ?? "")
            )
        }
        return circuit
    }
}
