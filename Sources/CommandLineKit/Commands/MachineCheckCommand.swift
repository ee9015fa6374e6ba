import ArgumentParser
import FleetClient
import FleetModel

extension MachineCommand {
    /// `tidemark machine check`
    struct Check: AsyncParsableCommand {
        static let standardLimit = Duration.seconds(120)

        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Look at a machine's health now, as its policy says.",
            discussion:
                "With --wait, exit code 1: it is Unhealthy or Unavailable. --timeout is two minutes unless set."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String
        @Flag(help: "Wait for what comes of it.") var wait = false

        func run() async throws {
            try await common.perform { session in
                var check: HealthCheck = try await session.client.post(
                    APIPath.of("machines", machine, "checks"),
                    [String: String]()
                )
                if wait { check = try await conclusion(of: check, in: session) }
                let (concluded, now) = (check, session.now)
                try session.printer.show(concluded, name: String(concluded.id.rawValue)) { palette, width in
                    HealthCheckView.sheet(concluded, now: now).lines(width: width, palette: palette)
                }
                if wait, let health = concluded.health, !health.isAvailable {
                    throw Failure(.failed, "\(concluded.machine) is \(health.rawValue): \(concluded.reason)")
                }
            }
        }

        private func conclusion(of check: HealthCheck, in session: Session) async throws -> HealthCheck {
            let limit = session.limit ?? Self.standardLimit
            let path = APIPath.of("machines", machine, "checks", String(check.id.rawValue))
            return try await Deadline.within(
                limit,
                orFail: "health check \(check.id) of '\(machine)' was not concluded within \(limit)"
            ) {
                try await Deadline.poll(every: .milliseconds(300)) {
                    let check: HealthCheck = try await session.client.get(path)
                    return check.state == .concluded ? check : nil
                }
            }
        }
    }
}
