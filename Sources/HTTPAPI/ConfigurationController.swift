import FleetModel
import FleetStore
import Hummingbird

/// Environments, projects and triggers: applied as documents, read one by one.
struct ConfigurationController: Sendable {
    let api: APIContext

    @Sendable func apply(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let dryRun = try request.query("dryRun", as: Flag.self) == .true
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.ApplyRequest.self, schema: "ApplyRequest", from: command.bytes)
        let documents = try DocumentReader.read(body.documents)
        if dryRun {
            return try .json(
                try await api.store.apply(
                    documents,
                    expecting: body.expected ?? [],
                    dryRun: true,
                    by: command.caller.principal
                )
            )
        }
        return try await api.answer(command, status: .ok) { tx, changes in
            try ApplyCommand.run(documents, expecting: body.expected ?? [], in: tx, &changes)
        }
    }

    @Sendable func environments(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "environments")
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try EnvironmentRows.list(
                after: paging.position ?? "",
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func environment(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("environment")
        return try await ConfigurationAnswers(api: api).show(.environment, name, request, context)
    }

    @Sendable func projects(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "projects")
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try ProjectRows.list(after: paging.position ?? "", limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func project(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("project")
        return try await ConfigurationAnswers(api: api).show(.project, name, request, context)
    }

    @Sendable func triggers(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "triggers")
        let after = ID<Trigger>(try paging.number(or: 0))
        let project = request.query("project")
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try TriggerRows.list(
                project: project,
                after: after,
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func previewTriggers(_ request: Request, _ context: APIRequestContext) async throws -> Response
    {
        let body = try JSONBody.read(
            TriggerPreview.Request.self,
            schema: "TriggerPreviewRequest",
            from: try await request.bytes()
        )
        let preview = try await api.store.preview(
            try TriggerPreviewLimits.documents(body),
            sinceSeconds: body.sinceSeconds,
            windowSeconds: body.windowSeconds ?? TriggerPreviewLimits.windowSeconds,
            as: context.caller.principal
        )
        return try .json(preview)
    }

    @Sendable func deleteTrigger(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.deleteTrigger(
            project: try context.parameter("project"),
            name: try context.parameter("trigger"),
            if: try ConfigurationCondition(request),
            by: context.caller.principal
        )
        return .nothing
    }
}

/// A yes or no in a query.
enum Flag: String, CaseIterable {
    case `true`, `false`
}
