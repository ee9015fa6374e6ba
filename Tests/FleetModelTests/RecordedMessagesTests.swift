import FleetModel
import Foundation
import Testing

/// D8: messages as they were recorded from earlier versions. What they sent is understood, and what they are sent still
/// has every field that they knew, with the same value.
@Suite struct RecordedMessagesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    private static let agent: [(String, any (Codable & Sendable).Type)] = [
        ("join-request", AgentV1.JoinRequest.self), ("join-response", AgentV1.JoinResponse.self),
        ("session-request", AgentV1.SessionRequest.self), ("session-response", AgentV1.SessionResponse.self),
        ("poll-request", AgentV1.PollRequest.self), ("poll-response", AgentV1.PollResponse.self),
        ("poll-response-package", AgentV1.PollResponse.self), ("accept", AgentV1.AcceptRequest.self),
        ("log-position", AgentV1.LogPosition.self), ("result", AgentV1.ResultRequest.self),
        ("check-result", AgentV1.CheckResultRequest.self),
    ]

    private static let api: [(String, any (Codable & Sendable).Type)] = [
        ("machines", APIV1.Page<Machine>.self), ("environments", APIV1.Page<Environment>.self),
        ("projects", APIV1.Page<Project>.self), ("triggers", APIV1.Page<Trigger>.self),
        ("deployments", APIV1.Page<Deployment>.self), ("events", APIV1.Page<Event>.self),
        ("explanation", Explanation.self),
    ]

    @Test(
        "D8 agents and nodes of earlier versions are understood, and find all that they know",
        arguments: agent.map(\.0)
    )
    func agentMessages(name: String) throws {
        try holds("agent-v1", name, among: Self.agent)
    }

    @Test("D8 command lines and scripts of earlier versions find all that they know", arguments: api.map(\.0))
    func answers(name: String) throws {
        try holds("api-v1", name, among: Self.api)
    }

    @Test("Every message that was recorded is looked at")
    func all() throws {
        for (folder, known) in [("agent-v1", Self.agent), ("api-v1", Self.api)] {
            let files = try FileManager.default.contentsOfDirectory(
                atPath: Self.folder.appending(path: folder).path
            )
            #expect(Set(files) == Set(known.map { $0.0 + ".json" }))
        }
    }

    private func holds(
        _ folder: String,
        _ name: String,
        among known: [(String, any (Codable & Sendable).Type)]
    ) throws {
        let type = try #require(known.first { $0.0 == name }).1
        let recorded = try Data(contentsOf: Self.folder.appending(path: "\(folder)/\(name).json"))
        let now = try writtenAgain(type, recorded)
        let was = try JSONReader.read(Array(recorded))
        #expect(Self.missing(from: try JSONReader.read(Array(now)), of: was, at: "") == [])
    }

    private func writtenAgain<Message: Codable>(_ type: Message.Type, _ data: Data) throws -> Data {
        try JSONEncoder().encode(try JSONDecoder().decode(type, from: data))
    }

    /// What an old reader would not find again, by path. New fields do not matter to it, and null is as good as nothing.
    private static func missing(from now: JSONValue?, of was: JSONValue, at path: String) -> [String] {
        switch (was, now) {
        case (.null, nil), (.null, .null): return []
        case (.object(let before), .object(let after)):
            return before.sorted { $0.key < $1.key }.flatMap { name, value in
                missing(from: after[name], of: value, at: "\(path).\(name)")
            }
        case (.array(let before), .array(let after)) where before.count == after.count:
            return zip(before, after).enumerated().flatMap { index, pair in
                missing(from: pair.1, of: pair.0, at: "\(path)[\(index)]")
            }
        default: return was == now ? [] : ["\(path): was \(was), is \(now.map { "\($0)" } ?? "missing")"]
        }
    }
}
