import FleetClient
import Foundation
import TestSupport

/// Three nodes behind HAProxy.
extension Story {
    static let threeNodes = ["node-1", "node-2", "node-3"]

    /// The sample's release 1.4 on three nodes behind HAProxy, what HAProxy says, and a client that reaches them through it.
    func behindBalancer() async throws -> (Balancer, log: URL, APIClient) {
        try await applySample()
        try await settledRelease("1.4")
        let log = folder.appending(path: "haproxy.log")
        let balancer = try Balancer.installed(urls: try Self.threeNodes.map { try url(of: $0) }, log: log)
        return (balancer, log, try newClient(balancer.url))
    }

    func isSaid(_ words: String, _ log: URL) async throws {
        try await eventually("HAProxy says: \(words)", within: .seconds(10)) {
            try String(contentsOf: log, encoding: .utf8).contains(words)
        }
    }
}
