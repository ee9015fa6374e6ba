package import FleetModel
import Postgres

extension Store {
    /// How far back a tail is looked for.
    private static let tailBytes: Int64 = 1024 * 1024

    /// The steps of a deployment that have written something; `machine` and `step` narrow it by name.
    package func stepLogs(
        of deployment: ID<Deployment>,
        machine: String?,
        step: String?,
        as principal: Principal
    ) async throws -> [StepLog] {
        try await look(as: principal) { tx, seen in
            guard try StepLogRows.isThere(deployment, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "deployment", which: deployment.description)
            }
            if let removedAt = try StepLogRows.removedAt(of: deployment, in: tx) {
                throw StoreError.conflict(
                    "the logs of deployment \(deployment) were removed at \(removedAt): they were older than logs are kept"
                )
            }
            return try StepLogRows.list(of: deployment, machine: machine, step: step, in: tx)
        }
    }

    /// A piece of the log from a byte on; empty at the end.
    package func logBytes(of step: ID<StepRun>, from offset: Int64) async throws -> [UInt8] {
        try await read { try StepLogRows.bytes(of: step, from: offset, in: $0) ?? [] }
    }

    /// Whether every run of the deployment has ended.
    package func hasEnded(_ deployment: ID<Deployment>) async throws -> Bool {
        try await read { try StepLogRows.deploymentState(of: deployment, in: $0)?.isOpen == false }
    }

    /// Where the last `tail` lines of a log begin, among its last mebibyte; 0 without a tail.
    package func logStart(of log: StepLog, tail: Int?) async throws -> Int64 {
        guard let tail else { return 0 }
        let start = max(0, log.length - Self.tailBytes)
        var bytes: [UInt8] = []
        while start + Int64(bytes.count) < log.length {
            let piece = try await logBytes(of: log.id, from: start + Int64(bytes.count))
            guard !piece.isEmpty else { break }
            bytes += piece
        }
        let newline = UInt8(ascii: "\n")
        // The line break that ends the last line begins no other.
        let ends = bytes.indices.dropLast().filter { bytes[$0] == newline }
        guard ends.count >= tail else { return start }
        return start + Int64(ends[ends.count - tail]) + 1
    }
}
