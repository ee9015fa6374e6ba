import Cluster
import FleetModel
import FleetStore
import Logging

/// Sends what the steps of a deployment write, as it arrives, until the deployment ends.
struct LogStream: Sendable {
    /// Above this, ids would outgrow what they identify; a client that reconnects then starts again, and can
    /// skip by `offset`.
    private static let mostStepsInID = 50
    private static let pause = Duration.milliseconds(500)

    let api: APIContext
    let deployment: ID<Deployment>
    /// Whose it is: it ends when that one does not see the deployment any more.
    private(set) var listener: StillAllowed
    let logger: Logger
    /// Only this step; nil: all.
    var only: ID<StepRun>?
    /// Ends the stream, so that whoever listens comes again and is asked again who it is; nil: never.
    var until: ContinuousClock.Instant?
    private var offsets: [ID<StepRun>: Int64] = [:]

    init(api: APIContext, deployment: ID<Deployment>, listener: StillAllowed, logger: Logger) {
        self.api = api
        self.deployment = deployment
        self.listener = listener
        self.logger = logger
    }

    /// One piece of a step's log.
    struct Piece: Codable, Sendable {
        let machine: String
        let step: String
        let stepRunID: ID<StepRun>
        /// Of the first byte in the step's log.
        let offset: Int64
        let text: String
    }

    /// Goes on where a client broke off; an id of another deployment, or none, starts from the beginning.
    mutating func resume(from id: String?, steps: [StepLog]) {
        guard let text = id.flatMap(OpaqueText.decode) else { return }
        let known = Set(steps.map(\.id))
        for entry in text.split(separator: ",") {
            let parts = entry.split(separator: ":").compactMap { Int64($0) }
            guard parts.count == 2, parts[1] >= 0, known.contains(ID(parts[0])) else { continue }
            offsets[ID(parts[0])] = parts[1]
        }
    }

    /// Begins the log of a step behind what the reader has.
    mutating func begin(_ step: ID<StepRun>, at offset: Int64) {
        offsets[step] = offset
    }

    private var isOver: Bool { until.map { $0 <= .now } ?? false }

    @concurrent @Sendable func run(_ output: inout ServerSentEvents) async throws {
        var stream = self
        while !api.status.isDraining && !Task.isCancelled && !isOver {
            guard await stream.listener.ask() else { return }
            do {
                // Asked before the logs are read: what was written before the end is then sent before the
                // end.
                let hasEnded = try await api.store.hasEnded(deployment)
                let sent = try await stream.sendNew(&output)
                if hasEnded && !sent {
                    try await output.write(ServerSentEvents.text(event: "end", id: nil, data: "{}"))
                    return
                }
                if !sent { try? await ContinuousClock().sleep(for: Self.pause) }
            } catch let error as LogUnreadable {
                logger.warning("log stream ends", metadata: ["error": "\(error.reason)"])
                return
            }
            try await output.keepAliveIfQuiet()
        }
    }

    /// Sends at most one piece of every step; false when there was nothing new.
    @concurrent private mutating func sendNew(_ output: inout ServerSentEvents) async throws -> Bool {
        var sent = false
        let steps = try await reading {
            try await $0.stepLogs(of: deployment, machine: nil, step: nil, as: listener.principal)
        }
        for step in steps where step.length > offsets[step.id, default: 0] && (only ?? step.id) == step.id {
            let offset = offsets[step.id, default: 0]
            let bytes = try await reading { try await $0.logBytes(of: step.id, from: offset) }
            guard !bytes.isEmpty else { continue }
            let whole = UTF8Pieces.completePrefix(of: bytes)
            offsets[step.id] = offset + Int64(whole.count)
            let piece = Piece(
                machine: step.machine,
                step: step.step,
                stepRunID: step.id,
                offset: offset,
                text: String(decoding: whole, as: UTF8.self)
            )
            let id = steps.count <= Self.mostStepsInID ? position : nil
            try await output.write(
                ServerSentEvents.text(event: "log", id: id, data: try JSONText.encode(piece))
            )
            sent = true
        }
        return sent
    }

    private var position: String {
        OpaqueText.encode(
            offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
        )
    }

    private func reading<Value>(_ read: (Store) async throws -> Value) async throws -> Value {
        do {
            return try await read(api.store)
        } catch {
            throw LogUnreadable(reason: error)
        }
    }
}

/// The database did not answer; told apart from a client that went away.
private struct LogUnreadable: Error {
    let reason: any Error
}

/// Cuts bytes where no character is cut.
enum UTF8Pieces {
    /// All but a character whose end has not arrived; everything when the end is no beginning of a character.
    static func completePrefix(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            guard byte & 0b1100_0000 != 0b1000_0000 else { continue }
            let length = byte >= 0b1111_0000 ? 4 : (byte >= 0b1110_0000 ? 3 : (byte >= 0b1100_0000 ? 2 : 1))
            return length > back && back < bytes.count ? bytes.dropLast(back) : bytes[...]
        }
        return bytes[...]
    }
}
