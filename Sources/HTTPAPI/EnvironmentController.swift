import FleetModel
import FleetStore
import Hummingbird

/// Environments that are made for a time, and the end of those.
struct EnvironmentController: Sendable {
    let api: APIContext

    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try JSONBody.read(
            APIV1.EnvironmentRequest.self,
            schema: "EnvironmentRequest",
            from: command.bytes
        )
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try EnvironmentCommands.create(body, by: actor, in: tx, &changes)
        }
    }

    @Sendable func extend(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let name = try context.parameter("environment")
        let body = try JSONBody.read(
            APIV1.ExtensionRequest.self,
            schema: "ExtensionRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .ok) { tx, changes in
            try EnvironmentCommands.extend(name, bySeconds: body.bySeconds, in: tx, &changes)
        }
    }

    @Sendable func protect(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let name = try context.parameter("environment")
        let body = try JSONBody.read(
            APIV1.ProtectionRequest.self,
            schema: "ProtectionRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .ok) { tx, changes in
            try EnvironmentCommands.protect(name, body.protected, in: tx, &changes)
        }
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.deleteEnvironment(
            try context.parameter("environment"),
            force: try request.query("force", as: Flag.self) == .true,
            if: try ConfigurationCondition(request),
            by: context.caller.principal
        )
        return .nothing
    }
}
