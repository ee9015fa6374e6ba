/// Says which release folders may go: the newest stay, and always those in use.
enum Retention {
    /// - Parameters:
    ///   - folders: `<release>` or `<release>.<step run>`; other names are left alone.
    ///   - keep: how many stay, those in use included.
    static func expired(_ folders: [String], keep: Int, inUse: Set<String>) -> [String] {
        let known = folders.compactMap { folder in order(of: folder).map { (folder, $0) } }
        let newestFirst = known.sorted { $0.1 > $1.1 }.map(\.0)
        var room = max(0, keep - known.filter { inUse.contains($0.0) }.count)
        return newestFirst.filter { folder in
            if inUse.contains(folder) { return false }
            if room > 0 {
                room -= 1
                return false
            }
            return true
        }
    }

    private static func order(of folder: String) -> (Int64, Int64)? {
        let parts = folder.split(separator: ".", omittingEmptySubsequences: false)
        guard let release = parts.first.flatMap({ Int64($0) }), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return (release, 0) }
        return Int64(parts[1]).map { (release, $0) }
    }
}
