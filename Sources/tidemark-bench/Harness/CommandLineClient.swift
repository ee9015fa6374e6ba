import Proof

/// `tidemark`, as somebody uses it.
struct CommandLineClient {
    let stage: Stage
    let url: String
    let key: String

    @discardableResult
    func run(_ words: String...) async throws -> String {
        try await ChildProcess.output(
            of: stage.program("tidemark"),
            words,
            environment: ["TIDEMARK_URL": url, "TIDEMARK_API_KEY": key],
            log: "\(stage.folder)/tidemark.log"
        )
    }
}
