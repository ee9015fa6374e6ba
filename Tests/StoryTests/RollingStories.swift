import FleetClient
import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(4)))
    struct RollingStories {
        @Test(
            "D11 all nodes are restarted one by one behind HAProxy: no request fails, polls end cleanly, who drains gets nothing new",
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/haproxy"),
                "needs the package haproxy"
            )
        )
        func rollingRestart() async throws {
            try await Story.tell(nodes: 3) { story in
                let (balancer, log, client) = try await story.behindBalancer()
                for number in 1...3 { try await story.join("web-\(number)", url: balancer.url) }
                try await story.machine("web-1", has: "1.4")
                let load = BalancedLoad(client: client)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 { group.addTask { await load.read() } }
                    group.addTask { await load.write() }
                    for (index, name) in Story.threeNodes.enumerated() {
                        try await restart(name, number: index + 1, story, log)
                    }
                    load.stop()
                    try await group.waitForAll()
                }
                for number in 1...3 {
                    let said = try await story.agent("web-\(number)").output
                    #expect(
                        !said.contains("poll failed") && !said.contains("refused"),
                        "\(said.suffix(1500))"
                    )
                }
                await client.close()
                await balancer.stop()
                let (answered, written, failures) = load.outcome
                #expect(failures == [])
                #expect(answered > 100 && written > 10)
                let tokens = try await story.number("SELECT count(*) AS n FROM join_token")
                #expect(tokens == written + 3, "every write that was answered took effect once")
            }
        }

        @Test(
            "D12 the leader is drained behind HAProxy: another one leads, no request fails, it stays out over its restart and comes back when it is taken back",
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/haproxy"),
                "needs the package haproxy"
            )
        )
        func drained() async throws {
            try await Story.tell(nodes: 3) { story in
                let (balancer, log, client) = try await story.behindBalancer()
                try await story.join("web-1", url: balancer.url)
                try await story.machine("web-1", has: "1.4")
                let leader = try await story.leader()
                let number = leader.filter(\.isNumber)
                let load = BalancedLoad(client: client)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 { group.addTask { await load.read() } }
                    group.addTask { await load.write() }
                    try await set(leader, drained: true, client)
                    try await story.isSaid("Server nodes/node\(number) is DOWN", log)
                    try await eventually("another one leads", within: .seconds(10)) {
                        try await story.leader() != leader
                    }
                    let program = try await story.node(leader)
                    #expect(program.isRunning)
                    program.signal(SIGTERM)
                    #expect(try await program.ended() == 0)
                    let before = requests(program)
                    try await story.launchNode(leader)
                    try await story.count(
                        "SELECT count(*) AS n FROM node WHERE name = \(leader) AND state = 'drained'",
                        is: 1
                    )
                    #expect(try await story.leader() != leader)
                    #expect(requests(try await story.node(leader)) == before, "it is out since it started")
                    try await set(leader, drained: false, client)
                    try await story.isSaid("Server nodes/node\(number) is UP", log)
                    try await story.nodeIsReady(leader)
                    load.stop()
                    try await group.waitForAll()
                }
                let said = try await story.agent("web-1").output
                #expect(!said.contains("poll failed") && !said.contains("refused"), "\(said.suffix(1500))")
                await client.close()
                await balancer.stop()
                let (answered, written, failures) = load.outcome
                #expect(failures == [])
                #expect(answered > 100 && written > 10)
            }
        }

        private func set(_ node: String, drained isDrained: Bool, _ client: APIClient) async throws {
            let _: ClusterStatus.Node = try await client.post(
                "/api/v1/nodes/\(node)/\(isDrained ? "drain" : "undrain")",
                [String: String]()
            )
        }

        /// TERM, until HAProxy has taken it out, until it ended; then it is started again.
        private func restart(_ name: String, number: Int, _ story: Story, _ log: URL) async throws {
            let program = try await story.node(name)
            program.signal(SIGTERM)
            try await story.isSaid("Server nodes/node\(number) is DOWN", log)
            let before = requests(program)
            #expect(try await program.ended() == 0)
            #expect(requests(program) - before <= 4, "at most those in flight when HAProxy took it out")
            try await story.launchNode(name)
            try await story.nodeIsReady(name)
        }

        private func requests(_ program: Program) -> Int {
            program.output.split(separator: "\n").count { $0.contains("path=/api/v1/") }
        }
    }
}
