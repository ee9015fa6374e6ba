internal import Glibc

extension Disk {
    /// Removes a folder and all that is in it, or a file; links are removed, never followed.
    static func removeTree(_ path: String) throws(SystemError) {
        guard let slash = path.lastIndex(of: "/") else { return }
        let parent = try Descriptor(String(path[..<slash]), flags: O_RDONLY | O_DIRECTORY)
        try removeTree(String(path[path.index(after: slash)...]), in: parent)
    }

    private static func removeTree(
        _ name: String,
        in parent: borrowing Descriptor
    ) throws(SystemError) {
        if unlinkat(parent.number, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemError("unlink", name) }
        let folder = try Descriptor(name, in: parent, flags: O_RDONLY | O_DIRECTORY)
        // A folder without w or x could not be emptied by its owner.
        _ = fchmod(folder.number, 0o700)
        for child in try names(inFolder: folder, path: name) {
            try removeTree(child, in: folder)
        }
        guard unlinkat(parent.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw SystemError("rmdir", name)
        }
    }

    private static func names(
        inFolder folder: borrowing Descriptor,
        path: String
    ) throws(SystemError) -> [String] {
        let copy = retrying { fcntl(folder.number, F_DUPFD_CLOEXEC, 0) }
        guard copy >= 0 else { throw SystemError("dup", path) }
        guard let stream = fdopendir(copy) else {
            _ = Glibc.close(copy)
            throw SystemError("opendir", path)
        }
        defer { closedir(stream) }
        return listed(stream)
    }
}
