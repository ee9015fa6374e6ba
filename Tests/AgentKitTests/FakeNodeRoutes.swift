import FleetModel
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension FakeNode {
    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("/agent/v1/join") { request, _ in
            let body: AgentV1.JoinRequest = try await Self.decode(request)
            self.change { $0.joins.append(body) }
            guard self.now.joinStatus == 201 else {
                return Self.problem(self.now.joinStatus, "/problems/token")
            }
            return try Self.json(
                AgentV1.JoinResponse(
                    machineID: ID(1),
                    name: body.name,
                    environment: "production",
                    roles: ["web"]
                ),
                status: .created
            )
        }
        router.post("/agent/v1/session") { request, _ in
            let body: AgentV1.SessionRequest = try await Self.decode(request)
            self.change { $0.sessions.append(body) }
            let epoch = Int64(self.now.sessions.count)
            return try Self.json(
                AgentV1.SessionResponse(
                    token: "session-\(epoch)",
                    epoch: epoch,
                    expiresInSeconds: 3600,
                    pollSeconds: 5,
                    serverTime: body.time
                )
            )
        }
        router.post("/agent/v1/poll") { request, _ in
            guard self.isKnown(request) else { return Self.problem(401, "/problems/session") }
            let body: AgentV1.PollRequest = try await Self.decode(request)
            self.change { $0.polls.append(body) }
            // Held until there is something, as a node does.
            try? await self.wait("work", seconds: 1) { state in
                let new = state.checks.contains { !(body.checks ?? []).contains($0.id) }
                return !state.offers.isEmpty || !state.cancellations.isEmpty || new
            }
            let now = self.now
            let offers = now.offers.filter { !now.accepted.contains($0.stepRunID) }
            let check = now.checks.first { !(body.checks ?? []).contains($0.id) }
            return try Self.json(
                AgentV1.PollResponse(assignments: offers, cancellations: now.cancellations, check: check)
            )
        }
        router.post("/agent/v1/steps/:id/accept") { request, context in
            guard self.isKnown(request) else { return Self.problem(401, "/problems/session") }
            let id = try Self.step(context)
            self.change { state in
                state.accepted.append(id)
                state.offers.removeAll { $0.stepRunID == id }
            }
            return Response(status: .noContent)
        }
        router.patch("/agent/v1/steps/:id/log") { request, context in try await self.log(request, context) }
        router.post("/agent/v1/steps/:id/result") { request, context in
            guard self.isKnown(request) else { return Self.problem(401, "/problems/session") }
            let id = try Self.step(context)
            let body: AgentV1.ResultRequest = try await Self.decode(request)
            if self.now.isStale { return Self.problem(409, "/problems/stale-fence") }
            if let status = self.now.resultStatuses.first {
                self.change { $0.resultStatuses.removeFirst() }
                return Self.problem(status, "/problems/later")
            }
            self.change { $0.results[id, default: []].append(body) }
            return Response(status: .noContent)
        }
        router.post("/agent/v1/steps/:id/secrets") { request, context in
            guard self.isKnown(request) else { return Self.problem(401, "/problems/session") }
            let id = try Self.step(context)
            let body: AgentV1.SecretsRequest = try await Self.decode(request)
            self.change { $0.secretsRequests.append(.init(stepRunID: id, fence: body.fence)) }
            if let status = self.now.secretsStatuses.first {
                self.change { $0.secretsStatuses.removeFirst() }
                return Self.problem(status, "/problems/no-secrets")
            }
            return try Self.json(AgentV1.SecretsResponse(secrets: self.now.secrets[id] ?? [:]))
        }
        router.post("/agent/v1/checks/:id/result") { request, context in
            guard self.isKnown(request) else { return Self.problem(401, "/problems/session") }
            let id = ID<HealthCheck>(Int64(try context.parameters.require("id")) ?? 0)
            let body: AgentV1.CheckResultRequest = try await Self.decode(request)
            if let status = self.now.checkStatuses.first {
                self.change { $0.checkStatuses.removeFirst() }
                return Self.problem(status, "/problems/later")
            }
            self.change { state in
                state.checkResults.append(body)
                state.checks.removeAll { $0.id == id }
            }
            return Response(status: .noContent)
        }
        router.post("/agent/v1/goodbye") { _, _ in
            self.change { $0.goodbyes += 1 }
            return Response(status: .noContent)
        }
        router.get("/agent/v1/packages/:digest") { request, context in
            try self.package(request, context.parameters.require("digest"))
        }
        router.get("/files/:digest") { request, context in
            try self.package(request, context.parameters.require("digest"))
        }
        return router
    }

    private func log(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard isKnown(request) else { return Self.problem(401, "/problems/session") }
        guard !now.isStale else { return Self.problem(409, "/problems/stale-fence") }
        let id = try Self.step(context)
        let offset = try request.uri.queryParameters.require("offset", as: Int.self)
        let bytes = [UInt8](buffer: try await request.body.collect(upTo: Limits.logChunkBytes))
        var length = 0
        var isMatch = false
        change { state in
            var log = state.logs[id] ?? []
            isMatch = offset == log.count
            if isMatch { log += bytes }
            state.logs[id] = log
            length = log.count
        }
        return try Self.json(AgentV1.LogPosition(length: Int64(length)), status: isMatch ? .ok : .conflict)
    }

    private func package(_ request: Request, _ digest: String) throws -> Response {
        let range = request.headers[.range] ?? ""
        let tag = "\"\(digest)\""
        guard var bytes = now.packages[digest] else { return Self.problem(404, "/problems/not-found") }
        var cut: Int?
        change { state in
            state.ranges.append(range)
            if state.flips > 0 {
                state.flips -= 1
                bytes[bytes.count / 2] ^= 0x10
            }
            if !state.cuts.isEmpty { cut = state.cuts.removeFirst() }
        }
        var start = 0
        if range.hasPrefix("bytes="), request.headers[.ifRange] == tag {
            start = Int(range.dropFirst(6).dropLast()) ?? 0
            guard start < bytes.count else { return Self.problem(416, "/problems/range") }
        }
        var headers: HTTPFields = [.eTag: tag]
        if start > 0 { headers[.contentRange] = "bytes \(start)-\(bytes.count - 1)/\(bytes.count)" }
        let rest = Array(bytes[start...])
        let sent = cut.map { Array(rest.prefix($0)) } ?? rest
        let isCut = sent.count < rest.count
        let body = ResponseBody(contentLength: rest.count) { writer in
            try await writer.write(ByteBuffer(bytes: sent))
            // Ending before the promised length closes the connection.
            if isCut { throw TimedOut(description: "cut") }
            try await writer.finish(nil)
        }
        return Response(status: start > 0 ? .partialContent : .ok, headers: headers, body: body)
    }

    private func isKnown(_ request: Request) -> Bool {
        let epoch =
            (request.headers[.authorization] ?? "").split(separator: "-").last.flatMap { Int64($0) } ?? 0
        return epoch > now.expiredEpoch
    }

    private static func step(_ context: BasicRequestContext) throws -> ID<StepRun> {
        ID(try context.parameters.require("id", as: Int64.self))
    }

    private static func decode<Value: Decodable>(_ request: Request) async throws -> Value {
        let body = try await request.body.collect(upTo: Limits.bodyBytes)
        return try JSONDecoder().decode(Value.self, from: Data(body.readableBytesView))
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let body = try JSONEncoder().encode(value)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private static func problem(_ status: Int, _ type: String) -> Response {
        let problem = Problem(type: type, title: "no", status: status, detail: "the fake node says no")
        let body = (try? JSONEncoder().encode(problem)) ?? Data()
        return Response(
            status: .init(code: status),
            headers: [.contentType: "application/problem+json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
