internal import FleetModel

/// The environment of a step's script: a few names from the agent's own, the release's variables, and where it is.
///
/// An allow-list: whatever else the agent was started with, a token for example, is no business of a script.
enum ScriptEnvironment {
    static let inherited = ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TMPDIR", "TZ", "USER"]
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// - Throws: when a variable's name or value cannot be put into an environment.
    static func build(
        _ assignment: AgentV1.Assignment,
        folder: ProjectFolder,
        releaseFolder: String,
        previousFolder: String?,
        secretsFolder: String?,
        own: [String: String]
    ) throws(AgentError) -> [String: String] {
        var environment = ["PATH": defaultPath].merging(own.filter { inherited.contains($0.key) }) { $1 }
        for (name, value) in assignment.variables {
            guard isName(name), !value.utf8.contains(0) else {
                throw AgentError(
                    "variable '\(name)' cannot be given to a script: a name is letters, digits and _, "
                        + "and a value has no NUL"
                )
            }
            environment[name] = value
        }
        environment["TIDEMARK_PROJECT"] = assignment.project
        environment["TIDEMARK_RELEASE"] = assignment.release
        environment["TIDEMARK_ENVIRONMENT"] = assignment.environment
        environment["TIDEMARK_MACHINE"] = assignment.machine
        environment["TIDEMARK_DEPLOYMENT"] = "\(assignment.deploymentID)"
        environment["TIDEMARK_STEP"] = assignment.step.name
        if let trace = assignment.traceparent.flatMap(TraceParent.init) {
            environment["TRACEPARENT"] = trace.description
        }
        environment["TIDEMARK_CURRENT_DIR"] = folder.current
        environment["TIDEMARK_RELEASE_DIR"] = folder.release(releaseFolder)
        environment["TIDEMARK_PREVIOUS_RELEASE_DIR"] = previousFolder.map(folder.release) ?? ""
        environment["TIDEMARK_SECRETS_DIR"] = secretsFolder
        return environment
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { byte in
            isDigit(byte) || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
