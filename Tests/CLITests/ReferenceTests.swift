import FleetModel
import Foundation
import Testing

@testable import CommandLineKit

@Suite("Pages that are made from the code")
struct ReferenceTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func page(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
    }

    @Test("Every command that takes --watch does watch")
    func watched() throws {
        let folder = root.appendingPathComponent("Sources/CommandLineKit/Commands")
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let text = try String(contentsOf: file, encoding: .utf8)
            let lists = text.ranges(of: "@OptionGroup var list: ListOptions").count
            #expect(text.ranges(of: "list.watch.perform(common)").count == lists, "\(file.lastPathComponent)")
        }
    }

    @Test("docs/cli.md is what the commands say: `make docs` writes it")
    func commands() throws {
        #expect(try page("cli.md") == Reference.markdown())
    }

    @Test("docs/problems.md is what the code says: `make docs` writes it")
    func problems() throws {
        #expect(try page("problems.md") == Reference.problemPage)
    }

    @Test("The reference has every command, and what every command takes stands in it once")
    func whole() throws {
        let text = try Reference.markdown()
        for command in ["apply", "machine list", "wait environment", "context use", "completions"] {
            #expect(text.contains("\n## `tidemark \(command)`\n"))
        }
        #expect(text.split(separator: "`--api-key-file <file>`").count <= 4)
        #expect(!text.contains("## `tidemark reference`"))
    }
}
