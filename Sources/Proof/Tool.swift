import Foundation

/// Programs of the system that a proof uses, by name.
package enum Tool {
    /// Where it is; nil when it is not installed.
    package static func path(_ name: String) -> String? {
        let given = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            given.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs it to its end; any other exit code than 0 is an error that holds what it printed.
    @discardableResult
    package static func run(_ words: String..., environment: [String: String] = [:]) async throws -> String {
        guard let name = words.first, let path = path(name) else {
            throw ProofError("\(words.first ?? "nothing") is not installed")
        }
        return try await ChildProcess.output(
            of: path,
            Array(words.dropFirst()),
            environment: environment,
            log: FileManager.default.temporaryDirectory.path + "/tidemark-proof-\(UUID().uuidString)"
        )
    }
}
