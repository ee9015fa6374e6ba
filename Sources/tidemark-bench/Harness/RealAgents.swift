import FleetClient
import FleetModel
import Foundation
import Proof

/// Real agents of this machine, each with a folder of its own.
final class RealAgents {
    private let folder: String
    private let stage: Stage
    private var running: [ChildProcess] = []

    init(stage: Stage) {
        self.stage = stage
        folder = FileManager.default.currentDirectoryPath + "/\(stage.folder)/agents"
    }

    var pids: [Int32] { running.map(\.pid) }

    /// Where a machine has what a project put there.
    func current(_ project: String, on name: String) -> String {
        "\(folder)/\(name)/projects/\(project)/current"
    }

    func join(_ count: Int, environment: String, _ client: APIClient, url: String) async throws -> [String] {
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let token: APIV1.Token = try await client.post(
            APIPath.of("tokens"),
            APIV1.TokenRequest(environment: environment, roles: ["web"], ttlSeconds: nil, uses: nil)
        )
        let names = (1...count).map { "agent-\($0)" }
        let program = stage.program("tidemark-agent")
        for name in names {
            _ = try await ChildProcess.output(
                of: program,
                ["join", "--url", url, "--name", name, "--data-dir", "\(folder)/\(name)"],
                environment: ["TIDEMARK_TOKEN": token.token ?? ""],
                log: "\(folder)/\(name).join.log"
            )
            running.append(
                try ChildProcess(
                    program,
                    ["run", "--data-dir", "\(folder)/\(name)"],
                    log: "\(folder)/\(name).log"
                )
            )
        }
        return names
    }

    func stop() async {
        await ChildProcess.stop(running)
        running = []
        try? FileManager.default.removeItem(atPath: folder)
    }
}
