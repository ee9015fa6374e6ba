package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// Lets a machine join. The caller has checked that the agent holds the private half of `publicKey`.
    ///
    /// A name that a machine of the token's environment has goes to the new one: a host that was re-imaged
    /// starts clean, and nothing is believed to be on it. The same agent may repeat its request, and gets the
    /// same machine.
    package func join(_ request: AgentV1.JoinRequest, publicKey: [UInt8]) async throws -> AgentV1.JoinResponse
    {
        if let fault = TextRule.longLabel.fault(of: request.name) {
            throw StoreError.invalid(field: "name", fault)
        }
        guard let secret = SecretToken(.join, presented: request.token) else {
            throw StoreError.unauthenticated("this is not a join token, or it was not copied whole")
        }
        let joined = try await meetingOthers(under: request.name) {
            try await unitOfWork(by: "machine:\(request.name)") { tx, changes in
                guard let token = try TokenRows.find(hash: secret.hash, in: tx) else {
                    throw StoreError.unauthenticated("join token \(secret.prefix) is not known here")
                }
                return try JoinCommand.run(request, token: token, publicKey: publicKey, in: tx, &changes)
            }
        }
        if let replaced = joined.replaced { try await advanceDeployments(onMachine: replaced) }
        return joined.response
    }

    /// Two may join under one name, or with one key, at the same moment: the later one finds the other there and looks again. It may
    /// have been the same agent, whose answer got lost.
    private func meetingOthers(
        under name: String,
        _ join: () async throws -> JoinCommand.Outcome
    ) async throws -> JoinCommand.Outcome {
        for _ in 1...3 {
            do {
                return try await join()
            } catch let error as PostgresError where error.isUniqueViolation() {
                continue
            }
        }
        throw StoreError.conflict("other machines join as '\(name)' at the same moment: try again")
    }
}

/// What joining does with a token that is known. A whole fleet may join with one at the same moment, so the token is locked last, by counting
/// its use.
private enum JoinCommand {
    struct Outcome: Sendable {
        let response: AgentV1.JoinResponse
        /// The machine that bore the name before.
        var replaced: ID<Machine>?
    }

    static func run(
        _ request: AgentV1.JoinRequest,
        token: JoinToken,
        publicKey: [UInt8],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Outcome {
        let others = try AgentMachineRows.lock(name: request.name, orKey: publicKey, in: tx)
        if let same = others.first(where: { $0.publicKey == publicKey }) {
            return Outcome(response: try repeated(by: same, request, token))
        }
        if let refusal = token.refusal { throw StoreError.unauthenticated(refusal) }
        if let old = others.first {
            try replace(old, token, in: tx, &changes)
        }
        let machine = try AgentMachineRows.insert(
            name: request.name,
            token: token,
            publicKey: publicKey,
            facts: AgentFacts.bounded(request.facts),
            in: tx
        )
        guard try TokenRows.countUse(of: token.id, in: tx) else {
            throw StoreError.unauthenticated(
                "join token \(token.prefix) was used for the last time, or revoked, at this moment: make another one"
            )
        }
        changes.post(
            .machineJoined(
                EventSubject(machine: machine.id, environment: token.environmentID),
                name: request.name,
                incarnation: machine.incarnation,
                tokenPrefix: token.prefix
            )
        )
        let response = AgentV1.JoinResponse(
            machineID: machine.id,
            name: request.name,
            environment: token.environment,
            roles: token.roles
        )
        return Outcome(response: response, replaced: others.first?.id)
    }

    /// The answer got lost, and the agent asks again: no second machine, no second use of the token.
    private static func repeated(
        by machine: AgentMachineRows.Locked,
        _ request: AgentV1.JoinRequest,
        _ token: JoinToken
    ) throws -> AgentV1.JoinResponse {
        guard machine.name == request.name, machine.joinTokenID == token.id else {
            throw StoreError.conflict(
                "this key has joined already, as machine \(machine.name): delete that machine first, or join with a new key"
            )
        }
        return AgentV1.JoinResponse(
            machineID: machine.id,
            name: machine.name,
            environment: machine.environment,
            roles: machine.roles
        )
    }

    /// A token for one environment must not push a machine out of another.
    private static func replace(
        _ old: AgentMachineRows.Locked,
        _ token: JoinToken,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard old.environmentID == token.environmentID else {
            throw StoreError.conflict(
                """
                the name '\(old.name)' belongs to a machine of environment \(old.environment): delete that machine first, \
                or join under another name
                """
            )
        }
        try MachineRemoval.remove(
            old.id,
            name: old.name,
            environment: old.environmentID,
            reason: "replaced by a new machine of the same name",
            in: tx,
            &changes
        )
    }
}
