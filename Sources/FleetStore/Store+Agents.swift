package import FleetModel
import FleetRules
import Postgres

/// What agents do, each as one unit of work.
extension Store {
    /// The first look of a long poll: records what the agent proves, and returns what waits for it. An inventory sent
    /// while a step runs may be overtaken by the step's result, so it is not taken.
    package func work(
        for agent: AgentIdentity,
        poll: AgentV1.PollRequest
    ) async throws -> AgentV1.PollResponse {
        if try await isIdle(agent, poll) {
            return AgentV1.PollResponse(assignments: [], cancellations: [], check: nil)
        }
        return try await unitOfWork(by: agent.principal) { tx, changes in
            if poll.running.isEmpty {
                try MachineReleaseRows.recordUnasked(poll.inventory, of: agent.machineID, in: tx, &changes)
            }
            if poll.checks == nil { try HealthCheckCommands.answerForOldAgent(agent, in: tx, &changes) }
            return try AgentWork.waiting(for: agent, poll: poll, in: tx)
        }
    }

    /// Whether there is nothing to record and nothing to give.
    package func isIdle(_ agent: AgentIdentity, _ poll: AgentV1.PollRequest) async throws -> Bool {
        guard poll.running.isEmpty, let checks = poll.checks else { return false }
        let idle = IdlePollRows.isIdle(agent.machineID, inventory: poll.inventory, checks: checks)
        return try await database.query(idle)[0]["is_idle"]
    }

    /// A later look of the same poll: the inventory it came with may be out of date by now.
    package func waitingWork(
        for agent: AgentIdentity,
        running: [ID<StepRun>],
        checks: [ID<HealthCheck>]? = nil
    ) async throws -> AgentV1.PollResponse {
        let poll = AgentV1.PollRequest(inventory: [], running: running, checks: checks)
        return try await read { tx in try AgentWork.waiting(for: agent, poll: poll, in: tx) }
    }

    /// Throws `StoreError.conflict` when the step is not offered under this fence any more.
    package func acceptStep(_ step: ID<StepRun>, fence: Int64, by agent: AgentIdentity) async throws {
        try await read { tx in try AgentWork.accept(step, fence: fence, by: agent, in: tx) }
    }

    package func appendLog(
        _ step: ID<StepRun>,
        fence: Int64,
        offset: Int64,
        data: [UInt8],
        by agent: AgentIdentity
    ) async throws -> LogAppend {
        try await read { tx in
            try LogRows.append(data, at: offset, to: step, fence: fence, by: agent, in: tx)
        }
    }

    /// Returns false when the fence is out of date. Whatever else waited for the machine is moved on afterwards, each
    /// deployment in a transaction of its own; should this node die in between, the leader's sweep does it.
    package func finishStep(
        _ step: ID<StepRun>,
        result: AgentV1.ResultRequest,
        by agent: AgentIdentity
    ) async throws -> Bool {
        let taken = try await unitOfWork(by: agent.principal) { tx, changes in
            try AgentWork.finish(step, result, by: agent, in: tx, &changes)
        }
        if taken { try await advanceDeployments(onMachine: agent.machineID) }
        return taken
    }

    /// The agent ends in good order: the machine is unavailable at once, not only after a time of silence. One whose
    /// token was ephemeral leaves the fleet with it.
    package func goodbye(_ agent: AgentIdentity) async throws {
        try await unitOfWork(by: agent.principal) { tx, changes in
            try HealthRows.set(
                .unavailable,
                of: [agent.machineID],
                because: "its agent said goodbye",
                in: tx,
                &changes
            )
            try tx.run(
                "DELETE FROM agent_session WHERE machine_id = \(agent.machineID) AND epoch = \(agent.epoch)"
            )
            let leaving = try tx.run(
                """
                SELECT environment_id FROM machine
                WHERE id = \(agent.machineID) AND deleted_at IS NULL AND ephemeral FOR UPDATE
                """
            ).first
            guard let leaving else { return }
            try MachineRemoval.remove(
                agent.machineID,
                name: agent.name,
                environment: try leaving["environment_id"],
                reason: "its agent said goodbye, and it is ephemeral",
                in: tx,
                &changes
            )
        }
        try await advanceDeployments(onMachine: agent.machineID)
    }

    /// Moves on every open deployment that has something to do on the machine.
    package func advanceDeployments(onMachine machine: ID<Machine>) async throws {
        let open = try await read { tx in try DeploymentRows.open(onMachine: machine, in: tx) }
        try await advance(open)
    }

    /// Moves it on, unless somebody holds it: whoever does moves it on himself, or is ended with his session.
    package func advanceUnlessHeld(_ deployment: ID<Deployment>) async throws {
        try await unitOfWork(by: "node:\(node)") { tx, changes in
            guard try DeploymentRows.tryLock(deployment, in: tx) else { return }
            try DeploymentAdvance.advance(deployment, in: tx, &changes)
        }
    }

    /// Moves on each of the deployments, in a transaction of its own.
    package func advance(_ deployments: [ID<Deployment>]) async throws {
        for deployment in deployments {
            try await unitOfWork(by: "node:\(node)") { tx, changes in
                try DeploymentAdvance.advance(deployment, in: tx, &changes)
            }
        }
    }
}
