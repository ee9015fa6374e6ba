import FleetClient
import FleetModel
import Foundation
import Glibc
import Proof

/// Real agents that reach the nodes through the balancer. Each step's script notes in a file of its machine that it was
/// started, whatever Tidemark says of it, and prints lines that are known.
final class Agents {
    static let names = (1...4).map { "agent-\($0)" }
    static let environment = "machines"
    static let project = "sites"
    static let releases = ["1", "2"]
    static let linesPerStep = 200

    let folder: String
    private let executable: String
    private var running: [ChildProcess] = []

    init(executable: String, folder: String) {
        self.executable = executable
        self.folder = FileManager.default.currentDirectoryPath + "/\(folder)/agents"
    }

    /// What is deployed to them; `tidemark apply` takes it.
    var documents: String {
        let script = """
              echo "$TIDEMARK_DEPLOYMENT $TIDEMARK_STEP" >>"\(folder)/$TIDEMARK_MACHINE.started"
              i=0
              while [ $i -lt \(Self.linesPerStep) ]; do
                echo "line $TIDEMARK_DEPLOYMENT $TIDEMARK_STEP $i"; i=$((i + 1))
                [ $((i % 50)) -ne 0 ] || sleep 0.1
              done
            """.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let steps = ["first", "second"].map { "  - name: \($0)\n    script: |\n\(script)" }
        return """
            kind: Environment
            name: \(Self.environment)
            ---
            kind: Project
            name: \(Self.project)
            process:
            \(steps.joined(separator: "\n"))
            ---
            kind: Trigger
            project: \(Self.project)
            name: arrivals
            eventGroups: [MachineAvailableForDeployment]
            environments: [\(Self.environment)]

            """
    }

    func join(_ client: APIClient, url: String) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let request = APIV1.TokenRequest(
            environment: Self.environment,
            roles: ["web"],
            ttlSeconds: nil,
            uses: nil
        )
        let token: APIV1.Token = try await client.post(APIPath.of("tokens"), request)
        for name in Self.names {
            _ = try await ChildProcess.output(
                of: executable,
                ["join", "--url", url, "--name", name, "--data-dir", "\(folder)/\(name)"],
                environment: ["TIDEMARK_TOKEN": token.token ?? ""],
                log: "\(folder)/\(name).join.log"
            )
            running.append(
                try ChildProcess(
                    executable,
                    ["run", "--data-dir", "\(folder)/\(name)"],
                    log: "\(folder)/\(name).log"
                )
            )
        }
    }

    /// Steps that were started, by machine, as the scripts noted them.
    func started() -> [(machine: String, step: String)] {
        Self.names.flatMap { name in
            let text = (try? String(contentsOfFile: "\(folder)/\(name).started", encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map { (name, String($0)) }
        }
    }

    func stop() async {
        await ChildProcess.stop(running)
        running = []
    }
}
