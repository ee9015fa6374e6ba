internal import CLinux
internal import Crypto
internal import FleetModel
internal import Glibc

/// Where the secrets of steps in hand lie: in memory, in a folder that only this agent's user can enter.
///
/// Each step has a folder of its own, `ID.RANDOM`, with a file for each secret; nothing of it is ever on a disk.
package struct SecretsDirectory: Sendable {
    /// The folder in which the agent makes its own.
    private let base: String
    private let name: String

    var path: String { "\(base)/\(name)" }

    /// - Parameters:
    ///   - given: what the command line says; else `TIDEMARK_AGENT_SECRETS_DIR`, else the folder that systemd made for the
    ///     service, else `/dev/shm`.
    ///   - directory: the agent's: several agents of one machine may share a base.
    package init(given: String?, environment: [String: String], directory: DataDirectory) throws(AgentError) {
        let runtime = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        let said = given ?? environment["TIDEMARK_AGENT_SECRETS_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        base = said ?? runtime ?? "/dev/shm"
        guard base.hasPrefix("/") else {
            throw AgentError("--secrets-dir is '\(base)', and must be an absolute path", status: .usage)
        }
        var hash = SHA256()
        hash.update(data: Array(directory.path.utf8))
        name = "tidemark-agent-\(geteuid())-\(Digest.hexadecimal(hash).prefix(16))"
    }

    /// Makes sure, before any secret is asked for, that there is a place for it.
    func prepare() throws {
        _ = try opened(making: true)
    }

    /// Writes a step's secrets; gives their folder. Folders that it had before stay, see `remove`.
    func write(_ secrets: [String: String], for id: ID<StepRun>) throws -> String {
        let own = try opened(making: true)
        let step = "\(id).\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
        guard mkdirat(own.number, step, 0o700) == 0 else { throw SystemError("mkdir", "\(path)/\(step)") }
        do {
            try fill(step, in: own, with: secrets)
        } catch {
            try? Disk.removeTree("\(path)/\(step)")
            throw error
        }
        return "\(path)/\(step)"
    }

    private func fill(
        _ step: String,
        in own: borrowing Descriptor,
        with secrets: [String: String]
    ) throws {
        let folder = try Descriptor(step, in: own, flags: O_RDONLY | O_DIRECTORY)
        guard fchmod(folder.number, 0o700) == 0 else { throw SystemError("chmod", "\(path)/\(step)") }
        for (name, value) in secrets {
            let file = try Descriptor(name, in: folder, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o400)
            guard fchmod(file.number, 0o400) == 0 else { throw SystemError("chmod", name) }
            try Array(value.utf8).withUnsafeBytes { try file.write($0, path: "\(path)/\(step)/\(name)") }
        }
    }

    /// The values in a step's folder, by name.
    static func read(_ path: String) throws -> [String: [UInt8]] {
        let folder = try Descriptor(path, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        var secrets: [String: [UInt8]] = [:]
        for name in try Disk.names(in: path) {
            let file = try Descriptor(name, in: folder, flags: O_RDONLY)
            var piece = [UInt8](repeating: 0, count: SecretsFetcher.mostBytes)
            let count = try piece.withUnsafeMutableBytes { try file.read(into: $0, path: "\(path)/\(name)") }
            secrets[name] = Array(piece[..<count])
        }
        return secrets
    }

    /// Removes all folders of a step but `kept`.
    func remove(_ id: ID<StepRun>, but kept: String? = nil) throws {
        for folder in try folders() where folder.id == "\(id)" && folder.path != kept {
            try Disk.removeTree(folder.path)
        }
    }

    /// Removes what belongs to no step that goes on: left by a crash, or by an agent that was stopped for long.
    func removeLeftovers(_ records: [JournalRecord]) throws {
        let open = records.filter { record in
            if case .finished = record.phase { false } else { true }
        }
        let known = Set(open.map { "\($0.assignment.stepRunID)" })
        for folder in try folders() where !known.contains(folder.id) {
            try Disk.removeTree(folder.path)
        }
    }

    /// Takes the agent's own folder away, unless a step that goes on has secrets in it.
    func leave() {
        rmdir(path)
    }

    private func folders() throws -> [(id: String, path: String)] {
        guard Disk.exists(path) else { return [] }
        _ = try opened(making: false)
        return try Disk.names(in: path).map { name in
            (String(name.prefix { $0 != "." }), "\(path)/\(name)")
        }
    }

    /// The agent's own folder, once it is sure that nobody else can look into it or exchange it, and that it is in memory.
    private func opened(making: Bool) throws -> Descriptor {
        let outer = try Descriptor(base, flags: O_RDONLY | O_DIRECTORY)
        let around = try status(of: outer, base)
        let isSticky = around.mode & S_ISVTX != 0
        guard [0, geteuid()].contains(around.owner), isSticky || around.mode & 0o022 == 0 else {
            throw refusal("others can exchange what is in \(base): take the right to write from them")
        }
        try checkMemory(outer, base)
        if making, mkdirat(outer.number, name, 0o700) != 0, errno != EEXIST {
            throw SystemError("mkdir", path)
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let number = retrying { openat(outer.number, name, flags) }
        guard number >= 0 else {
            guard errno == ELOOP || errno == ENOTDIR else { throw SystemError("open", path) }
            throw refusal("\(path) is a link or a file, which the agent did not make: remove it")
        }
        let own = Descriptor(owning: number)
        let found = try status(of: own, path)
        guard found.owner == geteuid() else {
            throw refusal(
                "\(path) belongs to the user \(found.owner), and the agent is \(geteuid()): remove it"
            )
        }
        guard found.mode & 0o7777 == 0o700 else {
            let mode = String(found.mode & 0o7777, radix: 8)
            throw refusal("\(path) has the mode \(mode), and must have 700: remove it")
        }
        try checkMemory(own, path)
        return own
    }

    private func checkMemory(_ folder: borrowing Descriptor, _ path: String) throws {
        let isInMemory = clinux_is_in_memory(folder.number)
        guard isInMemory >= 0 else { throw SystemError("statfs", path) }
        guard isInMemory == 1 else { throw refusal("\(path) is not in memory: mount a tmpfs there") }
    }

    private func status(
        of file: borrowing Descriptor,
        _ path: String
    ) throws(SystemError) -> (owner: UInt32, mode: UInt32) {
        var (owner, mode) = (UInt32(0), UInt32(0))
        guard clinux_owner_and_mode(file.number, &owner, &mode) == 0 else { throw SystemError("stat", path) }
        return (owner, mode)
    }

    private func refusal(_ why: String) -> AgentError {
        AgentError(
            "secrets cannot be kept here: \(why), or give the agent a folder on a tmpfs with --secrets-dir"
        )
    }
}
