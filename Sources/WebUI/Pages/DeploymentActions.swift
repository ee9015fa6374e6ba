import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird
import Postgres

/// What people do to a deployment from its page.
struct DeploymentActions: Sendable {
    let web: WebContext

    @Sendable func cancel(_ request: PageRequest) async throws -> Response {
        try await change(request) { id, tx, changes in
            try DeploymentCommands.cancel(id, in: tx, &changes).id
        }
    }

    /// Leads to the new one.
    @Sendable func retry(_ request: PageRequest) async throws -> Response {
        let actor = request.actor
        return try await change(request) { id, tx, changes in
            try DeploymentCommands.retry(id, by: actor, in: tx, &changes).id
        }
    }

    /// Leads to the new one.
    @Sendable func redeploy(_ request: PageRequest) async throws -> Response {
        let actor = request.actor
        return try await change(request) { id, tx, changes in
            try DeploymentCommands.redeploy(id, by: actor, in: tx, &changes).id
        }
    }

    /// The button that was pressed says whether it is approved or refused.
    @Sendable func decide(_ request: PageRequest) async throws -> Response {
        let actor = request.actor
        let answer = APIV1.ApprovalRequest(step: request.form["step"], reason: request.form["reason"])
        let approves = request.form["answer"] == "approve"
        return try await change(request) { id, tx, changes in
            _ = try ApprovalCommands.decide(id, answer, approves: approves, by: actor, in: tx, &changes)
            return id
        }
    }

    private func change(
        _ request: PageRequest,
        _ body:
            @escaping @Sendable (ID<Deployment>, borrowing Transaction, inout Changes) throws -> ID<
                Deployment
            >
    ) async throws -> Response {
        let id: ID<Deployment> = try request.context.id("deployment", of: "deployment")
        let shown = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try body(id, tx, &changes)
        }
        return .seeOther(Link.deployment(shown))
    }
}
