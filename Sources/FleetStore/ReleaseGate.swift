import FleetModel
import FleetRules
import Postgres

/// What a person has to get past who deploys a release by hand: freezes, and the order of the project's phases.
enum ReleaseGate {
    /// Returns what was passed over, in words for the event; nil: nothing. Throws what is in the way.
    static func check(
        _ request: APIV1.DeploymentRequest,
        place: Place,
        release: ID<Release>,
        in tx: borrowing Transaction
    ) throws -> String? {
        var passed: [String] = []
        if let freeze = try FreezeRows.inForce(place, in: tx) {
            let what = "freeze '\(freeze.name)' covers \(request.environment) until \(freeze.until)"
            guard request.ignoreFreeze == true else {
                throw StoreError.conflict(
                    "\(what) (\(freeze.reason)): wait, or say --ignore-freeze and a --reason"
                )
            }
            passed.append(what)
        }
        if let order = try outOfOrder(place.environment, release: release, in: tx) {
            guard request.skipPromotion == true else {
                throw StoreError.conflict(
                    "\(order): deploy it there first, or say --skip-promotion and a --reason"
                )
            }
            passed.append(order)
        }
        guard !passed.isEmpty else { return nil }
        try ReasonRule.check(request.reason ?? "")
        return "although " + passed.joined(separator: ", and ") + ": " + (request.reason ?? "")
    }

    private static func outOfOrder(
        _ environment: ID<Environment>,
        release: ID<Release>,
        in tx: borrowing Transaction
    ) throws -> String? {
        guard let progress = try PhaseRows.progress(of: release, in: tx),
            let name = try PhaseRows.placeName(of: environment, in: tx)
        else { return nil }
        return PromotionRule.obstacle(
            to: name,
            version: progress.version,
            phases: progress.phases,
            succeeded: progress.succeeded
        )
    }
}
