internal import CLinux
internal import Glibc

/// Creates what an archive holds below one folder, each step relative to an open directory and through no link, so
/// that neither the archive nor anyone beside it can lead it elsewhere.
///
/// Symbolic links come last: while files are created there are none. Modes: the owner may always read and write,
/// group and others never write; setuid and setgid files are refused, on folders those bits and sticky are dropped.
struct ReleaseTree: ~Copyable {
    private static let setID: UInt32 = 0o6000

    private let root: Descriptor
    private let limits: UnpackLimits
    private var links: [(path: EntryPath, target: [UInt8])] = []
    private var files: Set<EntryPath> = []
    private var seen: Set<EntryPath> = []
    private(set) var entries = 0

    init(root: consuming Descriptor, limits: UnpackLimits) {
        self.root = root
        self.limits = limits
    }

    /// For a file: its descriptor, to be filled.
    mutating func add(_ entry: TarEntry) throws -> Int32? {
        entries += 1
        guard entries <= limits.entries else { throw UnpackError("it has over \(limits.entries) entries") }
        let path = try EntryPath(entry.name, limits: limits)
        if path.depth == 0 {
            guard entry.kind == .folder else { throw UnpackError(entry.name, "it is no name for a file") }
            return nil
        }
        guard seen.insert(path).inserted else { throw UnpackError(entry.name, "it is in the archive twice") }
        switch entry.kind {
        case .folder:
            let folder = try open(path.components[...])
            guard fchmod(folder.number, mode_t(entry.mode & 0o755 | 0o700)) == 0 else {
                throw SystemError("chmod", text(path))
            }
            return nil
        case .file:
            guard entry.mode & Self.setID == 0 else {
                throw UnpackError(entry.name, "it is setuid or setgid")
            }
            files.insert(path)
            return try create(path, mode: entry.mode)
        case .hardLink(let target):
            try link(path, to: target)
            return nil
        case .symbolicLink(let target):
            try path.check(target: target, limits: limits)
            links.append((path, target))
            return nil
        }
    }

    /// Creates the symbolic links and makes all of it durable.
    mutating func finish() throws {
        for (path, target) in links {
            let parent = try open(path.parent)
            guard symlinkat(String(decoding: target, as: UTF8.self), parent.number, last(path)) == 0 else {
                throw SystemError("symlink", text(path))
            }
        }
        guard clinux_syncfs(root.number) == 0 else { throw SystemError("sync", "the release") }
    }

    private func create(_ path: EntryPath, mode: UInt32) throws -> Int32 {
        let parent = try open(path.parent)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = retrying { openat(parent.number, last(path), flags, 0o600) }
        guard file >= 0 else { throw SystemError("create", text(path)) }
        guard fchmod(file, mode_t(mode & 0o755 | 0o600)) == 0 else {
            let error = SystemError("chmod", text(path))
            close(file)
            throw error
        }
        return file
    }

    private mutating func link(_ path: EntryPath, to target: [UInt8]) throws {
        let original = try EntryPath(target, limits: limits)
        guard files.contains(original) else {
            throw UnpackError(
                target,
                "a hard link names it, and it is no file of the archive before the link"
            )
        }
        let from = try open(original.parent)
        let to = try open(path.parent)
        guard linkat(from.number, last(original), to.number, last(path), 0) == 0 else {
            throw SystemError("link", text(path))
        }
        files.insert(path)
    }

    /// The folder at `components`, made where it is missing.
    private func open(_ components: ArraySlice<[UInt8]>) throws -> Descriptor {
        var folder = try Descriptor(".", in: root, flags: O_RDONLY | O_DIRECTORY)
        for component in components {
            let name = String(decoding: component, as: UTF8.self)
            if mkdirat(folder.number, name, 0o755) != 0, errno != EEXIST { throw SystemError("mkdir", name) }
            folder = try Descriptor(name, in: folder, flags: O_RDONLY | O_DIRECTORY)
        }
        return folder
    }

    private func last(_ path: EntryPath) -> String {
        String(decoding: path.components.last ?? [], as: UTF8.self)
    }

    private func text(_ path: EntryPath) -> String {
        UnpackError.shown(Array(path.components.joined(separator: [UInt8(ascii: "/")])))
    }
}
