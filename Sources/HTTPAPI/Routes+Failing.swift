import FleetModel
import HTTPTypes

/// What was given up because it failed.
extension Routes {
    static func failing(_ api: APIContext) -> [Route] {
        let failing = FailingController(api: api)
        let past = Route.Parameter.past
        return [
            Route(
                .get,
                "/api/v1/quarantines",
                .needs(.look),
                "listQuarantines",
                "Releases that were given up on single machines, oldest first.",
                parameters: [.machine, .environment, .project, past] + Route.Parameter.paging,
                answers: [.page("Quarantine", "A page of them.")],
                handler: failing.quarantines
            ),
            Route(
                .post,
                "/api/v1/quarantines/{quarantine}/release",
                .needs(.steerReleases),
                "releaseQuarantine",
                "Lets the release be tried on the machine again.",
                parameters: [.idempotencyKey],
                body: .json("ReasonRequest"),
                answers: [.json(200, "Quarantine", "It is released.")],
                handler: failing.release
            ),
            Route(
                .get,
                "/api/v1/circuits",
                .needs(.look),
                "listCircuits",
                "Releases that failed on too many machines of an environment, oldest first.",
                parameters: [.environment, .project, past] + Route.Parameter.paging,
                answers: [.page("Circuit", "A page of them.")],
                handler: failing.circuits
            ),
            Route(
                .post,
                "/api/v1/circuits/{circuit}/close",
                .needs(.steerReleases),
                "closeCircuit",
                "Lets the release be deployed in the environment again.",
                parameters: [.idempotencyKey],
                body: .json("ReasonRequest"),
                answers: [.json(200, "Circuit", "It is closed.")],
                handler: failing.close
            ),
        ]
    }
}
