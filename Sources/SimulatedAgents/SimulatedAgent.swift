internal import Crypto
internal import FleetClient
internal import FleetModel
internal import FoundationEssentials

/// One machine: what a real agent says and believes, held in memory. It does one step at a time.
actor SimulatedAgent {
    private struct Session {
        let client: AgentClient
        let pollSeconds: Int
    }

    /// Least time between two polls when the first brought nothing, as in the real agent.
    private static let pause = Duration.milliseconds(250)
    private static let bootID = APIClient.randomKey()

    private let name: String
    private let settings: SimulatedFleet.Settings
    private let clients: [AgentClient]
    private let journal: SimulatedJournal
    private let key = Curve25519.Signing.PrivateKey()
    /// Which of the clients it talks to.
    private var turn: Int
    private var backoff = Backoff(base: .milliseconds(500), cap: .seconds(10))
    private var machine: ID<Machine>?
    private var session: Session?
    /// Accepted and not yet acknowledged, with its result once there is one.
    private var inHand: (assignment: AgentV1.Assignment, result: AgentV1.ResultRequest?)?
    private var inventory: [String: AgentV1.InventoryItem] = [:]

    init(
        name: String,
        settings: SimulatedFleet.Settings,
        clients: [AgentClient],
        first: Int,
        journal: SimulatedJournal
    ) {
        self.name = name
        self.settings = settings
        self.clients = clients
        turn = first
        self.journal = journal
    }

    /// Runs until cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let isBusy = try await turnOnce()
                backoff.succeeded()
                if !isBusy { try await Task.sleep(for: Self.pause) }
            } catch {
                guard !Task.isCancelled else { return }
                journal.failed()
                if error is ClientError { turn += 1 }
                // Whatever was refused: a new session, with what is in hand, puts it right. A node that is busy refused nothing,
                // and a session opened for each refusal would keep it busy.
                if !Self.isBusy(error) { session = nil }
                try? await Task.sleep(for: backoff.next(after: error, fraction: .random(in: 0..<1)))
            }
        }
    }

    private static func isBusy(_ error: any Error) -> Bool {
        guard let problem = error as? Problem else { return false }
        return problem.status == 429 || problem.status == 503
    }

    /// The next thing that is to be done; false: there was nothing, sooner than a poll is held.
    private func turnOnce() async throws -> Bool {
        guard let machine else {
            try await join()
            return true
        }
        guard let session else {
            try await openSession(machine)
            return true
        }
        if inHand != nil {
            try await finish(in: session)
            return true
        }
        let began = ContinuousClock.now
        let answer = try await session.client.poll(
            AgentV1.PollRequest(inventory: items, running: [], checks: []),
            holdSeconds: session.pollSeconds
        )
        journal.polled()
        if let check = answer.check {
            let fine = AgentV1.CheckResultRequest(
                fence: check.fence,
                exitCode: 0,
                timedOut: false,
                message: "simulated",
                output: ""
            )
            try await unlessStale { try await session.client.checkResult(check.id, fine) }
        }
        for assignment in answer.assignments {
            try await accept(assignment, in: session, on: machine)
            if inHand != nil { try await finish(in: session) }
        }
        return answer.check != nil || !answer.assignments.isEmpty || ContinuousClock.now - began > .seconds(1)
    }

    private func accept(
        _ assignment: AgentV1.Assignment,
        in session: Session,
        on machine: ID<Machine>
    ) async throws {
        let isOurs = try await unlessStale {
            try await session.client.accept(assignment.stepRunID, fence: assignment.fence)
        }
        guard isOurs else { return }
        inHand = (assignment, nil)
        journal.started(assignment, on: machine)
        var item = item(of: assignment.project)
        item.incompleteReleaseID = assignment.releaseID
        inventory[assignment.project] = item
    }

    /// Does what is in hand and sends its result until it is acknowledged.
    private func finish(in session: Session) async throws {
        guard let (assignment, done) = inHand else { return }
        let result: AgentV1.ResultRequest
        if let done {
            result = done
        } else {
            if settings.stepTakes > .zero { try await Task.sleep(for: settings.stepTakes) }
            result = self.result(of: assignment)
            inHand = (assignment, result)
        }
        try await unlessStale { try await session.client.result(assignment.stepRunID, result) }
        journal.acknowledged()
        inHand = nil
    }

    private func result(of assignment: AgentV1.Assignment) -> AgentV1.ResultRequest {
        let outcome = settings.outcome(assignment)
        if outcome == .succeeded, assignment.isLast {
            var item = item(of: assignment.project)
            (item.releaseID, item.incompleteReleaseID) = (assignment.releaseID, nil)
            inventory[assignment.project] = item
        }
        return AgentV1.ResultRequest(
            fence: assignment.fence,
            outcome: outcome,
            exitCode: outcome == .succeeded ? 0 : 1,
            message: "simulated",
            logBytes: 0,
            logDroppedBytes: 0,
            inventory: items
        )
    }

    private func item(of project: String) -> AgentV1.InventoryItem {
        inventory[project]
            ?? AgentV1.InventoryItem(project: project, releaseID: nil, incompleteReleaseID: nil)
    }

    private var items: [AgentV1.InventoryItem] { Array(inventory.values) }

    /// false: the node has moved on, and there is nothing more to say about this.
    @discardableResult
    private func unlessStale(_ call: () async throws -> Void) async throws -> Bool {
        do {
            try await call()
            return true
        } catch let problem as Problem where problem.status == 409 && problem.type != "/problems/superseded" {
            return false
        }
    }

    private var client: AgentClient { clients[turn % clients.count] }

    private func join() async throws {
        let publicKey = key.publicKey.rawRepresentation.base64EncodedString()
        let statement = AgentV1.joinStatement(token: settings.token, name: name, publicKey: publicKey)
        let answer = try await client.join(
            AgentV1.JoinRequest(
                token: settings.token,
                name: name,
                publicKey: publicKey,
                signature: try sign(statement),
                facts: ["agent": "simulated"]
            )
        )
        machine = answer.machineID
        journal.joined(answer.machineID)
    }

    private func openSession(_ machine: ID<Machine>) async throws {
        let time = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let nonce = APIClient.randomKey()
        let statement = AgentV1.sessionStatement(
            machineID: machine,
            time: time,
            nonce: nonce,
            bootID: Self.bootID
        )
        let answer = try await client.openSession(
            AgentV1.SessionRequest(
                machineID: machine,
                time: time,
                nonce: nonce,
                bootID: Self.bootID,
                journal: inHand.map {
                    [AgentV1.JournalEntry(stepRunID: $0.assignment.stepRunID, fence: $0.assignment.fence)]
                } ?? [],
                inventory: items,
                facts: ["agent": "simulated"],
                signature: try sign(statement)
            )
        )
        session = Session(client: client.with(session: answer.token), pollSeconds: answer.pollSeconds)
    }

    private func sign(_ statement: String) throws -> String {
        try key.signature(for: Data(statement.utf8)).base64EncodedString()
    }
}
