import Foundation

/// How many files and connections this process may have open. A held poll is one connection for each agent, and many
/// systems begin with 1,024.
enum OpenFiles {
    /// As many as the system's administrator lets it have; a failure changes nothing, and is not worth an end.
    static func allowMost() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
