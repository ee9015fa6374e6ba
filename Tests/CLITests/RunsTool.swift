@testable import CommandLineKit

/// What the suites about the executable share: a run against a canned server, and JSON as a server writes it.
protocol RunsTool {}

extension RunsTool {
    func run(
        _ server: CannedServer,
        _ arguments: String...,
        input: String = ""
    ) async throws -> Tool.Outcome {
        let settings = ["TIDEMARK_URL": server.url, "TIDEMARK_API_KEY": "tmk_secret"]
        return try await Tool.run(arguments, environment: settings, input: input)
    }

    func json(_ value: some Encodable) throws -> String {
        try StructuredText.json(value, pretty: false)
    }
}
