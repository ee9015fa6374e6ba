import FleetModel
import HTTPTypes

/// How machines are checked and cleaned up.
extension Routes {
    static func policies(_ api: APIContext) -> [Route] {
        let policies = MachinePolicyController(api: api)
        let checks = HealthCheckController(api: api)
        return [
            Route(
                .get,
                "/api/v1/machine-policies",
                .needs(.look),
                "listMachinePolicies",
                "The machine policies by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("MachinePolicy", "A page of them.")],
                handler: policies.list
            ),
            Route(
                .get,
                "/api/v1/machine-policies/{policy}",
                .needs(.look),
                "getMachinePolicy",
                "One machine policy: what it says itself, and what is in force.",
                parameters: [.ifNoneMatch],
                answers: [.json(200, "MachinePolicy", "The policy, with its ETag."), .notModified],
                handler: policies.show
            ),
            Route(
                .delete,
                "/api/v1/machine-policies/{policy}",
                .needs(.configure),
                "deleteMachinePolicy",
                "Deletes a machine policy that nothing follows.",
                parameters: [.ifUnchanged],
                answers: [.nothing("It is deleted.")],
                handler: policies.delete
            ),
            Route(
                .post,
                "/api/v1/machines/{machine}/checks",
                .needs(.operateMachines),
                "requestHealthCheck",
                "Has a machine looked at now; a check that is open already serves.",
                parameters: [.idempotencyKey],
                answers: [.json(201, "HealthCheck", "The check.")],
                handler: checks.request
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}/checks",
                .needs(.look),
                "listHealthChecks",
                "The last health checks of a machine, newest first.",
                parameters: Route.Parameter.paging,
                answers: [.page("HealthCheck", "A page of them.")],
                handler: checks.list
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}/checks/{check}",
                .needs(.look),
                "getHealthCheck",
                "One health check.",
                answers: [.json(200, "HealthCheck", "The check.")],
                handler: checks.show
            ),
        ]
    }
}
