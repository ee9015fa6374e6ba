import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import NIOCore

/// Deployments: begun, followed, cancelled, and what their steps wrote.
struct DeploymentController: Sendable {
    let api: APIContext

    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let schema = "DeploymentRequest"
        let body = try JSONBody.read(APIV1.DeploymentRequest.self, schema: schema, from: command.bytes)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try DeploymentCommands.create(body, by: actor, in: tx, &changes)
        }
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "deployments")
        let rows = try await api.store.deployments(
            DeploymentRows.Filter(
                project: request.query("project"),
                environment: request.query("environment"),
                state: try request.query("state", as: DeploymentState.self)
            ),
            before: try paging.number(or: .max),
            limit: paging.fetch,
            as: context.caller.principal
        )
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        return try .json(try await api.store.deploymentDetail(id, as: context.caller.principal))
    }

    @Sendable func cancel(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let command = try await Command(request, context)
        return try await api.answer(command, status: .ok) { tx, changes in
            try DeploymentCommands.cancel(id, in: tx, &changes)
        }
    }

    @Sendable func retry(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let command = try await Command(request, context)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try DeploymentCommands.retry(id, by: actor, in: tx, &changes)
        }
    }

    @Sendable func redeploy(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let command = try await Command(request, context)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try DeploymentCommands.redeploy(id, by: actor, in: tx, &changes)
        }
    }

    @Sendable func approve(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await decide(request, context, approves: true)
    }

    @Sendable func refuse(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await decide(request, context, approves: false)
    }

    private func decide(
        _ request: Request,
        _ context: APIRequestContext,
        approves: Bool
    ) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let command = try await Command(request, context)
        let schema = "ApprovalRequest"
        let body = try JSONBody.read(APIV1.ApprovalRequest.self, schema: schema, from: command.bytes)
        let actor = command.caller.actor
        return try await api.answer(command, status: .ok) { tx, changes in
            try ApprovalCommands.decide(id, body, approves: approves, by: actor, in: tx, &changes)
        }
    }

    /// What the steps wrote, step by step; `tail` keeps the last lines of each.
    @Sendable func log(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await log(request, context, as: context.caller.principal)
    }

    func log(
        _ request: Request,
        _ context: APIRequestContext,
        as principal: Principal
    ) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let machine = request.query("machine")
        let step = request.query("step")
        let tail = try request.query("tail", in: 1...100_000)
        let logs = try await api.store.stepLogs(of: id, machine: machine, step: step, as: principal)
        let isOne = machine != nil && step != nil
        let body = ResponseBody { [store = api.store] writer in
            for log in logs {
                var lines = LogLines(prefix: isOne ? "" : "\(log.machine) \(log.step) | ")
                var offset = try await store.logStart(of: log, tail: tail)
                while true {
                    let piece = try await store.logBytes(of: log.id, from: offset)
                    guard !piece.isEmpty else { break }
                    offset += Int64(piece.count)
                    try await writer.write(ByteBuffer(bytes: lines.add(piece)))
                }
                try await writer.write(ByteBuffer(bytes: lines.end()))
            }
            try await writer.finish(nil)
        }
        let headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }

    @Sendable func logStream(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let listener = StillAllowed(context.caller, api.store)
        let logs = try await api.store.stepLogs(of: id, machine: nil, step: nil, as: listener.principal)
        var stream = LogStream(api: api, deployment: id, listener: listener, logger: context.logger)
        stream.resume(from: request.headers[.lastEventID], steps: logs)
        return ServerSentEvents.response(stream.run)
    }
}

/// Puts a prefix before every line of a log that comes in pieces.
struct LogLines {
    let prefix: [UInt8]
    private var isAtStart = true

    init(prefix: String) {
        self.prefix = Array(prefix.utf8)
    }

    mutating func add(_ piece: [UInt8]) -> [UInt8] {
        guard !prefix.isEmpty else { return piece }
        var result: [UInt8] = []
        result.reserveCapacity(piece.count + piece.count / 8)
        for byte in piece {
            if isAtStart { result.append(contentsOf: prefix) }
            result.append(byte)
            isAtStart = byte == UInt8(ascii: "\n")
        }
        return result
    }

    /// Ends a last line that the step left open, so that the next step's log starts a line of its own.
    mutating func end() -> [UInt8] {
        defer { isAtStart = true }
        return isAtStart || prefix.isEmpty ? [] : [UInt8(ascii: "\n")]
    }
}
