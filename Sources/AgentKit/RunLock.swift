internal import Glibc

/// Keeps a second agent off the same data directory for as long as it lives; the kernel drops it with the process.
package struct RunLock: ~Copyable {
    private let file: Descriptor

    package init(_ directory: DataDirectory) throws {
        let file = try Descriptor(directory.lock, flags: O_RDWR | O_CREAT, mode: 0o600)
        guard retrying({ flock(file.number, LOCK_EX | LOCK_NB) }) == 0 else {
            throw AgentError(
                "another tidemark-agent runs on \(directory.path): stop it, or give this one its own --data-dir",
                status: .busy
            )
        }
        self.file = file
    }
}
