import FleetModel
import FleetRules
import FleetStore
import Foundation
import TestSupport
import Testing
import Webhooks

@Suite struct ReceiverTLSTests {
    /// Prints its port, the name that it is asked for by, and each request.
    private static let server = """
        import http.server, ssl, sys


        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                print("request", flush=True)
                self.send_response(204)
                self.end_headers()


        server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1] + "/cert.pem", sys.argv[1] + "/key.pem")
        context.sni_callback = lambda socket, name, _: print("asked for", name, flush=True)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print("port", server.server_port, flush=True)
        server.serve_forever()
        """

    private func run(_ program: String, _ arguments: [String], output: URL) throws -> Process {
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test(
        "A receiver is asked for by its name at the address that was judged, and sent nothing unless its certificate is trusted"
    )
    func certificate() async throws {
        let folder = URL(filePath: "/tmp").appending(path: "tidemark-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let made = try run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "1",
                "-keyout", "\(folder.path)/key.pem", "-out", "\(folder.path)/cert.pem",
                "-subj", "/CN=receiver.invalid", "-addext", "subjectAltName=DNS:receiver.invalid",
            ],
            output: folder.appending(path: "openssl")
        )
        made.waitUntilExit()
        let script = folder.appending(path: "server.py")
        try Self.server.write(to: script, atomically: true, encoding: .utf8)
        let log = folder.appending(path: "log")
        let server = try run("/usr/bin/python3", [script.path, folder.path], output: log)
        defer { kill(server.processIdentifier, SIGKILL) }
        let said: @Sendable () -> [String] = {
            ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        }
        try await eventually("it listens", within: .seconds(20)) { said().first?.hasPrefix("port ") == true }
        let port = try #require(said().first?.split(separator: " ").last)
        let loopback = try #require(NetworkAddress("127.0.0.1"))
        let receiver = Receiver(
            guarding: AddressGuard(allowing: [try #require(NetworkRange("127.0.0.0/8"))])
        ) { _ in [loopback] }
        let outcome = try await receiver.send(
            ClaimedDelivery(
                id: ID(7),
                webhookID: ID(1),
                webhook: "ops",
                url: "https://receiver.invalid:\(port)/hook",
                messageID: "1",
                payload: "{}",
                attempt: 1,
                secrets: [],
                startedAt: Instant(microseconds: 0)
            )
        )
        guard case .unreachable(let reason) = outcome else {
            Issue.record("it was sent to: \(outcome)")
            return
        }
        #expect(reason == "its certificate is none that this node trusts")
        #expect(said().dropFirst() == ["asked for receiver.invalid"])
    }
}
