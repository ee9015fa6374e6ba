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

            Settings: TIDEMARK_URL, TIDEMARK_API_KEY. NO_COLOR turns colour off.
            Completions: tidemark --generate-completion-script bash|zsh|fish

            Exit codes:
            \(CommandStatus.table)
            """,
        version: Version.current,
        subcommands: [
            Apply.self, Diff.self, Deploy.self, Explain.self, Wait.self,
            EnvironmentCommand.self, ProjectCommand.self, TriggerCommand.self, PackageCommand.self,
            ReleaseCommand.self, DeploymentCommand.self, MachineCommand.self, PolicyCommand.self,
            PinCommand.self, Rollback.self, FreezeCommand.self, QuarantineCommand.self, CircuitCommand.self,
            TokenCommand.self, UserCommand.self,
            EventCommand.self, DecisionCommand.self, ClusterCommand.self, Doctor.self, VersionCommand.self,
        ]
    )
}
