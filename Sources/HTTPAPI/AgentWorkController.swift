import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import NIOCore

/// What an agent with an open session asks and tells.
struct AgentWorkController: Sendable {
    let api: APIContext

    /// Held until there is work, the time is up, or the node goes.
    @Sendable func poll(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let poll = try JSONBody.decode(AgentV1.PollRequest.self, from: try await request.bytes())
        let deadline = ContinuousClock.now + .seconds(agent.pollSeconds(atMost: api.pollSeconds))
        // Before the database is asked: work that comes between asking and waiting then still wakes it.
        let subscription = api.work.subscribe(agent.machineID)
        var answer = try await api.store.work(for: agent, poll: poll)
        while answer.assignments.isEmpty, answer.cancellations.isEmpty, answer.check == nil,
            !api.status.isDraining
        {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { break }
            let isWoken = await subscription.wait(upTo: left)
            if Task.isCancelled { throw CancellationError() }
            api.presence.heard(agent.machineID)
            // The agent's next poll begins by asking the database: not asking here too halves what idle agents cost.
            guard isWoken else { break }
            answer = try await api.store.waitingWork(
                for: agent,
                running: poll.running,
                checks: poll.checks
            )
        }
        return try .json(answer, headers: connection)
    }

    @Sendable func accept(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let step: ID<StepRun> = try context.id("step", of: "step")
        let body = try JSONBody.decode(AgentV1.AcceptRequest.self, from: try await request.bytes())
        try await AgentAudit(store: api.store, refusals: api.refusals).recording(agent) {
            try await api.store.acceptStep(step, fence: body.fence, by: agent)
        }
        return .nothing
    }

    /// `no-store`, as every answer with JSON.
    @Sendable func secrets(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let step: ID<StepRun> = try context.id("step", of: "step")
        let body = try JSONBody.decode(AgentV1.SecretsRequest.self, from: try await request.bytes())
        let secrets = try await AgentAudit(store: api.store, refusals: api.refusals).recording(agent) {
            try await api.store.secrets(of: step, fence: body.fence, for: agent, with: api.secretKeys)
        }
        switch secrets {
        case .values(let values): return try .json(AgentV1.SecretsResponse(secrets: values))
        case .stale:
            throw Problem.staleFence(
                "step \(step) does not run under fence \(body.fence): it has another fence, was not accepted, or has ended"
            )
        }
    }

    @Sendable func log(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let step: ID<StepRun> = try context.id("step", of: "step")
        let fence = try request.requiredNumber("fence")
        let offset = try request.requiredNumber("offset")
        let data = Array(try await request.bytes(upTo: Limits.logChunkBytes).readableBytesView)
        let outcome = try await AgentAudit(store: api.store, refusals: api.refusals).recording(agent) {
            try await api.store.appendLog(step, fence: fence, offset: offset, data: data, by: agent)
        }
        switch outcome {
        case .appended(let length): return try .json(AgentV1.LogPosition(length: length))
        case .offsetMismatch(let length):
            return try .json(AgentV1.LogPosition(length: length), status: .conflict)
        case .staleFence:
            throw Problem.staleFence(
                "step \(step) has a newer fence than \(fence): drop what is left of its log"
            )
        }
    }

    @Sendable func result(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let step: ID<StepRun> = try context.id("step", of: "step")
        let body = try JSONBody.decode(AgentV1.ResultRequest.self, from: try await request.bytes())
        let isCurrent = try await AgentAudit(store: api.store, refusals: api.refusals).recording(agent) {
            try await api.store.finishStep(step, result: body, by: agent)
        }
        guard isCurrent else {
            throw Problem.staleFence("step \(step) has a newer fence than \(body.fence): drop this result")
        }
        return .nothing
    }

    @Sendable func checkResult(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let agent = try agent(context)
        let check: ID<HealthCheck> = try context.id("check", of: "health check")
        let body = try JSONBody.decode(AgentV1.CheckResultRequest.self, from: try await request.bytes())
        guard body.output.utf8.count <= 2 * Limits.checkReportBytes,
            body.message.utf8.count <= Limits.bodyBytes / 4
        else { throw Problem.tooLarge(Int64(Limits.checkReportBytes)) }
        guard try await api.store.finishCheck(check, result: body, by: agent) else {
            throw Problem.staleFence(
                "health check \(check) has a newer fence than \(body.fence): drop this result"
            )
        }
        return .nothing
    }

    @Sendable func goodbye(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.goodbye(try agent(context))
        return .nothing
    }

    private func agent(_ context: APIRequestContext) throws -> AgentIdentity {
        guard case .agent(let agent) = context.caller else {
            throw ProblemAnswer.unauthenticated("no session")
        }
        return agent
    }

    /// While the node goes, agents are to connect anew, to another one.
    private var connection: HTTPFields { api.status.isDraining ? [.connection: "close"] : [:] }
}

/// An agent that asks for what is another machine's is refused, and the refusal is an event.
struct AgentAudit: Sendable {
    let store: Store
    let refusals: RefusalLog

    func recording<Value: Sendable>(
        _ agent: AgentIdentity,
        _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch let error as StoreError {
            if case .forbidden(let what) = error, refusals.isWorthAnEvent(of: agent, what) {
                try await store.recordRefusal(of: agent, what: what)
            }
            throw error
        }
    }
}
