import ArgumentParser
import Glibc

/// How many files and connections this process may have open.
enum OpenFiles {
    /// Raises the limit to `count` if need be.
    static func allow(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur < rlim_t(count) else { return }
        limit.rlim_cur = rlim_t(count)
        limit.rlim_max = max(limit.rlim_max, limit.rlim_cur)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw ValidationError(
                "\(count) open files are needed and not allowed here: raise the hard limit (ulimit -Hn), or simulate fewer machines"
            )
        }
    }
}
