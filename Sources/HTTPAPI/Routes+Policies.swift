import HTTPTypes

/// How machines are checked and cleaned up.
extension Routes {
    static func policies(_ api: APIContext) -> [Route] {
        let policies = MachinePolicyController(api: api)
        return [
            Route(
                .get,
                "/api/v1/machine-policies",
                .apiKey,
                "listMachinePolicies",
                "The machine policies by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("MachinePolicy", "A page of them.")],
                handler: policies.list
            ),
            Route(
                .get,
                "/api/v1/machine-policies/{policy}",
                .apiKey,
                "getMachinePolicy",
                "One machine policy: what it says itself, and what is in force.",
                answers: [.json(200, "MachinePolicy", "The policy.")],
                handler: policies.show
            ),
            Route(
                .delete,
                "/api/v1/machine-policies/{policy}",
                .apiKey,
                "deleteMachinePolicy",
                "Deletes a machine policy that nothing follows.",
                answers: [.nothing("It is deleted.")],
                handler: policies.delete
            ),
        ]
    }
}
