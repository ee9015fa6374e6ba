/// HAProxy in front of up to three nodes, with the project's own configuration.
package struct Balancer: Sendable {
    /// Where nobody listens: a node that is not there.
    private static let nobody = "127.0.0.1:1"

    package let url: String
    package let process: ChildProcess

    package static func start(before addresses: [String], folder: String) throws -> Balancer {
        guard let haproxy = Tool.path("haproxy") else {
            throw ProofError("haproxy is not installed: deploy/local/install installs it")
        }
        let port = try FreePort.find(1)[0]
        var environment = ["TIDEMARK_BIND": "127.0.0.1:\(port)"]
        for index in 0..<3 {
            environment["TIDEMARK_NODE_\(index + 1)"] = index < addresses.count ? addresses[index] : nobody
        }
        let process = try ChildProcess(
            haproxy,
            ["-db", "-f", "deploy/haproxy.cfg"],
            environment: environment,
            log: "\(folder)/haproxy.log"
        )
        return Balancer(url: "http://127.0.0.1:\(port)", process: process)
    }

    package func stop() async {
        await ChildProcess.stop([process])
    }
}
