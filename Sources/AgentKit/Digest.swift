internal import Crypto
internal import Glibc

/// SHA-256 of files, in lower-case hexadecimal.
enum Digest {
    /// Whether `text` can be a digest; it becomes a file's name, so nothing else may pass.
    static func isValid(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    static func hexadecimal(_ hash: SHA256) -> String {
        hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The running hash over a file's content and its length, to be continued; blocking.
    static func over(_ path: String, stop: StopFlag = StopFlag()) throws -> (hash: SHA256, bytes: Int64) {
        var hash = SHA256()
        var bytes: Int64 = 0
        guard Disk.exists(path) else { return (hash, 0) }
        let file = try Descriptor(path, flags: O_RDONLY)
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { space.deallocate() }
        while true {
            try stop.check()
            let count = try file.read(into: space, path: path)
            guard count > 0 else { return (hash, bytes) }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: space[..<count]))
            bytes += Int64(count)
        }
    }
}
