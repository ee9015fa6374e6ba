import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark policy preview`
struct PolicyPreview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "What cleanup of a machine policy would do now and in the next hours, and why not."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.", completion: NameCompletion.policies) var policy: String
    @Option(help: "How far to look ahead, in hours, at most 720.") var hours = 24

    func run() async throws {
        try await common.perform { session in
            let preview: CleanupPreview = try await session.client.get(
                APIPath.of("machine-policies", policy, "cleanup"),
                query: ["hours": String(hours)]
            )
            let now = session.now
            try session.printer.show(preview, name: preview.policy) { palette, width in
                CleanupPreviewView.lines(preview, now: now, width: width, palette: palette)
            }
        }
    }
}

/// `tidemark policy allow-cleanup`
struct PolicyAllowCleanup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow-cleanup",
        abstract: "Let the machines go whose cleanup is held because too many fell silent together."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "The machine policy.", completion: NameCompletion.policies) var policy: String

    func run() async throws {
        try await common.perform { session in
            let allowed: CleanupAllowed = try await session.client.post(
                APIPath.of("machine-policies", policy, "allow-cleanup"),
                [String: String]()
            )
            let machines = "\(allowed.machines) machine\(allowed.machines == 1 ? "" : "s")"
            try session.printer.done("cleanup of policy", allowed.policy, "allowed for \(machines)")
        }
    }
}
