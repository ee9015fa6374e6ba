import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark freeze`
struct FreezeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract:
            "Windows of time in which nothing is deployed to some environments. `tidemark apply -f` makes them.",
        subcommands: [List.self, Show.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All freezes.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Freeze> = try await session.list(
                    APIPath.of("freezes"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: FreezeView.columns(now: session.now),
                    name: \.name,
                    none: "there is no freeze"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One freeze.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.freezes) var name: String

        func run() async throws {
            try await common.perform { session in
                let freeze: Freeze = try await session.client.get(APIPath.of("freezes", name))
                try session.printer.show(freeze, name: freeze.name) { palette, width in
                    FreezeView.sheet(freeze).lines(width: width, palette: palette)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a freeze: what waited for its end goes on at once."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.freezes) var name: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("freezes", name))
                try session.printer.done("freeze", name, "deleted")
            }
        }
    }
}
