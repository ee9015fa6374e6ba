internal import FleetModel
internal import Glibc

/// One project on the machine: `releases/<folder>`, the link `current`, and `state.json`.
struct ProjectFolder: Sendable {
    let path: String
    let name: String

    var current: String { "\(path)/current" }
    var releases: String { "\(path)/releases" }
    var state: String { "\(path)/state.json" }

    func make() throws(SystemError) {
        try Disk.makeFolder(path, mode: 0o755)
        try Disk.makeFolder(releases, mode: 0o755)
    }

    func loadState() throws -> ProjectState {
        try Disk.readJSON(state) ?? ProjectState()
    }

    func save(_ new: ProjectState) throws {
        try Disk.replaceJSON(state, with: new)
    }

    @discardableResult
    func update(_ change: (inout ProjectState) -> Void) throws -> ProjectState {
        var state = try loadState()
        change(&state)
        try save(state)
        return state
    }

    func release(_ folder: String) -> String { "\(releases)/\(folder)" }

    /// The folder that `current` names; nil: none.
    func currentFolder() throws(SystemError) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(current, &buffer, buffer.count)
        guard count >= 0 else {
            guard errno == ENOENT else { throw SystemError("readlink", current) }
            return nil
        }
        let target = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return target.split(separator: "/").last.map(String.init)
    }

    /// The folder that `current` names as `point(at:)` left it, if it is there; nil: it is gone, or something else.
    func provenFolder() -> String? {
        guard let folder = try? currentFolder(), Disk.exists(release(folder)),
            Disk.exists("\(current)/.")
        else { return nil }
        return folder
    }

    /// Points `current` at `folder` in one atomic step; nil removes it.
    func point(at folder: String?) throws(SystemError) {
        guard let folder else {
            try Disk.remove(current)
            return
        }
        let temporary = "\(path)/.current-new"
        guard unlink(temporary) == 0 || errno == ENOENT else { throw SystemError("unlink", temporary) }
        guard symlink("releases/\(folder)", temporary) == 0 else { throw SystemError("symlink", temporary) }
        guard rename(temporary, current) == 0 else { throw SystemError("rename", current) }
        try Disk.synchroniseFolder(of: current)
    }
}
