internal import FleetClient
internal import FleetModel
internal import Logging
internal import Synchronization

/// Sends a step's spool to a node, piece by piece; the node's word on how much it has is the one that counts.
final class LogShipper: Sendable {
    private static let pause = Duration.milliseconds(500)

    /// The fence is out of date: the step is no longer this machine's.
    struct Stale: Error {}

    private let assignment: AgentV1.Assignment
    private let log: StepLog
    private let node: NodeLink
    private let logger: Logger
    private let sent = Mutex<Int64>(0)

    init(_ assignment: AgentV1.Assignment, log: StepLog, node: NodeLink, logger: Logger) {
        self.assignment = assignment
        self.log = log
        self.node = node
        self.logger = logger
    }

    /// Sends what there is, again and again, until cancelled. Only `Stale` and a cancellation end it.
    func follow() async throws {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        while true {
            var pause = Self.pause
            do {
                try await sendAll()
                backoff.succeeded()
            } catch let stale as Stale {
                throw stale
            } catch {
                try Task.checkCancellation()
                pause = max(pause, backoff.next(fraction: .random(in: 0..<1)))
                logger.warning("log not sent yet", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: pause)
        }
    }

    /// Sends until the node has all that is in the spool now.
    func sendAll() async throws {
        var rewinds = 0
        while true {
            let offset = sent.withLock { $0 }
            let length = try await log.length()
            guard offset < length else { return }
            let piece = try await log.read(from: offset, count: Limits.logChunkBytes)
            let answer = try await append(piece, at: offset)
            guard (0...length).contains(answer) else {
                throw ClientError.unreadable(url: "log", reason: "it holds \(answer) bytes of \(length)")
            }
            // A node that never agrees must not keep us here for ever.
            if answer < offset + Int64(piece.count) { rewinds += 1 }
            guard rewinds < 100 else {
                throw ClientError.unreadable(url: "log", reason: "it goes back to \(answer) again and again")
            }
            sent.withLock { $0 = answer }
        }
    }

    private func append(_ piece: [UInt8], at offset: Int64) async throws -> Int64 {
        let assignment = assignment
        do {
            return try await node.call { client in
                try await client.appendLog(
                    assignment.stepRunID,
                    fence: assignment.fence,
                    offset: offset,
                    bytes: piece
                )
            }
        } catch let problem as Problem where NodeLink.isStale(problem) {
            throw Stale()
        }
    }
}
