package import FleetModel
import FleetRules
import Postgres

/// How long a session lasts before the agent must sign again.
package enum SessionLifetime {
    package static let seconds = 3600
    /// How far an agent's clock may be off; a nonce is kept for twice that.
    package static let clockWindowSeconds = 300
}

extension Store {
    /// What to check a session request against: the machine's key (nil: there is no such machine) and the
    /// time.
    package func sessionChallenge(
        of machine: ID<Machine>
    ) async throws -> (publicKey: [UInt8]?, now: Instant) {
        try await read { try AgentMachineRows.publicKey(of: machine, in: $0) }
    }

    /// Opens a session in place of the one before. The caller has checked signature and clock.
    package func openSession(
        _ request: AgentV1.SessionRequest,
        token: SecretToken,
        remote: String
    ) async throws -> AgentIdentity {
        try checkTexts(of: request)
        let node = node
        let (agent, open) = try await unitOfWork(by: "machine:\(request.machineID)") { tx, changes in
            guard let machine = try AgentMachineRows.lock(request.machineID, in: tx) else {
                throw StoreError.unauthenticated("machine \(request.machineID) is not known here: join again")
            }
            changes.act(as: "machine:\(machine.name)")
            guard try AgentSessionRows.use(nonce: request.nonce, of: machine.id, in: tx) else {
                throw StoreError.unauthenticated(
                    "this request was sent before: sign a new one with a new nonce"
                )
            }
            let session = try AgentSessionRows.open(
                of: machine.id,
                token: token,
                bootID: request.bootID,
                remote: remote,
                lifetimeSeconds: SessionLifetime.seconds,
                in: tx
            )
            try AgentMachineRows.setFacts(AgentFacts.bounded(request.facts), of: machine.id, in: tx)
            let subject = EventSubject(machine: machine.id, environment: machine.environmentID)
            if session.bootIDCameBack {
                try AgentSessionRows.noteDuplicateReported(of: machine.id, in: tx)
                let detail =
                    "boot id \(request.bootID) came back, from \(remote): is a disk or an image a copy?"
                changes.post(.machineIdentityDuplicated(subject, name: machine.name, detail: detail))
            }
            try PresenceRows.heard([machine.id], by: node, in: tx)
            try HealthCheckCommands.connected(machine, in: tx, &changes)
            try AgentWork.sessionOpened(
                machine: machine.id,
                epoch: session.epoch,
                journal: request.journal,
                inventory: request.inventory,
                in: tx,
                &changes
            )
            let agent = AgentIdentity(machineID: machine.id, name: machine.name, epoch: session.epoch)
            return (agent, try DeploymentRows.open(onMachine: machine.id, in: tx))
        }
        // Steps that the journal does not know wait to be given out again.
        try await advance(open)
        return agent
    }

    /// Which agent a session token belongs to.
    package func identifyAgent(_ presented: String) async throws -> AgentAccess {
        guard let token = SecretToken(.session, presented: presented) else { return .none }
        return try AgentSessionRows.access(
            by: try await database.query(AgentSessionRows.identity(hash: token.hash))
        )
    }

    /// Writes into the audit trail that an agent asked for what is not its own.
    package func recordRefusal(of agent: AgentIdentity, what: String) async throws {
        try await unitOfWork(by: agent.principal) { _, changes in
            changes.post(.accessRefused(EventSubject(machine: agent.machineID), what: what))
        }
    }

    private func checkTexts(of request: AgentV1.SessionRequest) throws {
        guard (16...64).contains(request.nonce.utf8.count) else {
            throw StoreError.invalid(
                field: "nonce",
                "is \(request.nonce.utf8.count) bytes, and must be 16 to 64"
            )
        }
        if let fault = TextRule.any(most: 128).fault(of: request.bootID) {
            throw StoreError.invalid(field: "bootID", fault)
        }
        guard request.journal.count <= 1000, request.inventory.count <= 1000 else {
            throw StoreError.invalid(field: "journal", "journal and inventory may have 1000 entries each")
        }
    }
}
