import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import NIOCore

/// The event log and the decisions that came of it.
struct EventController: Sendable {
    let api: APIContext

    enum Order: String, CaseIterable {
        case asc, desc
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let order = try request.query("order", as: Order.self) ?? .desc
        let paging = try Paging(request, list: "events-\(order.rawValue)")
        let category = try request.query("category", as: EventCategory.self)?.rawValue
        let machine = request.query("machine")
        let project = request.query("project")
        let start = try paging.number(or: order == .asc ? 0 : .max)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            let filter = EventRows.Filter(
                category: category,
                machine: try machine.map { try SubjectLookup.machine($0, seen: seen, in: tx) },
                project: try project.map { try SubjectLookup.project($0, seen: seen, in: tx) }
            )
            return switch order {
            case .asc: try EventRows.list(filter, after: start, limit: paging.fetch, seen: seen, in: tx)
            case .desc:
                try EventRows.listNewestFirst(
                    filter,
                    before: start,
                    limit: paging.fetch,
                    seen: seen,
                    in: tx
                )
            }
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func stream(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await stream(request, context, for: StillAllowed(context.caller, api.store), until: nil)
    }

    func stream(
        _ request: Request,
        _ context: APIRequestContext,
        for listener: StillAllowed,
        until: ContinuousClock.Instant?
    ) async throws -> Response {
        let start: EventPosition
        if let header = request.headers[.lastEventID] {
            guard let position = OpaqueText.decode(header).flatMap(EventPosition.init(text:)) else {
                throw Problem.badRequest(
                    "Last-Event-ID",
                    "is not an id of this stream: pass the last 'id' unchanged"
                )
            }
            start = position
        } else {
            start = try await api.store.currentEventPosition()
        }
        let stream = EventStream(
            api: api,
            start: start,
            listener: listener,
            logger: context.logger,
            until: until
        )
        return ServerSentEvents.response(stream.run)
    }

    /// A line for each event, oldest first, as the database gives them: a page in memory, not the whole.
    @Sendable func export(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        guard let before = try request.instant("before") else {
            throw Problem.badRequest("query.before", "is missing: say a time such as 2026-01-02T03:04:05Z")
        }
        let from = try request.instant("from")
        let body = ResponseBody { [store = api.store, caller = context.caller] writer in
            var listener = StillAllowed(caller, store)
            var after: Int64 = 0
            while true {
                // Cut off, and not ended: what was sent is not the whole.
                guard await listener.ask() else { throw NotAllowed("\(caller.actor) may not look any more") }
                let page = try await store.exportEvents(
                    from: from,
                    before: before,
                    after: after,
                    as: listener.principal
                )
                guard !page.isEnd else { break }
                try await writer.write(ByteBuffer(string: page.lines.map { $0 + "\n" }.joined()))
                after = page.lastID
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/jsonl", .cacheControl: "no-store"],
            body: body
        )
    }

    @Sendable func decisions(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "decisions")
        let machine = request.query("machine")
        let project = request.query("project")
        let before = try paging.number(or: .max)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try DecisionRows.list(
                machine: try machine.map { try SubjectLookup.machine($0, seen: seen, in: tx) },
                project: try project.map { try SubjectLookup.project($0, seen: seen, in: tx) },
                before: before,
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows) { $0.id.description })
    }
}
