import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark environment`
struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment",
        abstract: "Places that releases are deployed to.",
        subcommands: [
            List.self, Show.self, EnvironmentReleases.self, EnvironmentCreate.self, EnvironmentExtend.self,
            EnvironmentProtect.self,
            EnvironmentUnprotect.self, EnvironmentDelete.self,
        ],
        aliases: ["env"]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All environments.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Environment> = try await session.list(
                    APIPath.of("environments"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: EnvironmentView.columns(now: session.now),
                    name: \.name,
                    none: "there is no environment yet: `tidemark apply -f` makes one"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One environment.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String

        func run() async throws {
            try await common.perform { session in
                let environment: Environment = try await session.client.get(
                    APIPath.of("environments", name)
                )
                try EnvironmentView.show(environment, in: session)
            }
        }
    }
}
