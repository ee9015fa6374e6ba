import Foundation
import TestSupport

/// A PostgreSQL of one test, made by the project's own script, for faults that other tests must not feel.
struct PrivatePostgres {
    let folder: URL
    let conninfo: String

    /// The root of the project.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func run(_ body: (PrivatePostgres) async throws -> Void) async throws {
        let folder = URL(filePath: "/tmp/tidemark-pg-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let outcome: Result<Void, any Error>
        do {
            try await body(PrivatePostgres(folder: folder, conninfo: try script("start", folder)))
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        _ = try? script("stop", folder)
        try? FileManager.default.removeItem(at: folder)
        try outcome.get()
    }

    /// Restarts it as what a promoted-away or wrongly addressed server is: in recovery, with nobody to follow.
    func becomeStandby() throws {
        _ = try Self.script("stop", folder)
        let data = folder.appending(path: "data")
        try Self.shell("touch '\(data.path)/standby.signal' && chown --reference='\(data.path)/PG_VERSION' '\(data.path)/standby.signal'")
        _ = try Self.script("start", folder)
    }

    func restart() throws {
        _ = try Self.script("stop", folder)
        _ = try Self.script("start", folder)
    }

    @discardableResult
    static func script(_ verb: String, _ folder: URL) throws -> String {
        try shell("'\(root.path)/deploy/local/postgres' \(verb) '\(folder.path)'")
    }

    @discardableResult
    static func shell(_ command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw StoryError("\(command) exited \(process.terminationStatus)") }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
