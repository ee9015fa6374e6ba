import FleetClient
import Foundation
import Postgres
import Proof

/// `tidemarkd serve`, as it is installed.
struct ServingNode: Sendable {
    let url: String
    let address: String
    let process: ChildProcess
    /// From its start to its first answer that it is ready.
    let readyAfter: Duration

    static func start(
        _ stage: Stage,
        _ postgres: PrivatePostgres,
        name: String = "node-1",
        settings: [String: String] = [:]
    ) async throws -> ServingNode {
        let address = "127.0.0.1:\(try FreePort.find(1)[0])"
        let own = [
            "TIDEMARK_DATABASE_URL": postgres.conninfo, "TIDEMARK_LISTEN": address,
            "TIDEMARK_NODE_NAME": name,
            "TIDEMARK_LOG_LEVEL": "warning",
        ]
        let started = ContinuousClock.now
        let process = try ChildProcess(
            stage.program("tidemarkd"),
            ["serve"],
            environment: own.merging(settings) { $1 },
            log: "\(stage.folder)/\(name).log"
        )
        let client = try APIClient(url: "http://\(address)", retries: .never, timeout: .seconds(5))
        do {
            try await poll("\(name) to be ready", every: .milliseconds(2)) {
                guard process.isRunning else {
                    throw ProofError("\(name) ended by itself; see \(stage.folder)/\(name).log")
                }
                let ready: NoContent? = try? await client.get("/readyz")
                return ready.map { _ in () }
            }
        } catch {
            await client.close()
            await ChildProcess.stop([process])
            throw error
        }
        let readyAfter = ContinuousClock.now - started
        await client.close()
        return ServingNode(
            url: "http://\(address)",
            address: address,
            process: process,
            readyAfter: readyAfter
        )
    }

    func stop() async {
        await ChildProcess.stop([process])
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
