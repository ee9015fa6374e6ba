import FleetModel
import FleetStore
import Hummingbird

/// Releases of a project.
struct ReleaseController: Sendable {
    let api: APIContext

    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let project = try context.parameter("project")
        let command = try await Command(request, context)
        let body = try JSONBody.read(ReleaseBody.self, schema: "ReleaseRequest", from: command.bytes)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try ReleaseCommand.create(project: project, body.request, by: actor, in: tx, &changes)
        }
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let project = try context.parameter("project")
        let paging = try Paging(request, list: "releases")
        let before = ID<Release>(try paging.number(or: .max))
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            guard try ProjectRows.find(project, seen: seen, in: tx) != nil else {
                throw StoreError.notFound(what: "project", which: project)
            }
            return try ReleaseRows.list(
                project: project,
                before: before,
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let project = try context.parameter("project")
        let version = try context.parameter("version")
        let found = try await api.store.look(as: context.caller.principal) { tx, seen in
            try ReleaseRows.find(project: project, version: version, seen: seen, in: tx)
        }
        guard let found else { throw StoreError.notFound(what: "release", which: "\(project) \(version)") }
        return try .json(found)
    }
}

/// `ReleaseRequest` with `packages` left out when every package has the release's version.
private struct ReleaseBody: Decodable {
    let version: String
    let packages: [String: String]?
    let notes: String?

    var request: APIV1.ReleaseRequest {
        APIV1.ReleaseRequest(version: version, packages: packages ?? [:], notes: notes)
    }
}
