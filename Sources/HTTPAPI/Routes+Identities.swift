import FleetModel
import HTTPTypes

/// Who is who at an OpenID provider.
extension Routes {
    static func identities(_ api: APIContext) -> [Route] {
        let identities = IdentityController(api: api)
        let path = "/api/v1/people/{person}/identities"
        return [
            Route(
                .get,
                path,
                .needs(.administer),
                "listIdentities",
                "Who a person is at OpenID providers.",
                answers: [.page("PersonIdentity", "All of them.")],
                handler: identities.list
            ),
            Route(
                .post,
                path,
                .needs(.administer),
                "linkIdentity",
                "Says that somebody at an OpenID provider is this person from now on.",
                parameters: [.idempotencyKey],
                body: .json("IdentityRequest"),
                answers: [.json(201, "PersonIdentity", "Who it is.")],
                handler: identities.link
            ),
            Route(
                .delete,
                path,
                .needs(.administer),
                "unlinkIdentity",
                "Takes that back, and ends the person's sessions.",
                parameters: [.issuer, .subject],
                answers: [.nothing("Who signs in there is not this person any more.")],
                handler: identities.unlink
            ),
        ]
    }
}
