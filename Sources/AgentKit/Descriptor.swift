internal import Glibc

/// An open file descriptor that closes itself.
struct Descriptor: ~Copyable {
    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    /// Opens relative to `directory`; never follows a link in the last component, never leaks to children.
    init(
        _ path: String,
        in directory: borrowing Descriptor,
        flags: Int32,
        mode: mode_t = 0
    ) throws(SystemError) {
        let number = retrying { openat(directory.number, path, flags | O_CLOEXEC | O_NOFOLLOW, mode) }
        guard number >= 0 else { throw SystemError("open", path) }
        self.number = number
    }

    init(_ path: String, flags: Int32, mode: mode_t = 0) throws(SystemError) {
        let number = retrying { open(path, flags | O_CLOEXEC, mode) }
        guard number >= 0 else { throw SystemError("open", path) }
        self.number = number
    }

    deinit {
        _ = Glibc.close(number)
    }

    func write(_ bytes: UnsafeRawBufferPointer, path: String) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = retrying { Glibc.write(number, rest.baseAddress, rest.count) }
            guard count >= 0 else { throw SystemError("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// The number of bytes read; 0 at the end.
    func read(into space: UnsafeMutableRawBufferPointer, path: String) throws(SystemError) -> Int {
        let count = retrying { Glibc.read(number, space.baseAddress, space.count) }
        guard count >= 0 else { throw SystemError("read", path) }
        return count
    }

    func synchronise(path: String) throws(SystemError) {
        guard retrying({ fsync(number) }) == 0 else { throw SystemError("fsync", path) }
    }

    /// The length; moves the reading position there.
    func size(path: String) throws(SystemError) -> Int64 {
        let end = lseek(number, 0, SEEK_END)
        guard end >= 0 else { throw SystemError("seek", path) }
        return Int64(end)
    }
}
