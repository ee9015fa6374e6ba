import Foundation
import TestSupport

/// A receiver of webhooks in a process of its own, written in Python. The one of `docs/webhooks.md` prints what it found
/// genuine and new, so that a story that reads it has tried the page.
final class StoryReceiver: Sendable {
    /// What a node must be told to send to this host.
    static let settings = ["TIDEMARK_WEBHOOK_ALLOW_PRIVATE": "127.0.0.0/8"]

    private let process: Process
    private let log: URL
    let port: Int

    init(script: String, secret: String, port: Int, in folder: URL) throws {
        self.port = port
        let file = folder.appending(path: "receiver-\(port).py")
        try script.write(to: file, atomically: true, encoding: .utf8)
        log = folder.appending(path: "receiver-\(UUID().uuidString).log")
        try Data().write(to: log)
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [file.path, String(port)]
        process.environment = ["WEBHOOK_SECRET": secret, "FOLDER": folder.path, "PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = FileHandle.standardError
        try process.run()
    }

    func end() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    var lines: [String] {
        ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// Waits for a line that it prints.
    func line(
        _ what: String,
        within limit: Duration = .seconds(30),
        where test: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await eventually(what, within: limit) { self.lines.contains(where: test) }
        return lines.first(where: test) ?? ""
    }

    /// The script of the page.
    static func page() throws -> String {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../docs/webhooks.md"
        )
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```python\n")
        guard parts.count == 2, let script = parts[1].components(separatedBy: "```").first else {
            throw StoryError("docs/webhooks.md has not one block of Python")
        }
        return script
    }

    /// Applies a webhook that is told of what needs attention, gives its secret to the receiver of the page, and pings it.
    static func documented(for name: String, in story: Story) async throws -> StoryReceiver {
        let port = try FreePort.find()
        try await story.applyWebhook(name, port: port, "eventGroups: [NeedsAttention]")
        let secret = try await story.tidemark("webhook", "rotate", name, "-o", "name")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let receiver = try StoryReceiver(script: try page(), secret: secret, port: port, in: story.folder)
        do {
            try await eventually("the receiver listens", within: .seconds(20)) {
                (try? await story.tidemark("webhook", "ping", name)) != nil
            }
        } catch {
            receiver.end()
            throw error
        }
        return receiver
    }
}

extension Story {
    func applyWebhook(_ name: String, port: Int, _ fields: String) async throws {
        try await apply(
            """
            kind: Webhook
            name: \(name)
            url: http://127.0.0.1:\(port)/\(name)
            \(fields)
            """
        )
    }
}
