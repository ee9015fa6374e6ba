import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark trigger`
struct TriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger",
        abstract: "Which events make a project deploy by itself.",
        subcommands: [List.self, Show.self, TriggerPreviewCommand.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All triggers.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those of this project.") var project: String?

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Trigger> = try await session.list(
                    APIPath.of("triggers"),
                    query: ["project": project],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: TriggerView.columns,
                    name: { "\($0.project)/\($0.name)" },
                    none: "there is no trigger: nothing is deployed by itself"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One trigger.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let page: APIV1.Page<Trigger> = try await session.list(
                    APIPath.of("triggers"),
                    query: ["project": project],
                    limit: ListOptions.most
                )
                guard let trigger = page.items.first(where: { $0.name == name }) else {
                    throw Failure(.notFound, "project '\(project)' has no trigger '\(name)'")
                }
                try session.printer.show(trigger, name: "\(project)/\(name)") { palette, width in
                    TriggerView.sheet(trigger).lines(width: width, palette: palette)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a trigger: its project no longer deploys by itself on those events."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("triggers", project, name))
                try session.printer.done("trigger", "\(project)/\(name)", "deleted")
            }
        }
    }
}
