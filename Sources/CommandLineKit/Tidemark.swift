import ArgumentParser
import FleetModel

/// The root: nouns, then verbs.
struct Tidemark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark",
        abstract: "Decides which release belongs on which machine, and puts it there.",
        discussion: """
            Examples:
              tidemark apply -f fleet.yaml
              tidemark package push shop 1.5 shop-1.5.tar.gz
              tidemark release create shop 1.5
              tidemark deploy shop 1.5 --to production --wait
              tidemark explain machine web-3

            Settings: TIDEMARK_URL, TIDEMARK_API_KEY, or `tidemark context`. NO_COLOR turns colour off.

            Exit codes:
            \(CommandStatus.table)
            """,
        version: Version.current,
        subcommands: [
            Apply.self, Diff.self, Deploy.self, Explain.self, Wait.self,
            EnvironmentCommand.self, ProjectCommand.self, TriggerCommand.self, PackageCommand.self,
            ReleaseCommand.self, DeploymentCommand.self, MachineCommand.self, PolicyCommand.self,
            PinCommand.self, Rollback.self, FreezeCommand.self, QuarantineCommand.self, CircuitCommand.self,
            SecretCommand.self, WebhookCommand.self, TokenCommand.self, UserCommand.self, KeyCommand.self,
            WhoAmICommand.self,
            CanICommand.self,
            EventCommand.self, DecisionCommand.self, ClusterCommand.self, NodeCommand.self, Doctor.self,
            ContextCommand.self,
            Completions.self,
            Reference.self, VersionCommand.self,
        ]
    )
}
