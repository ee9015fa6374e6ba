import Foundation
import TestSupport

/// What versions before this one left behind in `Tests/Fixtures`: their databases, and their messages.
enum Recorded {
    static let folder = PrivatePostgres.root.appending(path: "Tests/Fixtures")
    static let isAskedFor = ProcessInfo.processInfo.environment["TIDEMARK_FIXTURES"] != nil

    private static let keyMark = "-- API key: "

    static var schemas: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { $0.hasPrefix("schema-") }.sorted()
    }

    /// `schema-017.sql` is of version 17.
    static func version(of file: String) -> String {
        String(Int(file.dropFirst("schema-".count).prefix(3)) ?? 0)
    }

    /// Returns the API key that is in it.
    static func restore(_ file: String, into postgres: PrivatePostgres) throws -> String {
        let path = folder.appending(path: file).path
        try PrivatePostgres.shell("psql '\(postgres.conninfo)' -qX -v ON_ERROR_STOP=1 -f '\(path)'")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(keyMark) }) else {
            throw StoryError("\(file) does not say its API key")
        }
        return String(line.dropFirst(keyMark.count))
    }

    static func record(_ story: Story, on postgres: PrivatePostgres) async throws {
        let number = Int(try postgres.ask("SELECT max(number) FROM schema_migration")) ?? 0
        let name = "schema-" + String(String(1000 + number).dropFirst()) + ".sql"
        let key = try await story.createKey("recorded")
        let dump = try PrivatePostgres.shell(
            "pg_dump --no-owner --no-privileges --no-comments --inserts '\(postgres.conninfo)'"
        )
        let roles = ["tidemark_app", "tidemark_readonly"].map { "CREATE ROLE \($0);\n" }.joined()
        try (keyMark + key + "\n" + roles + dump + "\n")
            .write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        try await recordAnswers(story, key: key)
    }

    /// As `curl` gets them: what programs of this version are given.
    private static func recordAnswers(_ story: Story, key: String) async throws {
        let api = folder.appending(path: "api-v1")
        try FileManager.default.createDirectory(at: api, withIntermediateDirectories: true)
        let url = try await story.url(of: "node-1")
        let paths = [
            "machines": "machines", "environments": "environments", "projects": "projects",
            "triggers": "triggers",
            "deployments": "deployments", "events": "events?limit=20",
            "explanation": "machines/web-1/explain",
        ]
        for (name, path) in paths {
            let answer = try PrivatePostgres.shell(
                "curl -sf -H 'Authorization: Bearer \(key)' '\(url)/api/v1/\(path)' | python3 -m json.tool"
            )
            try (answer + "\n").write(
                to: api.appending(path: "\(name).json"),
                atomically: true,
                encoding: .utf8
            )
        }
    }
}
