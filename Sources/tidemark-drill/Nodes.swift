import Glibc
import Proof

/// The real nodes: `tidemarkd serve`, three times.
final class Nodes {
    static let names = ["node-1", "node-2", "node-3"]

    private let executable: String
    private let folder: String
    private let conninfo: String
    private let ports: [String: Int]
    private var running: [String: ChildProcess] = [:]

    init(executable: String, folder: String, conninfo: String) throws {
        self.executable = executable
        self.folder = folder
        self.conninfo = conninfo
        ports = Dictionary(uniqueKeysWithValues: zip(Self.names, try FreePort.find(Self.names.count)))
    }

    func start(_ name: String) throws {
        running[name] = try ChildProcess(
            executable,
            ["serve"],
            environment: [
                "TIDEMARK_DATABASE_URL": conninfo, "TIDEMARK_NODE_NAME": name,
                "TIDEMARK_LISTEN": "127.0.0.1:\(ports[name] ?? 0)",
            ],
            log: "\(folder)/\(name).log"
        )
    }

    func signal(_ number: Int32, to name: String) {
        running[name]?.signal(number)
    }

    /// How it ended.
    func waitForExit(of name: String) async -> Int32 {
        await running[name]?.waitForExit() ?? 0
    }

    func checkAlive() throws {
        for (name, process) in running where !process.isRunning {
            throw ProofError("\(name) ended by itself; see \(folder)/\(name).log")
        }
    }

    /// Ends all of them, in good order if they can.
    func stopAll() async {
        for process in running.values {
            process.signal(SIGCONT)
            process.signal(SIGTERM)
        }
        await withTaskGroup(of: Void.self) { group in
            let processes = Array(running.values)
            group.addTask {
                try? await Task.sleep(for: .seconds(20))
                for process in processes { process.signal(SIGKILL) }
            }
            for process in processes { await process.waitForExit() }
            group.cancelAll()
        }
        running = [:]
    }
}
