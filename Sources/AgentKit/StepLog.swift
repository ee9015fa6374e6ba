internal import Glibc

/// The agent's own lines in a step's log, in front of and behind what the script says.
struct StepLog: Sendable {
    /// Kept free of the script's output, for the lines behind it.
    static let reservedBytes = 16 * 1024

    let folder: StepFolder

    func write(_ line: String) async throws {
        let path = folder.log
        let bytes = Array("[tidemark] \(line)\n".utf8)
        try await Blocking.run {
            let spool = try Descriptor(path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
            try bytes.withUnsafeBytes { try spool.write($0, path: path) }
        }
    }

    /// Bytes in the spool.
    func length() async throws -> Int64 {
        let path = folder.log
        return try await Blocking.run {
            guard Disk.exists(path) else { return 0 }
            return try Descriptor(path, flags: O_RDONLY).size(path: path)
        }
    }

    /// At most `count` bytes from `offset` on.
    func read(from offset: Int64, count: Int) async throws -> [UInt8] {
        let path = folder.log
        return try await Blocking.run {
            let spool = try Descriptor(path, flags: O_RDONLY)
            var piece = [UInt8](repeating: 0, count: count)
            let number = spool.number
            let read = retrying { pread(number, &piece, count, off_t(offset)) }
            guard read >= 0 else { throw SystemError("read", path) }
            return Array(piece[..<read])
        }
    }
}
