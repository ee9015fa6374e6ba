import AgentKit
import ArgumentParser
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The agent itself, under a service manager.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Run the agent until it is told to stop (SIGTERM). Steps outlive it and are picked up again."
    )

    @OptionGroup var data: DataOptions

    @Option(
        help: """
            A folder on a tmpfs for the secrets of running steps; also read from TIDEMARK_AGENT_SECRETS_DIR. Without it \
            the RUNTIME_DIRECTORY that systemd gives, else /dev/shm.
            """
    )
    var secretsDir: String?

    func run() async throws {
        try await reporting {
            let (identity, directory) = try data.identity()
            let logger = try makeLogger()
            // A peer that goes away is an error to handle, not a reason to end.
            signal(SIGPIPE, SIG_IGN)
            let agent = try Agent(
                identity: identity,
                directory: directory,
                secrets: SecretsDirectory(
                    given: secretsDir,
                    environment: ownEnvironment(),
                    directory: directory
                ),
                // The running program, even when its file was replaced by an upgrade meanwhile.
                supervisor: ["/proc/self/exe", "supervise"],
                environment: ownEnvironment(),
                logger: logger
            )
            logger.info(
                "agent starts",
                metadata: [
                    "machine": "\(identity.machineID)", "name": "\(identity.name)", "url": "\(identity.url)",
                ]
            )
            var configuration = ServiceGroupConfiguration(
                services: [AgentService(agent: agent)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            configuration.maximumGracefulShutdownDuration = .seconds(10)
            try await ServiceGroup(configuration: configuration).run()
        }
    }
}

/// The agent as a service group wants it.
private struct AgentService: Service {
    let agent: Agent

    func run() async throws {
        try await agent.run()
    }
}
