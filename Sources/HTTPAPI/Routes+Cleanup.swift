import FleetModel
import HTTPTypes

/// Machines that stay away: what happens to them, what holds that back, and how they are taken back.
extension Routes {
    static func cleanup(_ api: APIContext) -> [Route] {
        let cleanup = CleanupController(api: api)
        return [
            Route(
                .post,
                "/api/v1/machines/{machine}/restore",
                .needs(.operateMachines),
                "restoreMachine",
                "Takes back a machine that its policy expired.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Machine", "The machine as it is now.")],
                handler: cleanup.restore
            ),
            Route(
                .get,
                "/api/v1/machine-policies/{policy}/cleanup",
                .needs(.look),
                "previewCleanup",
                "What cleanup of a machine policy would do now and in the next hours, and why not.",
                parameters: [.hours],
                answers: [.json(200, "CleanupPreview", "Machine by machine.")],
                handler: cleanup.preview
            ),
            Route(
                .post,
                "/api/v1/machine-policies/{policy}/allow-cleanup",
                .needs(.operateMachines),
                "allowCleanup",
                "Lets the machines of a policy go whose cleanup is held.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "CleanupAllowed", "How many may go.")],
                handler: cleanup.allow
            ),
        ]
    }
}

extension Route.Parameter {
    /// The range of `hours`.
    static let hourRange = 1...720
    static let hours = Self(
        name: "hours",
        place: .query,
        description: "Machines whose time comes later are left out; 24 unless said.",
        schema: [
            "type": "integer", "minimum": .int(Int64(hourRange.lowerBound)),
            "maximum": .int(Int64(hourRange.upperBound)),
        ]
    )
}
