import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark whoami`
struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Who you are to the cluster, and what you were granted."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform { session in
            let me: APIV1.WhoAmI = try await session.client.get(APIPath.of("whoami"))
            try session.printer.show(me, name: me.actor) { palette, width in
                AccessView.sheet(me).lines(width: width, palette: palette)
            }
        }
    }
}

/// `tidemark can-i`
struct CanICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "can-i",
        abstract: "Whether you have a right; exit code 4 says that you have not.",
        discussion: "Rights: \(Right.allCases.map(\.rawValue).joined(separator: ", "))"
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "The right, such as deploy.") var right: String
    @Option(help: "In this environment; without this, in every one.") var environment: String?
    @Option(help: "For this project; without this, for every one.") var project: String?

    func run() async throws {
        try await common.perform { session in
            var query = ["right": right]
            query["environment"] = environment
            query["project"] = project
            let answer: APIV1.CanI = try await session.client.get(APIPath.of("can-i"), query: query)
            try session.printer.show(answer, name: answer.allowed ? "yes" : "no") { _, _ in
                [answer.allowed ? "yes" : "no"]
            }
            guard answer.allowed else { throw Failure(.refused, answer.reason ?? "you may not") }
        }
    }
}
