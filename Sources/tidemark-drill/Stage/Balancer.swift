import Glibc
import Proof

/// HAProxy in front of the nodes, with the project's own configuration.
struct Balancer: Sendable {
    let url: String
    private let process: ChildProcess

    static func start(before addresses: [String], folder: String) throws -> Balancer {
        guard let haproxy = Tool.path("haproxy") else {
            throw ProofError("haproxy is not installed: deploy/local/install installs it")
        }
        let port = try FreePort.find(1)[0]
        var environment = ["TIDEMARK_BIND": "127.0.0.1:\(port)"]
        for (index, address) in addresses.enumerated() { environment["TIDEMARK_NODE_\(index + 1)"] = address }
        let process = try ChildProcess(
            haproxy,
            ["-db", "-f", "deploy/haproxy.cfg"],
            environment: environment,
            log: "\(folder)/haproxy.log"
        )
        return Balancer(url: "http://127.0.0.1:\(port)", process: process)
    }

    func stop() async {
        await ChildProcess.stop([process])
    }
}
