import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark machine`
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Deployment targets.",
        subcommands: [
            List.self, Show.self, MachineHistoryCommand.self, Enable.self, Disable.self, Delete.self,
            MachineRestore.self, Set.self, Check.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Machines.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those in this environment.") var environment: String?
        @Option(help: "Only those with this role.") var role: String?
        @Option(help: "Only those of this health.") var health: MachineHealth?

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Machine> = try await session.list(
                    APIPath.of("machines"),
                    query: ["environment": environment, "role": role, "health": health?.rawValue],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: MachineView.columns(now: session.now),
                    name: \.name,
                    none: "there is no such machine; `tidemark token create` lets one join"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One machine. What should be on it, and why, says `tidemark explain machine`."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var watch: WatchOptions
        @Argument(help: "Its name, the beginning of it, or its number.", completion: NameCompletion.machines)
        var machine: String

        func run() async throws {
            try await watch.perform(common) { session in
                let machine: Machine = try await session.withMachine(machine) {
                    try await session.client.get(APIPath.of("machines", $0))
                }
                try MachineView.show(machine, in: session)
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Let a machine be deployed to again."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String

        func run() async throws {
            try await common.perform { session in
                try await session.change(machine, MachineChange(enabled: true))
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Leave a machine out of deployments until it is enabled."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String

        func run() async throws {
            try await common.perform { session in
                try await session.change(machine, MachineChange(enabled: false))
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Forget a machine. Its agent is refused from then on; what is on it stays there."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("machines", machine))
                try session.printer.done("machine", machine, "deleted")
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Give a machine another environment, other roles or another policy."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String
        @Option(help: "Its new environment.") var environment: String?
        @Option(help: "A role; all roles that it shall have are named. May be repeated.") var role: [String] =
            []
        @Option(help: "The machine policy that it shall follow; 'default' for none of its own.") var policy:
            String?

        func validate() throws {
            guard environment != nil || !role.isEmpty || policy != nil else {
                throw ValidationError("say what to set: --environment, --role or --policy")
            }
        }

        func run() async throws {
            try await common.perform { session in
                try await session.change(
                    machine,
                    MachineChange(environment: environment, roles: role.isEmpty ? nil : role, policy: policy)
                )
            }
        }
    }
}

extension Session {
    fileprivate func change(_ machine: String, _ change: MachineChange) async throws {
        let machine: Machine = try await withMachine(machine) {
            try await client.patch(APIPath.of("machines", $0), change)
        }
        try MachineView.show(machine, in: self)
    }
}

extension MachineHealth: ExpressibleByArgument {}
