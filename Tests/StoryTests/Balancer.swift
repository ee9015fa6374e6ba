import Foundation
import TestSupport

/// HAProxy in front of the nodes of a story, as an installation has it.
struct Balancer {
    let url: String
    private let process: Process
    private let exited: Signal<Void>

    static func start(urls: [String]) async throws -> Balancer {
        let port = try FreePort.find()
        let servers = urls.enumerated().map { index, url in
            "  server node-\(index + 1) \(url.dropFirst("http://".count)) check inter 200ms fall 2 rise 1"
        }
        let configuration = """
            global
              maxconn 1000
            defaults
              mode http
              timeout connect 1s
              timeout client 120s
              timeout server 120s
              retries 3
              option redispatch
              retry-on conn-failure empty-response 503
            frontend tidemark
              bind 127.0.0.1:\(port)
              default_backend nodes
            backend nodes
              option httpchk GET /readyz
            \(servers.joined(separator: "\n"))

            """
        let file = URL(filePath: "/tmp/tidemark-haproxy-\(UUID().uuidString.prefix(8)).cfg")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        return try start(file, port: port, log: URL(filePath: "/dev/null")) {
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// With the configuration that installations start from; for three nodes. What it says goes to `log`.
    static func installed(urls: [String], log: URL) throws -> Balancer {
        let port = try FreePort.find()
        var environment = ["TIDEMARK_BIND": "127.0.0.1:\(port)"]
        for (index, url) in urls.enumerated() {
            environment["TIDEMARK_NODE_\(index + 1)"] = String(url.dropFirst("http://".count))
        }
        try Data().write(to: log)
        return try start(
            PrivatePostgres.root.appending(path: "deploy/haproxy.cfg"),
            port: port,
            environment: environment,
            log: log
        ) {}
    }

    private static func start(
        _ configuration: URL,
        port: Int,
        environment: [String: String] = [:],
        log: URL,
        atEnd: @escaping @Sendable () -> Void
    ) throws -> Balancer {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/haproxy")
        process.arguments = ["-db", "-f", configuration.path]
        process.environment = environment
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        let exited = Signal<Void>("HAProxy ends")
        process.terminationHandler = { _ in
            exited.send()
            atEnd()
        }
        try process.run()
        return Balancer(url: "http://127.0.0.1:\(port)", process: process, exited: exited)
    }

    func stop() async {
        process.terminate()
        _ = try? await exited.wait(within: .seconds(5))
    }
}
