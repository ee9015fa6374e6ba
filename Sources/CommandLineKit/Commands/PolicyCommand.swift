import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark policy`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract:
            "Machine policies: how machines are checked and cleaned up. `tidemark apply -f` makes them.",
        subcommands: [
            List.self, Show.self, PolicyPreview.self, PolicyAllowCleanup.self, Delete.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "All machine policies."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<MachinePolicy> = try await session.list(
                    APIPath.of("machine-policies"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: PolicyView.columns(now: session.now),
                    name: \.name,
                    none: "there is no machine policy"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One machine policy: what is in force, and what of it is its own."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.policies) var name: String

        func run() async throws {
            try await common.perform { session in
                let policy: MachinePolicy = try await session.client.get(APIPath.of("machine-policies", name))
                try session.printer.show(policy, name: policy.name) { palette, width in
                    PolicyView.sheet(policy).lines(width: width, palette: palette)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a machine policy that no machine and no join token follows."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.policies) var name: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("machine-policies", name))
                try session.printer.done("policy", name, "deleted")
            }
        }
    }
}
