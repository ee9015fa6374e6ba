import FleetModel
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct ProblemPageTests {
    @Test(
        "The type of every kind of problem is the address of a page about it",
        arguments: ProblemKind.allCases
    )
    func page(kind: ProblemKind) async throws {
        try await APIFixture().run { client in
            let answer = try await client.with(bearer: nil).get(kind.type)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(answer.text.contains("<h1>\(kind.title)</h1>"))
            #expect(!answer.text.contains("`"))
        }
    }

    @Test("A kind that there is not is a problem itself")
    func unknown() async throws {
        try await APIFixture().run { client in
            let answer = try await client.get("/problems/none")
            #expect(answer.status == 404)
            #expect(answer.problem == ProblemKind.notFound.type)
            #expect(try await client.get("/problems").text.contains("/problems/stale-fence"))
        }
    }

    @Test("Every problem that the sources make is of one of the kinds")
    func noOthers() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in text.matches(of: /"\/problems\/([a-z-]+)"/) {
                #expect(ProblemKind(rawValue: String(name.1)) != nil, "\(file.lastPathComponent): \(name.0)")
            }
        }
    }
}
