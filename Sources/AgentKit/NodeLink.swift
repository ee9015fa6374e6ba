internal import FleetClient
internal import FleetModel
internal import Logging

/// The session with the nodes, whichever of them answers: opened when needed, by one caller at a time.
actor NodeLink {
    struct Session: Sendable {
        let client: AgentClient
        let epoch: Int64
        let pollSeconds: Int
    }

    private let identity: Identity
    private let directory: DataDirectory
    private let client: AgentClient
    private let logger: Logger
    private var session: Session?
    private var isOpening = false
    /// Steps between the node's yes and their place in the journal. No session is opened meanwhile: it would say that
    /// they were never started, and the node would give them out again.
    private var accepting = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(identity: Identity, directory: DataDirectory, logger: Logger) throws {
        self.identity = identity
        self.directory = directory
        self.logger = logger
        client = try AgentClient(url: identity.url)
    }

    func close() async {
        await client.close()
    }

    /// Runs a call in the session; when the node no longer knows it, once more in a new one.
    func call<Value: Sendable>(
        _ body: @Sendable (AgentClient) async throws -> Value
    ) async throws -> Value {
        let session = try await current()
        do {
            return try await body(session.client)
        } catch let problem as Problem where Self.endsSession(problem) {
            drop(session)
            return try await body(current().client)
        }
    }

    /// The session, opened if there is none.
    func current() async throws -> Session {
        while isOpening || (session == nil && accepting > 0) {
            await withCheckedContinuation { waiters.append($0) }
        }
        if let session { return session }
        isOpening = true
        defer {
            isOpening = false
            wake()
        }
        let opened = try await open()
        session = opened
        return opened
    }

    /// Takes a step on: with the node first, then in the journal; only then may it be started.
    func accept(_ assignment: AgentV1.Assignment) async throws -> JournalRecord {
        let session = try await current()
        accepting += 1
        defer {
            accepting -= 1
            wake()
        }
        do {
            try await session.client.accept(assignment.stepRunID, fence: assignment.fence)
        } catch {
            // The yes may have been given and lost: a new session, with the journal, puts it right.
            drop(session)
            throw error
        }
        let record = JournalRecord(assignment: assignment, phase: .accepted)
        let journal = Journal(directory: directory)
        try await Blocking.run { try journal.write(record) }
        return record
    }

    private func wake() {
        let resumed = waiters
        waiters = []
        for waiter in resumed { waiter.resume() }
    }

    /// Forgets a session that a node refused; false: there is a newer one already.
    @discardableResult
    func drop(_ old: Session) -> Bool {
        guard session == nil || session?.epoch == old.epoch else { return false }
        session = nil
        return true
    }

    private func open() async throws -> Session {
        let directory = directory
        let (journal, inventory) = try await Blocking.run {
            (try Journal(directory: directory).load().map(\.entry), try Inventory.read(directory))
        }
        let time = WallClock.now()
        let nonce = APIClient.randomKey()
        let boot = try BootID.read()
        let statement = AgentV1.sessionStatement(
            machineID: identity.machineID,
            time: time,
            nonce: nonce,
            bootID: boot
        )
        let answer = try await client.openSession(
            AgentV1.SessionRequest(
                machineID: identity.machineID,
                time: time,
                nonce: nonce,
                bootID: boot,
                journal: journal,
                inventory: inventory,
                facts: Facts.read(),
                signature: try Identity.sign(statement, with: identity.key)
            )
        )
        logger.info("session opened", metadata: ["epoch": "\(answer.epoch)"])
        return Session(
            client: client.with(session: answer.token),
            epoch: answer.epoch,
            pollSeconds: answer.pollSeconds
        )
    }

    /// The session is over; nothing is wrong with the request.
    static func endsSession(_ problem: Problem) -> Bool {
        problem.status == 401 || isSuperseded(problem)
    }

    static func isSuperseded(_ problem: Problem) -> Bool {
        problem.status == 409 && problem.type == "/problems/superseded"
    }

    /// The step is out of date: it is not to be run, or its result not to be sent.
    static func isStale(_ problem: Problem) -> Bool {
        problem.status == 409 && !isSuperseded(problem)
    }
}
