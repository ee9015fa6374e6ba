import FleetModel
import HTTPTypes

/// What steps get and nobody reads.
extension Routes {
    static func secrets(_ api: APIContext) -> [Route] {
        let secrets = SecretController(api: api)
        return [
            Route(
                .get,
                "/api/v1/projects/{project}/secrets",
                .needs(.look),
                "listSecrets",
                "The secrets of a project by name, without their values.",
                parameters: Route.Parameter.paging,
                answers: [.page("Secret", "A page of them.")],
                handler: secrets.list
            ),
            Route(
                .put,
                "/api/v1/projects/{project}/secrets/{secret}",
                .needs(.configure),
                "putSecret",
                "Gives a secret a value; steps that start from now on get it.",
                parameters: [.secretEnvironment],
                body: .json("SecretRequest"),
                answers: [.json(200, "Secret", "It is set.")],
                handler: secrets.set
            ),
            Route(
                .delete,
                "/api/v1/projects/{project}/secrets/{secret}",
                .needs(.configure),
                "deleteSecret",
                "Deletes a secret: steps that start from now on do not get it.",
                parameters: [.secretEnvironment],
                answers: [.nothing("It is deleted.")],
                handler: secrets.delete
            ),
        ]
    }
}

extension Route.Parameter {
    static let secretEnvironment = Self(
        name: "environment",
        place: .query,
        description: "The one environment that it is for; every one unless said.",
        schema: ["type": "string"]
    )
}
