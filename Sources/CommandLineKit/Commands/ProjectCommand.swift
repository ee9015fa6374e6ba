import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark project`
struct ProjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "project",
        abstract: "What is deployed, and how.",
        subcommands: [List.self, Show.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All projects.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Project> = try await session.list(
                    APIPath.of("projects"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: ProjectView.columns(now: session.now),
                    name: \.name,
                    none: "there is no project yet: `tidemark apply -f` makes one"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One project with its process and variables."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.projects) var name: String

        func run() async throws {
            try await common.perform { session in
                let project: Project = try await session.client.get(APIPath.of("projects", name))
                try session.printer.show(project, name: project.name) { palette, width in
                    ProjectView.lines(project, width: width, palette: palette)
                }
            }
        }
    }
}
