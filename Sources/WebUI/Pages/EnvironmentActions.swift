import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird
import Postgres

/// What people do to an environment from its page, pins included.
struct EnvironmentActions: Sendable {
    let web: WebContext

    @Sendable func extend(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("environment")
        let text = request.form["hours"] ?? ""
        guard let hours = Int(text), (1...8760).contains(hours) else {
            throw StoreError.invalid(
                field: "hours",
                "is '\(text)', and must be a whole number from 1 to 8760"
            )
        }
        return try await change(request) { tx, changes in
            _ = try EnvironmentCommands.extend(name, bySeconds: hours * 3600, in: tx, &changes)
        }
    }

    @Sendable func protect(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("environment")
        let isProtected = request.form["protected"] == "true"
        return try await change(request) { tx, changes in
            _ = try EnvironmentCommands.protect(name, isProtected, in: tx, &changes)
        }
    }

    @Sendable func delete(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("environment")
        try await web.api.store.deleteEnvironment(name, force: false, by: request.principal)
        return .seeOther("/environments")
    }

    @Sendable func pin(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("environment")
        let actor = request.actor
        let wanted = APIV1.PinRequest(
            project: request.form["project"] ?? "",
            release: request.form["release"] ?? "",
            environment: name,
            machine: nil,
            reason: request.form["reason"] ?? "",
            once: request.form["once"] != nil,
            expiresInSeconds: nil
        )
        return try await change(request) { tx, changes in
            _ = try PinCommands.create(wanted, by: actor, in: tx, &changes)
        }
    }

    @Sendable func unpin(_ request: PageRequest) async throws -> Response {
        let id: ID<Pin> = try request.context.id("pin", of: "pin")
        let why = APIV1.ReasonRequest(reason: request.form["reason"] ?? "")
        return try await change(request) { tx, changes in
            _ = try PinCommands.remove(id, why, in: tx, &changes)
        }
    }

    /// Lets a release be tried again in the environment.
    @Sendable func closeCircuit(_ request: PageRequest) async throws -> Response {
        let id: ID<Circuit> = try request.context.id("circuit", of: "circuit")
        let why = APIV1.ReasonRequest(reason: request.form["reason"] ?? "")
        return try await change(request) { tx, changes in
            _ = try FailingCommands.close(id, why, in: tx, &changes)
        }
    }

    private func change(
        _ request: PageRequest,
        _ body: @escaping @Sendable (borrowing Transaction, inout Changes) throws -> Void
    ) async throws -> Response {
        let name = try request.context.parameter("environment")
        try await web.api.store.unitOfWork(by: request.principal) { tx, changes in try body(tx, &changes) }
        return .seeOther(Link.environment(name))
    }
}
