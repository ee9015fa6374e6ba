import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark machine restore`
struct MachineRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Take back a machine that its policy expired, before it is deleted."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String

    func run() async throws {
        try await common.perform { session in
            let restored: Machine = try await session.client.post(
                APIPath.of("machines", machine, "restore"),
                [String: String]()
            )
            try MachineView.show(restored, in: session)
        }
    }
}
