import FleetClient
import FleetModel
import Foundation
import Proof

/// `tidemark-simulated-agents`: many machines in one process.
struct SimulatedCrowd {
    let process: ChildProcess
    private let report: String

    /// What it says at its end.
    struct Report: Decodable {
        let joined: Int
        let started: Int
        let startedTwice: Int
        let results: Int
        let failures: Int
        let longestWaitSeconds: Double?
    }

    static func start(
        _ stage: Stage,
        url: String,
        _ client: APIClient,
        environment: String,
        count: Int,
        joinWithin seconds: Int,
        prefix: String = "simulated"
    ) async throws -> SimulatedCrowd {
        let token: APIV1.Token = try await client.post(
            APIPath.of("tokens"),
            APIV1.TokenRequest(environment: environment, roles: ["web"], ttlSeconds: 3600, uses: nil)
        )
        let report = "\(stage.folder)/\(prefix).json"
        try? FileManager.default.removeItem(atPath: report)
        let process = try ChildProcess(
            stage.program("tidemark-simulated-agents"),
            [
                "--url", url, "--count", "\(count)", "--join-within", "\(seconds)", "--prefix", prefix,
            ],
            environment: ["TIDEMARK_TOKEN": token.token ?? ""],
            log: report
        )
        return SimulatedCrowd(process: process, report: report)
    }

    func stop() async throws -> Report {
        await ChildProcess.stop([process])
        let text = try String(contentsOfFile: report, encoding: .utf8)
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw ProofError("the simulated agents ended without a report: \(text.suffix(500))")
        }
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
    }
}
