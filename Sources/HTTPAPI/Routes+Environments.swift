import FleetModel
import HTTPTypes

/// Environments that are made for a time, and the end of those.
extension Routes {
    static func environments(_ api: APIContext) -> [Route] {
        let environments = EnvironmentController(api: api)
        return [
            Route(
                .post,
                "/api/v1/environments",
                .needs(.operateEnvironments),
                "createEnvironment",
                "Makes an ephemeral environment from another one. Static ones are applied as documents.",
                parameters: [.idempotencyKey],
                body: .json("EnvironmentRequest"),
                answers: [.json(201, "Environment", "The environment.")],
                handler: environments.create
            ),
            Route(
                .post,
                "/api/v1/environments/{environment}/extend",
                .needs(.operateEnvironments),
                "extendEnvironment",
                "Puts the end of an ephemeral environment off.",
                parameters: [.idempotencyKey],
                body: .json("ExtensionRequest"),
                answers: [.json(200, "Environment", "The environment as it is now.")],
                handler: environments.extend
            ),
            Route(
                .post,
                "/api/v1/environments/{environment}/protect",
                .needs(.operateEnvironments),
                "protectEnvironment",
                "Keeps an ephemeral environment from ending by itself, or lets it end again.",
                parameters: [.idempotencyKey],
                body: .json("ProtectionRequest"),
                answers: [.json(200, "Environment", "The environment as it is now.")],
                handler: environments.protect
            ),
            Route(
                .delete,
                "/api/v1/environments/{environment}",
                .needs(.operateEnvironments),
                "deleteEnvironment",
                "Deletes a static environment without machines, or tears an ephemeral one down.",
                parameters: [.force, .ifUnchanged],
                answers: [.nothing("It is deleted, or being torn down.")],
                handler: environments.delete
            ),
        ]
    }
}

extension Route.Parameter {
    static let force = Self(
        name: "force",
        place: .query,
        description:
            "'true': machines are deleted with it, and the teardown processes of an ephemeral one are left out.",
        schema: ["type": "string", "enum": ["true", "false"]]
    )
}
