import ArgumentParser

/// What can be measured by itself.
enum Part: String, CaseIterable, ExpressibleByArgument {
    case idle, append, latency, scan, history, takeover, deploy, agents, join, fleet

    var summary: String {
        switch self {
        case .idle: "memory and CPU of a node that has nothing to do, and how soon it is ready"
        case .append: "appending events, against plain INSERTs by pgbench and against PgQ"
        case .latency:
            "from the commit of an event to the commit of its decision, against PgQ's batch consumer"
        case .scan: "scanning 100,000 and 1,000,000 new events, against plainly reading them"
        case .history: "what a scan costs with few and with many old events behind the mark"
        case .takeover: "how long nobody leads when the leader ends, against Patroni with etcd"
        case .agents: "10,000 long-polling agents on one node: memory, CPU, statements"
        case .join: "1,000 machines join within a minute: how soon each has a run"
        case .fleet: "lists, pages and explanations with 10,000 machines, 100 projects and millions of events"
        case .deploy: "1 MiB to 20 and 50 machines, against Fabric and Ansible over SSH"
        }
    }

    func measure(on stage: Stage, into figures: Figures) async throws {
        switch self {
        case .idle: try await IdlePart(stage: stage).run(into: figures)
        case .append: try await AppendPart(stage: stage).run(into: figures)
        case .latency: try await LatencyPart(stage: stage).run(into: figures)
        case .scan: try await ScanPart(stage: stage).run(into: figures)
        case .history: try await HistoryPart(stage: stage).run(into: figures)
        case .takeover: try await TakeoverPart(stage: stage).run(into: figures)
        case .agents: try await AgentsPart(stage: stage).run(into: figures)
        case .join: try await JoinPart(stage: stage).run(into: figures)
        case .fleet: try await FleetPart(stage: stage).run(into: figures)
        case .deploy: try await DeployPart(stage: stage).run(into: figures)
        }
    }
}

/// Parts as a command line names them.
struct PartList: ExpressibleByArgument {
    let parts: [Part]

    init(parts: [Part]) {
        self.parts = parts
    }

    init?(argument: String) {
        let words = argument.split(separator: ",")
        parts = words.compactMap { Part(rawValue: String($0)) }
        guard parts.count == words.count else { return nil }
    }

    var defaultValueDescription: String { "all" }
}

/// How much is measured.
enum Size: String, CaseIterable, ExpressibleByArgument {
    /// A look at whether it works; its figures say little.
    case small
    case standard
    /// With ten million events of history; takes some minutes and 6 GB of disk more.
    case full

    func pick<Value>(small: Value, standard: Value, full: Value? = nil) -> Value {
        switch self {
        case .small: small
        case .standard: standard
        case .full: full ?? standard
        }
    }
}
