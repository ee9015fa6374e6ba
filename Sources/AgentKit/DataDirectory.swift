internal import FleetModel
internal import Glibc

/// Where everything is in the agent's data directory.
package struct DataDirectory: Sendable {
    package let path: String

    /// Makes the folders that are missing.
    package init(_ path: String) throws {
        guard !path.isEmpty else { throw AgentError("--data-dir is empty", status: .usage) }
        var absolute = path
        if !path.hasPrefix("/") {
            guard let here = getcwd(nil, 0) else { throw SystemError("getcwd", path) }
            defer { free(here) }
            absolute = String(cString: here) + "/" + path
        }
        while absolute.count > 1, absolute.hasSuffix("/") { absolute.removeLast() }
        self.path = absolute
        // Scripts run in folders below, maybe as other users: those may pass, not look.
        try Disk.makeFolder(absolute, mode: 0o711)
        for folder in ["journal", "steps", "checks", "cache"] {
            try Disk.makeFolder("\(absolute)/\(folder)")
        }
        try Disk.makeFolder("\(absolute)/cache/partial")
        try Disk.makeFolder("\(absolute)/cache/sha256")
        try Disk.makeFolder("\(absolute)/projects", mode: 0o755)
    }

    var identity: String { "\(path)/agent.json" }
    var key: String { "\(path)/agent.key" }
    var lock: String { "\(path)/lock" }
    var journal: String { "\(path)/journal" }
    var projects: String { "\(path)/projects" }
    var cache: String { "\(path)/cache" }
    var steps: String { "\(path)/steps" }

    func check(_ id: ID<HealthCheck>) -> StepFolder {
        StepFolder(path: "\(path)/checks/\(id)")
    }

    func step(_ id: ID<StepRun>) -> StepFolder {
        StepFolder(path: "\(steps)/\(id)")
    }

    /// - Throws: when the name could lead out of the folder; nodes check names too, but are not believed here.
    func project(_ name: String) throws(AgentError) -> ProjectFolder {
        guard !name.isEmpty, name.utf8.count <= 100, !name.hasPrefix("."), !name.contains("/"),
            !name.utf8.contains(0)
        else { throw AgentError("'\(name)' cannot be the name of a project's folder") }
        return ProjectFolder(path: "\(projects)/\(name)", name: name)
    }
}

/// Files of one step in hand.
struct StepFolder: Sendable {
    let path: String

    /// What the supervisor is to do.
    var order: String { "\(path)/order.json" }
    var script: String { "\(path)/script" }
    /// Who runs the script: made once, by whoever comes first.
    var claim: String { "\(path)/claim.json" }
    /// The script's own process.
    var child: String { "\(path)/child.json" }
    /// Exists: the script is to be stopped.
    var cancel: String { "\(path)/cancel" }
    /// How the script ended.
    var exit: String { "\(path)/exit.json" }
    var log: String { "\(path)/log" }
}
