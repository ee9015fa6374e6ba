import FleetModel
import HTTPTypes

/// Who may do what.
extension Routes {
    static func access(_ api: APIContext) -> [Route] {
        let me = WhoAmIController(api: api)
        return [
            Route(
                .get,
                "/api/v1/whoami",
                .known,
                "whoAmI",
                "Who sends this request, and what that one was granted.",
                answers: [.json(200, "WhoAmI", "The answer.")],
                handler: me.whoAmI
            ),
            Route(
                .get,
                "/api/v1/can-i",
                .known,
                "canI",
                "Whether whoever sends this request has a right, in an environment and for a project.",
                parameters: [.right, .inEnvironment, .forProject],
                answers: [.json(200, "CanI", "The answer, with what is missing.")],
                handler: me.canI
            ),
        ] + people(api) + keys(api)
    }

    private static func people(_ api: APIContext) -> [Route] {
        let people = PersonController(api: api)
        return [
            Route(
                .get,
                "/api/v1/people",
                .needs(.administer),
                "listPeople",
                "People by name, with their grants.",
                parameters: Route.Parameter.paging,
                answers: [.page("Person", "A page of them.")],
                handler: people.list
            ),
            Route(
                .post,
                "/api/v1/people",
                .needs(.administer),
                "createPerson",
                "Enters somebody who may sign in.",
                parameters: [.idempotencyKey],
                body: .json("PersonRequest"),
                answers: [.json(201, "Person", "The person.")],
                handler: people.create
            ),
            Route(
                .get,
                "/api/v1/people/{person}",
                .needs(.administer),
                "getPerson",
                "One person.",
                answers: [.json(200, "Person", "The person.")],
                handler: people.show
            ),
            Route(
                .put,
                "/api/v1/people/{person}/grants",
                .needs(.administer),
                "setPersonGrants",
                "Says all that a person may do from now on.",
                parameters: [.idempotencyKey],
                body: .json("GrantsRequest"),
                answers: [.json(200, "Person", "The person as it is now.")],
                handler: people.grant
            ),
            Route(
                .put,
                "/api/v1/people/{person}/password",
                .needs(.administer),
                "setPersonPassword",
                "Sets a person's password, and ends the person's sessions.",
                body: .json("PasswordRequest"),
                answers: [.json(200, "Person", "The person as it is now.")],
                handler: people.setPassword
            ),
            Route(
                .post,
                "/api/v1/people/{person}/disable",
                .needs(.administer),
                "disablePerson",
                "Refuses everything that is done in a person's name from now on, keys included.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Person", "The person as it is now.")],
                handler: people.disable
            ),
            Route(
                .post,
                "/api/v1/people/{person}/enable",
                .needs(.administer),
                "enablePerson",
                "Lets a person in again who was disabled.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Person", "The person as it is now.")],
                handler: people.enable
            ),
        ]
    }

    private static func keys(_ api: APIContext) -> [Route] {
        let keys = KeyController(api: api)
        return [
            Route(
                .get,
                "/api/v1/keys",
                .needs(.administer),
                "listKeys",
                "Keys of this API, oldest first, without their secrets.",
                parameters: [.past] + Route.Parameter.paging,
                answers: [.page("APIKey", "A page of them.")],
                handler: keys.list
            ),
            Route(
                .post,
                "/api/v1/keys",
                .needs(.administer),
                "createKey",
                "Makes a key; the only answer that shows its secret.",
                parameters: [.idempotencyKey],
                body: .json("KeyRequest"),
                answers: [.json(201, "NewKey", "The key.")],
                handler: keys.create
            ),
            Route(
                .put,
                "/api/v1/keys/{key}/grants",
                .needs(.administer),
                "setKeyGrants",
                "Says all that a key may do from now on.",
                parameters: [.idempotencyKey],
                body: .json("GrantsRequest"),
                answers: [.json(200, "APIKey", "The key as it is now.")],
                handler: keys.grant
            ),
            Route(
                .post,
                "/api/v1/keys/{key}/rotate",
                .needs(.administer),
                "rotateKey",
                "Gives a key another secret: the old one is refused from now on.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "NewKey", "The key; the only answer that shows its secret.")],
                handler: keys.rotate
            ),
            Route(
                .delete,
                "/api/v1/keys/{key}",
                .needs(.administer),
                "revokeKey",
                "Refuses a key from now on.",
                answers: [.nothing("It is refused.")],
                handler: keys.revoke
            ),
        ]
    }
}

extension Route.Parameter {
    static let right = Self(
        name: "right",
        place: .query,
        description: "The right that is asked about.",
        schema: ["type": "string", "enum": .array(Right.allCases.map { .string($0.rawValue) })],
        isRequired: true
    )
    static let inEnvironment = Self(
        name: "environment",
        place: .query,
        description: "In this environment; in every one unless said.",
        schema: ["type": "string"]
    )
    static let forProject = Self(
        name: "project",
        place: .query,
        description: "For this project; for every one unless said.",
        schema: ["type": "string"]
    )
}
