import FleetModel
import FleetStore
import Hummingbird

/// Machines that stay away: taken back, looked at ahead, or let go.
struct CleanupController: Sendable {
    let api: APIContext

    @Sendable func restore(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let machine = try context.parameter("machine")
        let actor = command.caller.actor
        return try await api.answer(command, status: .ok) { tx, changes in
            try CleanupCommands.restore(machine, by: actor, in: tx, &changes)
        }
    }

    @Sendable func preview(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let policy = try context.parameter("policy")
        let hours = try request.query("hours", in: Route.Parameter.hourRange) ?? 24
        let silence = api.silenceSeconds
        return try .json(
            try await api.store.look(as: context.caller.principal) { tx, seen in
                try CleanupPreviewRows.preview(
                    policy: policy,
                    hours: hours,
                    silenceSeconds: silence,
                    seen: seen,
                    in: tx
                )
            }
        )
    }

    @Sendable func allow(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let policy = try context.parameter("policy")
        return try await api.answer(command, status: .ok) { tx, changes in
            try CleanupCommands.allow(policy: policy, in: tx, &changes)
        }
    }
}
