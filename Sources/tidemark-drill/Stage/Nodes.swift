import Glibc
import Proof

/// The real nodes: `tidemarkd serve`, three times.
final class Nodes {
    static let names = ["node-1", "node-2", "node-3"]

    /// What is different about a node that is started for one fault.
    struct Oddity: Sendable {
        var environment: [String: String] = [:]
        /// The ports by which it reaches PostgreSQL instead of its own.
        var databasePorts: [String]?
    }

    let network: NodeNetwork
    private let executable: String
    private let folder: String
    private let databasePorts: [String]
    private let ports: [String: Int]
    private var running: [String: ChildProcess] = [:]

    init(executable: String, folder: String, databasePorts: [String], network: NodeNetwork) throws {
        self.executable = executable
        self.folder = folder
        self.databasePorts = databasePorts
        self.network = network
        ports = Dictionary(uniqueKeysWithValues: zip(Self.names, try FreePort.find(Self.names.count)))
    }

    /// HOST:PORT of a node.
    func address(of name: String) -> String {
        let number = (Self.names.firstIndex(of: name) ?? 0) + 1
        return "\(network.address(of: number)):\(ports[name] ?? 0)"
    }

    func start(_ name: String, _ oddity: Oddity = Oddity()) throws {
        let database = Servers.conninfo(
            network.databaseHost,
            oddity.databasePorts ?? databasePorts,
            name: name
        )
        let settings = [
            "TIDEMARK_DATABASE_URL": database, "TIDEMARK_NODE_NAME": name,
            "TIDEMARK_LISTEN": address(of: name), "TIDEMARK_POLL_SECONDS": "10",
        ]
        let (program, words) = network.command(name, executable, ["serve"])
        running[name] = try ChildProcess(
            program,
            words,
            environment: settings.merging(oddity.environment) { $1 },
            log: "\(folder)/\(name).log"
        )
    }

    func signal(_ number: Int32, to name: String) {
        running[name]?.signal(number)
    }

    func pid(of name: String) -> Int32? { running[name]?.pid }

    func isRunning(_ name: String) -> Bool { running[name]?.isRunning ?? false }

    /// Waits for the end of a node that was told to end, or killed.
    func ends(_ name: String) async throws {
        try await poll("the end of \(name)", every: .milliseconds(10), within: .seconds(60)) {
            isRunning(name) ? nil : ()
        }
    }

    func checkAlive() throws {
        for (name, process) in running where !process.isRunning {
            throw ProofError("\(name) ended by itself; see \(folder)/\(name).log")
        }
    }

    /// After a fault that went wrong: all of them run, and reach their database.
    func heal() async throws {
        for name in Self.names {
            signal(SIGCONT, to: name)
            if network.isOn { await network.mend(name) }
            if !isRunning(name) { try start(name) }
        }
    }

    /// Ends all of them, in good order if they can.
    func stopAll() async {
        await ChildProcess.stop(Array(running.values))
        running = [:]
    }
}

extension LeaseWatch {
    /// Who leads, with all nodes there.
    func settledLeader() async throws -> Leader { try await settledLeader(among: Nodes.names.count) }
}
