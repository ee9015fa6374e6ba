import FleetModel
import HTTPTypes

/// Whom events are told to, and what came of it.
extension Routes {
    static func webhooks(_ api: APIContext) -> [Route] {
        let webhooks = WebhookController(api: api)
        return [
            Route(
                .get,
                "/api/v1/webhooks",
                .needs(.configure),
                "listWebhooks",
                "The webhooks by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Webhook", "A page of them.")],
                handler: webhooks.list
            ),
            Route(
                .get,
                "/api/v1/webhooks/{webhook}",
                .needs(.configure),
                "getWebhook",
                "One webhook.",
                parameters: [.ifNoneMatch],
                answers: [.json(200, "Webhook", "The webhook, with its ETag."), .notModified],
                handler: webhooks.show
            ),
            Route(
                .put,
                "/api/v1/webhooks/{webhook}",
                .needs(.configure),
                "putWebhook",
                "Makes it what its document says.",
                parameters: Route.Parameter.writing,
                body: .json("Document"),
                answers: [
                    .json(200, "Webhook", "It is so, with its ETag."), .json(201, "Webhook", "It is made."),
                ],
                handler: webhooks.put
            ),
            Route(
                .delete,
                "/api/v1/webhooks/{webhook}",
                .needs(.configure),
                "deleteWebhook",
                "Deletes a webhook, and what waits for it.",
                parameters: [.ifUnchanged],
                answers: [.nothing("It is deleted.")],
                handler: webhooks.delete
            ),
            Route(
                .post,
                "/api/v1/webhooks/{webhook}/rotate",
                .needs(.configure),
                "rotateWebhookSecret",
                "Makes a new secret, which is shown this once; the old one signs beside it for 24 hours.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "WebhookSecret", "The secret.")],
                handler: webhooks.rotate
            ),
            Route(
                .post,
                "/api/v1/webhooks/{webhook}/ping",
                .needs(.configure),
                "pingWebhook",
                "Sends a delivery that tells of no event.",
                parameters: [.idempotencyKey],
                answers: [.json(202, "WebhookDelivery", "It is on its way.")],
                handler: webhooks.ping
            ),
            Route(
                .get,
                "/api/v1/webhooks/{webhook}/deliveries",
                .needs(.configure),
                "listWebhookDeliveries",
                "What was sent, waits, or was given up, newest first.",
                parameters: [.deliveryState] + Route.Parameter.paging,
                answers: [.page("WebhookDelivery", "A page of them.")],
                handler: webhooks.deliveries
            ),
            Route(
                .get,
                "/api/v1/webhooks/{webhook}/deliveries/{delivery}",
                .needs(.configure),
                "getWebhookDelivery",
                "One delivery, with what is sent.",
                answers: [.json(200, "WebhookDelivery", "The delivery.")],
                handler: webhooks.delivery
            ),
            Route(
                .post,
                "/api/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
                .needs(.configure),
                "replayWebhookDelivery",
                "Sends a delivery again, under the same id.",
                parameters: [.idempotencyKey],
                answers: [.json(202, "WebhookDelivery", "It is on its way.")],
                handler: webhooks.replay
            ),
            Route(
                .post,
                "/api/v1/webhooks/{webhook}/replay",
                .needs(.configure),
                "replayWebhook",
                "Sends again all that did not get through since a time.",
                parameters: [.idempotencyKey],
                body: .json("WebhookReplayRequest"),
                answers: [.json(202, "WebhookReplay", "How many.")],
                handler: webhooks.replayFailed
            ),
        ]
    }
}

extension Route.Parameter {
    static let deliveryState = Self(
        name: "state",
        place: .query,
        description: "Only those in this state.",
        schema: [
            "type": "string", "enum": .array(WebhookDelivery.State.allCases.map { .string($0.rawValue) }),
        ]
    )
}
