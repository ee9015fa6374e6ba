internal import FoundationEssentials
internal import Glibc

/// Downloaded packages by digest: whole ones in `sha256`, begun ones in `partial`.
struct PackageCache: Sendable {
    /// Unpacked releases are what a machine needs; archives only save a download when one is installed again.
    static let kept = 3

    let path: String

    func whole(_ sha256: String) -> String { "\(path)/sha256/\(sha256)" }
    func partial(_ sha256: String) -> String { "\(path)/partial/\(sha256)" }
    private func tag(_ sha256: String) -> String { "\(path)/partial/\(sha256).tag" }

    /// Whether the whole file is here; verified each time, since disks and people change files. Blocking.
    func holds(_ sha256: String, stop: StopFlag) throws -> Bool {
        let file = whole(sha256)
        guard Disk.exists(file) else { return false }
        if try Digest.hexadecimal(Digest.over(file, stop: stop).hash) == sha256 {
            // The newest are kept: this one was of use now.
            utimes(file, nil)
            return true
        }
        try Disk.remove(file)
        return false
    }

    /// `ETag` under which the partial file was begun.
    func loadTag(_ sha256: String) throws -> String? {
        try Disk.read(tag(sha256)).map { String(decoding: $0, as: UTF8.self) }
    }

    func saveTag(_ text: String?, for sha256: String) throws {
        guard let text else { return try Disk.remove(tag(sha256)) }
        try Disk.replace(tag(sha256), with: Array(text.utf8))
    }

    func discardPartial(_ sha256: String) throws {
        try Disk.remove(partial(sha256))
        try Disk.remove(tag(sha256))
    }

    /// The partial file was verified: from now on it is the whole one.
    func promote(_ sha256: String) throws {
        let file = try Descriptor(partial(sha256), flags: O_RDONLY)
        try file.synchronise(path: partial(sha256))
        guard rename(partial(sha256), whole(sha256)) == 0 else {
            throw SystemError("rename", partial(sha256))
        }
        try Disk.synchroniseFolder(of: whole(sha256))
        try Disk.remove(tag(sha256))
    }

    /// Removes all but the newest.
    func trim() throws {
        let aged = try Disk.names(in: "\(path)/sha256").map { name in (name, Self.modified(whole(name))) }
        for (name, _) in aged.sorted(by: { $0.1 > $1.1 }).dropFirst(Self.kept) {
            try Disk.remove(whole(name))
        }
    }

    private static func modified(_ path: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }
}
