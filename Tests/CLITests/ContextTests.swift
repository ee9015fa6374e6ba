import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

@Suite("Contexts")
struct ContextTests {
    private static let contexts = Contexts(
        current: "lab",
        contexts: [
            "lab": Contexts.Context(url: "http://lab", apiKey: "lab-key"),
            "production": Contexts.Context(url: "https://production", apiKey: "production-key"),
        ]
    )

    private func settings(
        url: String? = nil,
        context: String? = nil,
        _ environment: [String: String] = [:]
    ) throws -> Settings {
        try Settings(
            url: url,
            keyFile: nil,
            context: context,
            environment: environment,
            read: { _ in "" },
            contexts: { Self.contexts }
        )
    }

    @Test("The environment goes before the current context, and a context by name before both")
    func order() throws {
        #expect(try settings().url == "http://lab")
        #expect(try settings().key == "lab-key")
        let environment = ["TIDEMARK_URL": "http://env", "TIDEMARK_API_KEY": "env-key"]
        #expect(try settings(environment).url == "http://env")
        #expect(try settings(environment).key == "env-key")
        #expect(try settings(context: "production", environment).url == "https://production")
        #expect(try settings(context: "production", environment).key == "production-key")
        #expect(try settings(["TIDEMARK_CONTEXT": "production"]).key == "production-key")
    }

    @Test("The key of a context goes to no other address than its own")
    func keyStays() throws {
        #expect(try settings(["TIDEMARK_URL": "http://elsewhere"]).key == nil)
        #expect(try settings(url: "http://elsewhere").key == nil)
    }

    @Test("A context that there is not is refused with the one that was meant")
    func misspelt() {
        #expect(
            throws: Failure(
                .usage,
                "there is no context 'producton'",
                details: ["did you mean 'production'?"]
            )
        ) { try settings(context: "producton") }
    }

    @Test("They are kept in a file that only its owner can read, used, shown without keys, and forgotten")
    func file() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("contexts-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = ["XDG_CONFIG_HOME": folder.path]
        func run(_ arguments: String..., input: String = "") async throws -> Tool.Outcome {
            try await Tool.run(arguments, environment: environment, input: input)
        }
        let set = try await run(
            "context",
            "set",
            "lab",
            "--url",
            "http://lab",
            "--api-key-file",
            "-",
            input: "tmk_secret\n"
        )
        #expect(set == Tool.Outcome(status: 0, output: "context lab set\n", messages: ""))
        #expect(try await run("context", "set", "home", "--url", "http://home").status == 0)
        let file = folder.appendingPathComponent("tidemark/contexts.json")
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try String(contentsOf: file, encoding: .utf8).contains("tmk_secret"))
        #expect(try await run("context", "use", "home").status == 0)
        let list = try await run("context", "list")
        #expect(
            list.lines == [
                "CURRENT  NAME  ADDRESS", "*        home  http://home", "         lab   http://lab",
            ]
        )
        let all = try await run("context", "list", "-o", "json")
        #expect(!all.output.contains("tmk_secret"))
        let moved = try await run("context", "set", "lab", "--url", "http://other")
        #expect(moved.status == 0)
        #expect(!(try String(contentsOf: file, encoding: .utf8)).contains("tmk_secret"))
        #expect(try await run("context", "delete", "home").status == 0)
        #expect(try await run("context", "use", "home").status == 64)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let open = try await run("context", "list")
        #expect(open.status == 64)
        #expect(open.messages.contains("chmod 600"))
    }
}
