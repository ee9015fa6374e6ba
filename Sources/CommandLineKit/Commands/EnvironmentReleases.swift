import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark environment releases`
struct EnvironmentReleases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases",
        abstract: "Which releases an environment was to have, newest first, and by whose word."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var list: ListOptions
    @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String
    @Option(help: "Only those of this project.") var project: String?

    func run() async throws {
        try await list.watch.perform(common) { session in
            let page: APIV1.Page<EnvironmentRelease> = try await session.list(
                APIPath.of("environments", name, "releases"),
                query: ["project": project],
                limit: list.limit
            )
            try session.show(
                page,
                columns: PinView.releases(now: session.now),
                name: \.release,
                none: "no release was ever rolled out to '\(name)'"
            )
        }
    }
}
