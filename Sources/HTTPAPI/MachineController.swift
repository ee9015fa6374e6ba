import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird

/// Machines: listed, read, changed, deleted, explained.
struct MachineController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "machines")
        let after = ID<Machine>(try paging.number(or: 0))
        let filter = MachineRows.Filter(
            environment: request.query("environment"),
            role: request.query("role"),
            health: try request.query("health", as: MachineHealth.self),
            prefix: request.query("prefix")
        )
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try MachineRows.list(filter, after: after, limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let found = try await find(context)
        return try .json(found.machine, headers: [.eTag: EntityTag.text(found.version)])
    }

    @Sendable func change(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let bytes = try await request.bytes()
        let change = try JSONBody.read(MachineChange.self, schema: "MachineChange", from: bytes)
        let changed = try await api.store.changeMachine(
            try context.parameter("machine"),
            change,
            ifVersion: try EntityTag.version(requiredBy: request),
            by: context.caller.principal
        )
        return try .json(changed.machine, headers: [.eTag: EntityTag.text(changed.version)])
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.deleteMachine(
            try context.parameter("machine"),
            ifVersion: try EntityTag.version(requiredBy: request),
            by: context.caller.principal
        )
        return .nothing
    }

    @Sendable func explain(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let found = try await find(context)
        let explanation = try await api.store.explain(
            found.machine,
            project: request.query("project"),
            as: context.caller.principal
        )
        return try .json(explanation)
    }

    @Sendable func history(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let history = try await api.store.machineHistory(
            try context.parameter("machine"),
            at: try request.instant("at"),
            limit: try request.query("limit", in: 1...Limits.pageSize) ?? Limits.defaultPageSize,
            as: context.caller.principal
        )
        return try .json(history)
    }

    private func find(_ context: APIRequestContext) async throws -> VersionedMachine {
        let nameOrID = try context.parameter("machine")
        let found = try await api.store.look(as: context.caller.principal) { tx, seen in
            try MachineRows.find(nameOrID, seen: seen, in: tx)
        }
        guard let found else { throw StoreError.notFound(what: "machine", which: nameOrID) }
        return found
    }
}

/// The version of a row as an ETag, so that nobody overwrites what he has not seen.
enum EntityTag {
    static func text(_ version: Int64) -> String { "\"\(version)\"" }

    /// The version that If-Match asks for; nil: any.
    static func version(requiredBy request: Request) throws -> Int64? {
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        guard header.hasPrefix("\""), header.hasSuffix("\""),
            let version = Int64(header.dropFirst().dropLast())
        else {
            _ = try EntityTags.read(header, of: "If-Match")
            throw Problem.preconditionFailed(
                "If-Match is \(header.prefix(100)), which no ETag of this resource ever was"
            )
        }
        return version
    }
}
