import FleetClient
import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

/// A whole Tidemark for one test: real nodes on the database of the test, real agents in folders of their own, the
/// real command line. Everything is ended and removed afterwards.
actor Story {
    nonisolated let folder: URL
    nonisolated let database: TestDatabase
    private var nodes: [String: Program] = [:]
    private var ports: [String: Int] = [:]
    private var clients: [String: APIClient] = [:]
    private var agents: [String: Program] = [:]
    private var key = ""
    /// Where the programs are that are started from now on.
    private var programs: URL
    /// A PostgreSQL of the story's own, instead of the schema of the test.
    private let server: String?

    private init(server: String?, programs: URL) throws {
        self.server = server
        self.programs = programs
        database = try TestDatabase.current
        folder = URL(filePath: "/tmp").appending(path: "tidemark-story-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Runs `body` against a cluster of `nodes` nodes; on the database of the test unless `server` leads elsewhere. `key`
    /// is an API key that is in the database already.
    static func tell(
        nodes: Int = 1,
        settings: [String: String] = [:],
        server: String? = nil,
        key: String? = nil,
        programs: URL = Program.folder,
        _ body: (Story) async throws -> Void
    ) async throws {
        let story = try Story(server: server, programs: programs)
        do {
            try await story.begin(nodes: nodes, settings: settings, key: key)
            try await body(story)
        } catch {
            await story.report()
            await story.close()
            throw error
        }
        await story.close()
    }

    /// The key is made, and with it the schema; the nodes come together.
    private func begin(nodes count: Int, settings: [String: String], key known: String?) async throws {
        if let known { key = known } else { key = try await createKey("story") }
        for number in 1...count { try launchNode("node-\(number)", settings: settings) }
        for number in 1...count { try await nodeIsReady("node-\(number)") }
    }

    /// What is started from now on is another version.
    func use(_ programs: URL) { self.programs = programs }

    /// As somebody on a node's machine does; on another database with the `settings` for it.
    func createKey(_ name: String, settings: [String: String] = [:]) async throws -> String {
        let made = try await Program.run(
            "tidemarkd",
            ["admin", "create-key", "--name", name],
            environment: try nodeEnvironment("admin", port: 1).merging(settings) { $1 },
            from: programs,
            in: folder
        )
        guard made.code == 0 else { throw StoryError("create-key: \(made.errors)") }
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func report() {
        for program in Array(nodes.values) + Array(agents.values) {
            print("--- \(program.log.lastPathComponent)\n\(program.output.suffix(4000))")
        }
    }

    private func close() async {
        for program in agents.values { await program.end() }
        for program in nodes.values { await program.end() }
        for client in clients.values { await client.close() }
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: Nodes

    /// Starts a node, or starts it again under its old name and port.
    func launchNode(_ name: String, settings: [String: String] = [:]) throws {
        let port = try ports[name] ?? FreePort.find()
        ports[name] = port
        nodes[name] = try Program(
            "tidemarkd",
            ["serve"],
            environment: try nodeEnvironment(name, port: port).merging(settings) { $1 },
            from: programs,
            log: folder.appending(path: "\(name).log")
        )
    }

    func nodeIsReady(_ name: String) async throws {
        let client = try client(of: name)
        let program = try node(name)
        try await eventually("\(name) is ready", within: .seconds(30)) {
            guard program.isRunning else { throw StoryError("\(name) ended: \(program.output.suffix(800))") }
            let ready: NoContent? = try? await client.get("/readyz")
            return ready != nil
        }
    }

    func node(_ name: String) throws -> Program {
        guard let program = nodes[name] else { throw StoryError("no node \(name)") }
        return program
    }

    /// The node that leads, as the lease row says; waits for somebody to win.
    func leader() async throws -> String {
        try await count(
            "SELECT count(*) AS n FROM lease WHERE node IS NOT NULL AND resigned_at IS NULL",
            is: 1
        )
        return try await texts("SELECT node AS t FROM lease")[0]
    }

    private func nodeEnvironment(_ name: String, port: Int) throws -> [String: String] {
        [
            "TIDEMARK_DATABASE_URL": server ?? database.conninfo,
            "TIDEMARK_SCHEMA": server == nil ? database.schema : "",
            "TIDEMARK_LISTEN": "127.0.0.1:\(port)",
            "TIDEMARK_NODE_NAME": name,
            "TIDEMARK_POLL_SECONDS": "5",
        ]
    }

    // MARK: Clients

    /// The API of a node that runs.
    func api() throws -> APIClient {
        guard let name = nodes.filter({ $0.value.isRunning }).keys.min() else {
            throw StoryError("no node runs")
        }
        return try client(of: name)
    }

    func url(of name: String) throws -> String {
        guard let port = ports[name] else { throw StoryError("no node \(name)") }
        return "http://127.0.0.1:\(port)"
    }

    private func client(of name: String) throws -> APIClient {
        if let client = clients[name] { return client }
        let client = try APIClient(url: try url(of: name), key: key, retries: .never)
        clients[name] = client
        return client
    }

    /// A client of its own for what is at `url`, which the caller closes.
    func newClient(_ url: String) throws -> APIClient {
        try APIClient(url: url, key: key, retries: .never)
    }

    /// Runs `tidemark` with these words; returns what it printed. Any other exit code than `code` is an error.
    @discardableResult
    func tidemark(_ words: String..., code: Int32 = 0) async throws -> String {
        try await run(words, code: code)
    }

    func run(_ words: [String], code: Int32 = 0) async throws -> String {
        let result = try await Program.run(
            "tidemark",
            words,
            environment: ["TIDEMARK_URL": try api().url, "TIDEMARK_API_KEY": key, "NO_COLOR": "1"],
            from: programs,
            in: folder
        )
        guard result.code == code else {
            throw StoryError(
                "tidemark \(words.joined(separator: " ")) exited \(result.code): \(result.errors)"
            )
        }
        return result.output + (code == 0 ? "" : result.errors)
    }

    /// Applies YAML documents.
    func apply(_ yaml: String) async throws {
        let file = folder.appending(path: "\(UUID().uuidString).yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        try await tidemark("apply", "-f", file.path)
    }

    // MARK: Agents

    nonisolated func dataFolder(of machine: String) -> URL { folder.appending(path: "agent-\(machine)") }

    /// A machine joins and its agent starts. `link` is the URL to the nodes; a node's own unless said.
    func join(
        _ machine: String,
        environment: String = "production",
        roles: [String] = ["web"],
        policy: String? = nil,
        url: String? = nil,
        tokenWords: [String] = []
    ) async throws {
        let words = ["token", "create", "--environment", environment, "-o", "name"] + tokenWords
        let following = policy.map { ["--policy", $0] } ?? []
        let token = try await run(words + following + roles.flatMap { ["--role", $0] })
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let joined = try await Program.run(
            "tidemark-agent",
            [
                "join", "--url", try url ?? api().url, "--token", token, "--name", machine,
                "--data-dir", dataFolder(of: machine).path, "--force",
            ],
            environment: [:],
            from: programs,
            in: folder
        )
        guard joined.code == 0 else { throw StoryError("join: \(joined.errors)") }
        try startAgent(machine)
    }

    func startAgent(_ machine: String) throws {
        agents[machine] = try Program(
            "tidemark-agent",
            ["run", "--data-dir", dataFolder(of: machine).path],
            environment: ["STORY": folder.path],
            from: programs,
            log: folder.appending(path: "agent-\(machine).log")
        )
    }

    func agent(_ machine: String) throws -> Program {
        guard let program = agents[machine] else { throw StoryError("no agent \(machine)") }
        return program
    }
}
