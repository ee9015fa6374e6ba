import FleetModel
import HTTPTypes

/// Windows of time in which nothing is deployed.
extension Routes {
    static func freezes(_ api: APIContext) -> [Route] {
        let freezes = FreezeController(api: api)
        return [
            Route(
                .get,
                "/api/v1/freezes",
                .needs(.look),
                "listFreezes",
                "The freezes by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Freeze", "A page of them.")],
                handler: freezes.list
            ),
            Route(
                .get,
                "/api/v1/freezes/{freeze}",
                .needs(.look),
                "getFreeze",
                "One freeze.",
                parameters: [.ifNoneMatch],
                answers: [.json(200, "Freeze", "The freeze, with its ETag."), .notModified],
                handler: freezes.show
            ),
            Route(
                .delete,
                "/api/v1/freezes/{freeze}",
                .needs(.steerReleases),
                "deleteFreeze",
                "Deletes a freeze: what waited for its end goes on at once.",
                parameters: [.ifUnchanged],
                answers: [.nothing("It is deleted.")],
                handler: freezes.delete
            ),
        ]
    }
}
