internal import CLinux
internal import Glibc

/// Starts a program that may outlive this one.
///
/// `posix_spawn` directly and not swift-subprocess: that ties a child's life and its output pipes to a task of the
/// parent, and a step must survive the agent's restart, in a session of its own, writing to a file.
struct Spawn {
    enum Standing {
        /// Leads a session, out of reach of signals meant for the starter's group.
        case session
        /// Leads a process group, so that it can be signalled with all its children.
        case group
    }

    var command: [String]
    var environment: [String: String]
    var directory: String
    var standing: Standing
    /// Standard output and error; nil: nowhere. Standard input is always empty.
    var output: Int32?

    func start() throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        clinux_spawn_add_chdir(&actions, directory)
        clinux_spawn_add_closefrom(&actions, 3)
        setSignals(&attributes)

        let name = command.first ?? ""
        var pid: pid_t = 0
        let code = withCStrings(command) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&pid, name, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw SystemError("start", "\(name) in \(directory)", code: code) }
        return pid
    }

    /// Blocked and ignored signals are inherited: the child starts with none.
    private func setSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let own = standing == .session ? Int32(clinux_spawn_setsid) : Int32(POSIX_SPAWN_SETPGROUP)
        let flags = own | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    }

    private func withCStrings<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
