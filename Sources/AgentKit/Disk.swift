internal import FoundationEssentials
internal import Glibc

/// Files that survive a power cut: whole or not there at all.
enum Disk {
    /// Replaces `path` by `bytes`: temporary file, fsync, rename, fsync of the folder.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws(SystemError) {
        let temporary = path + ".new"
        try writeSynchronised(bytes, to: temporary, mode: mode)
        guard rename(temporary, path) == 0 else { throw SystemError("rename", path) }
        try synchroniseFolder(of: path)
    }

    /// Creates `path` with `bytes` unless it exists: of several who try, exactly one gets `true`.
    static func claim(_ path: String, with bytes: [UInt8]) throws(SystemError) -> Bool {
        let temporary = path + ".\(getpid())"
        try writeSynchronised(bytes, to: temporary, mode: 0o600)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            guard errno == EEXIST else { throw SystemError("link", path) }
            return false
        }
        try synchroniseFolder(of: path)
        return true
    }

    /// nil: there is no such file.
    static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let number = retrying { open(path, O_RDONLY | O_CLOEXEC) }
        guard number >= 0 else {
            guard errno == ENOENT else { throw SystemError("open", path) }
            return nil
        }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = retrying { Glibc.read(file.number, &piece, piece.count) }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    static func readJSON<Value: Decodable>(_ path: String, as: Value.Type = Value.self) throws -> Value? {
        guard let bytes = try read(path) else { return nil }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw AgentError("\(path) is damaged: \(error)")
        }
    }

    static func replaceJSON(_ path: String, with value: some Encodable) throws {
        try replace(path, with: json(value))
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try Array(encoder.encode(value))
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Makes the folder unless it is there; its parent must exist.
    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(SystemError) {
        guard mkdir(path, mode) == 0 else {
            guard errno == EEXIST else { throw SystemError("mkdir", path) }
            return
        }
        guard chmod(path, mode) == 0 else { throw SystemError("chmod", path) }
        try synchroniseFolder(of: path)
    }

    /// Renames within one folder, durably.
    static func move(_ path: String, to other: String) throws(SystemError) {
        guard rename(path, other) == 0 else { throw SystemError("rename", path) }
        try synchroniseFolder(of: other)
    }

    /// false: there was nothing to move.
    static func moveIfThere(_ path: String, to other: String) throws(SystemError) -> Bool {
        if rename(path, other) == 0 { return true }
        guard errno == ENOENT else { throw SystemError("rename", path) }
        return false
    }

    /// A missing file is as good as a removed one.
    static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("unlink", path) }
        try synchroniseFolder(of: path)
    }

    /// Names in a folder, sorted, without `.` and `..`; a missing folder is an empty one.
    static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else {
            guard errno == ENOENT else { throw SystemError("opendir", path) }
            return []
        }
        defer { closedir(folder) }
        return listed(folder)
    }

    static func listed(_ folder: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func synchroniseFolder(of path: String) throws(SystemError) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = try Descriptor(parent.isEmpty ? "/" : parent, flags: O_RDONLY | O_DIRECTORY)
        try folder.synchronise(path: parent)
    }

    private static func writeSynchronised(
        _ bytes: [UInt8],
        to path: String,
        mode: mode_t
    ) throws(SystemError) {
        let file = try Descriptor(path, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: mode)
        guard fchmod(file.number, mode) == 0 else { throw SystemError("chmod", path) }
        var failure: SystemError?
        bytes.withUnsafeBytes { raw in
            do throws(SystemError) {
                try file.write(raw, path: path)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        try file.synchronise(path: path)
    }
}
