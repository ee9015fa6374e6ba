import FleetModel
import HTTPTypes

/// Which release should be on machines.
extension Routes {
    static func pins(_ api: APIContext) -> [Route] {
        let pins = PinController(api: api)
        return [
            Route(
                .post,
                "/api/v1/pins",
                .needs(.steerReleases),
                "createPin",
                "Pins an environment or a machine to a release; a pin that is there is replaced.",
                parameters: [.idempotencyKey],
                body: .json("PinRequest"),
                answers: [.json(201, "Pin", "It is in force.")],
                handler: pins.create
            ),
            Route(
                .get,
                "/api/v1/pins",
                .needs(.look),
                "listPins",
                "Pins, oldest first.",
                parameters: [.machine, .environment, .project, .past] + Route.Parameter.paging,
                answers: [.page("Pin", "A page of them.")],
                handler: pins.list
            ),
            Route(
                .post,
                "/api/v1/pins/{pin}/remove",
                .needs(.steerReleases),
                "removePin",
                "Ends a pin: its machines return to what was deployed last.",
                parameters: [.idempotencyKey],
                body: .json("ReasonRequest"),
                answers: [.json(200, "Pin", "It has ended.")],
                handler: pins.remove
            ),
            Route(
                .get,
                "/api/v1/environments/{environment}/releases",
                .needs(.look),
                "listEnvironmentReleases",
                "Which releases an environment was to have, newest first, and by whose word.",
                parameters: [.project] + Route.Parameter.paging,
                answers: [.page("EnvironmentRelease", "A page of them.")],
                handler: pins.environmentReleases
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/mark",
                .needs(.steerReleases),
                "markDeployment",
                "A rollout that did not succeed counts as a success.",
                parameters: [.idempotencyKey],
                body: .json("ReasonRequest"),
                answers: [.json(200, "Deployment", "Its release is the environment's now.")],
                handler: pins.mark
            ),
            Route(
                .post,
                "/api/v1/rollbacks",
                .needs(.deploy),
                "createRollback",
                "Rolls out the release that an environment had before.",
                parameters: [.idempotencyKey],
                body: .json("RollbackRequest"),
                answers: [.json(201, "Deployment", "The deployment has begun.")],
                handler: pins.rollBack
            ),
        ]
    }
}
