import Glibc
import Proof

/// A network of its own for each node: a pair of interfaces to the drill's side, where PostgreSQL and the balancer are.
/// All of it is inside the drill's own network namespace.
struct NodeNetwork: Sendable {
    /// What PostgreSQL lets in beside loopback.
    static let subnet = "10.99.0.0/16"
    /// The drill's side, as nodes see it.
    static let hub = "10.99.0.1"

    /// What no longer gets through between a node and PostgreSQL.
    enum Cut: Sendable {
        case both
        /// The node is heard, and hears nothing.
        case replies
        /// The node hears, and is not heard.
        case requests
    }

    let isOn: Bool

    static func make(_ nodes: [String], _ surroundings: Surroundings) async throws -> NodeNetwork {
        guard surroundings.hasNetwork else { return NodeNetwork(isOn: false) }
        try await Tool.run("mkdir", "-p", "/run/netns")
        try await Tool.run("mount", "-t", "tmpfs", "tidemark-drill", "/run/netns")
        try await Tool.run("ip", "address", "add", "\(hub)/32", "dev", "lo")
        for (index, node) in nodes.enumerated() {
            let (ours, theirs) = ("10.99.\(index + 1).1", "10.99.\(index + 1).2")
            try await Tool.run("ip", "netns", "add", node)
            try await Tool.run(
                "ip",
                "link",
                "add",
                node,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                node
            )
            try await Tool.run("ip", "address", "add", "\(ours)/24", "dev", node)
            try await Tool.run("ip", "link", "set", node, "up")
            try await Tool.run("ip", "-n", node, "address", "add", "\(theirs)/24", "dev", "eth0")
            try await Tool.run("ip", "-n", node, "link", "set", "lo", "up")
            try await Tool.run("ip", "-n", node, "link", "set", "eth0", "up")
            try await Tool.run("ip", "-n", node, "route", "add", "default", "via", ours)
        }
        return NodeNetwork(isOn: true)
    }

    /// Where the nodes find PostgreSQL.
    var databaseHost: String { isOn ? Self.hub : "127.0.0.1" }

    /// The address of the node with this number, from 1.
    func address(of number: Int) -> String { isOn ? "10.99.\(number).2" : "127.0.0.1" }

    /// How to start a program in the network of the node.
    func command(_ node: String, _ executable: String, _ words: [String]) -> (String, [String]) {
        guard isOn, let ip = Tool.path("ip") else { return (executable, words) }
        return (ip, ["netns", "exec", node, executable] + words)
    }

    func cut(_ node: String, _ cut: Cut, ports: [String]) async throws {
        let set = "{ \(ports.joined(separator: ", ")) }"
        var rules = "table ip drill {\n"
        if cut != .requests {
            rules += " chain in {\n type filter hook input priority 0\n tcp sport \(set) drop\n }\n"
        }
        if cut != .replies {
            rules += " chain out {\n type filter hook output priority 0\n tcp dport \(set) drop\n }\n"
        }
        try await Tool.run("ip", "netns", "exec", node, "nft", rules + "}\n")
    }

    func mend(_ node: String) async {
        _ = try? await Tool.run("ip", "netns", "exec", node, "nft", "delete", "table", "ip", "drill")
    }
}
