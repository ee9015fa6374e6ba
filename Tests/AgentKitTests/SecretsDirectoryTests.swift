import FleetModel
import Glibc
import Testing

@testable import AgentKit

@Suite("F5 The place for secrets")
struct SecretsDirectoryTests {
    private func directory(
        given: String? = nil,
        _ environment: [String: String] = [:]
    ) throws -> SecretsDirectory {
        let folder = try TemporaryFolder()
        return try SecretsDirectory(
            given: given,
            environment: environment,
            directory: DataDirectory("\(folder.path)/data")
        )
    }

    @Test("is where the command line says, else the environment, else systemd, else in /dev/shm")
    func choice() throws {
        let environment = ["TIDEMARK_AGENT_SECRETS_DIR": "/b", "RUNTIME_DIRECTORY": "/run/one:/run/two"]
        let prefix = "tidemark-agent-\(geteuid())-"
        #expect(try directory(given: "/a", environment).path.hasPrefix("/a/\(prefix)"))
        #expect(try directory(environment).path.hasPrefix("/b/\(prefix)"))
        let service = ["RUNTIME_DIRECTORY": "/run/one:/run/two"]
        #expect(try directory(service).path.hasPrefix("/run/one/\(prefix)"))
        #expect(try directory(["TIDEMARK_AGENT_SECRETS_DIR": ""]).path.hasPrefix("/dev/shm/\(prefix)"))
        #expect(try directory().path != directory().path, "of another data directory")
        #expect(throws: AgentError.self) { try directory(given: "relative") }
    }

    @Test("is refused when it is a link, or open to others, or when others can exchange it")
    func refused() throws {
        let memory = try TemporaryFolder(in: "/dev/shm")
        let place = try directory(given: memory.path)
        #expect(symlink("/dev/shm", place.path) == 0)
        expectRefusal("is a link or a file", place)
        try Disk.remove(place.path)
        try place.prepare()
        #expect(try TemporaryFolder.mode(place.path) == 0o700)
        chmod(place.path, 0o750)
        expectRefusal("has the mode 750, and must have 700", place)
        chmod(place.path, 0o700)
        chmod(memory.path, 0o777)
        expectRefusal("others can exchange what is in", place)
        chmod(memory.path, 0o1777)
        try place.prepare()
    }

    @Test(
        "is refused when it is another user's",
        .enabled(if: geteuid() == 0, "only root can give a folder away")
    )
    func foreign() throws {
        let memory = try TemporaryFolder(in: "/dev/shm")
        let place = try directory(given: memory.path)
        try place.prepare()
        #expect(chown(place.path, 12_345, 12_345) == 0)
        expectRefusal("belongs to the user 12345", place)
    }

    @Test("loses what belongs to no step that goes on")
    func leftovers() throws {
        let memory = try TemporaryFolder(in: "/dev/shm")
        let place = try directory(given: memory.path)
        let running = try place.write(["A": "12345678"], for: ID(1))
        let finished = try place.write(["A": "12345678"], for: ID(2))
        let unknown = try place.write(["A": "12345678"], for: ID(11))
        let result = AgentV1.ResultRequest(
            fence: 1,
            outcome: .succeeded,
            exitCode: 0,
            message: "",
            logBytes: 0,
            logDroppedBytes: 0,
            inventory: []
        )
        try place.removeLeftovers([
            JournalRecord(assignment: .script("true"), phase: .accepted),
            JournalRecord(assignment: .script("true", id: 2), phase: .finished(result)),
        ])
        #expect(try SecretsDirectory.read(running) == ["A": Array("12345678".utf8)])
        #expect(!Disk.exists(finished))
        #expect(!Disk.exists(unknown))
    }

    @Test("that is gone when a script is to start: the script is not started")
    func gone() throws {
        let folder = try TemporaryFolder()
        let step = StepFolder(path: "\(folder.path)/1")
        let order = SupervisorOrder(
            command: ["/bin/touch", "\(folder.path)/started"],
            directory: "/",
            environment: [:],
            timeoutSeconds: 10,
            logBytes: 1000,
            secretsFolder: "\(folder.path)/none"
        )
        try ScriptRunner(supervisor: []).prepare("", order: order, in: step)
        #expect(Supervisor.run(folder: step.path) == .ok)
        let exit = try #require(try Disk.readJSON(step.exit, as: StepExit.self))
        #expect(exit.ending == .notStarted(reason: "open \(folder.path)/none: No such file or directory"))
        #expect(!Disk.exists("\(folder.path)/started"))
    }

    private func expectRefusal(_ words: String, _ place: SecretsDirectory) {
        let error = #expect(throws: AgentError.self) { try place.prepare() }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("--secrets-dir") == true)
    }
}
