import FleetModel
import Foundation

/// The clusters that somebody works with, by names of his own: `contexts.json` in `$XDG_CONFIG_HOME/tidemark`, which is
/// `~/.config/tidemark` unless set. It holds API keys, so nobody else may read it.
struct Contexts: Codable, Equatable {
    struct Context: Codable, Equatable {
        var url: String
        var apiKey: String?
    }

    var current: String?
    var contexts: [String: Context] = [:]

    /// The one of that name, or the current one; nil: none is asked for and none is current.
    func context(_ name: String?) throws -> Context? {
        guard let name = name ?? current else { return nil }
        guard let context = contexts[name] else {
            let guess = Spelling.closest(to: name, among: Array(contexts.keys))
            let known = contexts.keys.sorted().joined(separator: ", ")
            throw Failure(
                .usage,
                "there is no context '\(name)'",
                details: [
                    guess.map { "did you mean '\($0)'?" }
                        ?? (known.isEmpty ? "`tidemark context set` makes one" : "there are \(known)")
                ]
            )
        }
        return context
    }

    static func path(_ environment: [String: String]) -> URL? {
        let set = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config" }
        return (set ?? home).map { URL(fileURLWithPath: $0 + "/tidemark/contexts.json") }
    }

    private static var ownPath: URL? { path(ProcessInfo.processInfo.environment) }

    /// For completions, which say nothing when something is wrong.
    static var names: [String] { ((try? load()) ?? Contexts()).contexts.keys.sorted() }

    static func load() throws -> Contexts {
        guard let path = ownPath, FileManager.default.fileExists(atPath: path.path) else { return Contexts() }
        let attributes = try FileManager.default.attributesOfItem(atPath: path.path)
        if let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 {
            throw Failure(
                .usage,
                "\(path.path) can be read by others, and holds API keys",
                details: ["chmod 600 \(path.path)"]
            )
        }
        do {
            return try JSONDecoder().decode(Contexts.self, from: try Data(contentsOf: path))
        } catch {
            throw Failure(.usage, "\(path.path) cannot be read as contexts: mend it, or remove it")
        }
    }

    /// Replaces the file at once, so that nobody ever reads half of it, and never with rights for others.
    func save() throws {
        guard let path = Self.ownPath else {
            throw Failure(
                .usage,
                "neither XDG_CONFIG_HOME nor HOME is set: there is no place to keep contexts"
            )
        }
        let folder = path.deletingLastPathComponent()
        let text = try StructuredText.json(self) + "\n"
        let new = folder.appendingPathComponent(".contexts.\(ProcessInfo.processInfo.processIdentifier)")
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            guard
                FileManager.default.createFile(
                    atPath: new.path,
                    contents: Data(text.utf8),
                    attributes: [.posixPermissions: 0o600]
                ), rename(new.path, path.path) == 0
            else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw Failure(
                .failed,
                "\(path.path) cannot be written: \((error as NSError).localizedDescription)"
            )
        }
    }
}
