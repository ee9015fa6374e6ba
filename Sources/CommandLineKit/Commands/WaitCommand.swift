import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark wait`
struct Wait: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until something is so. Exit code 6: it was not so in time.",
        subcommands: [ForMachine.self, ForDeployment.self, ForEnvironment.self]
    )

    struct ForMachine: AsyncParsableCommand {
        static let standardLimit = Duration.seconds(60)

        static let configuration = CommandConfiguration(
            commandName: "machine",
            abstract: "Wait for a machine, also for one that has not joined yet.",
            discussion: "--timeout is one minute unless set."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String
        @Option(
            name: .customLong("for"),
            help: "healthy, unavailable, up-to-date (every project) or up-to-date=PROJECT."
        )
        var condition: MachineCondition

        func run() async throws {
            try await common.perform { session in
                let limit = session.limit ?? Self.standardLimit
                let (machine, condition) = (machine, condition)
                let name = try await Deadline.within(
                    limit,
                    orFail: "'\(machine)' was not \(condition) within \(limit); "
                        + "`tidemark explain machine \(machine)` says why"
                ) {
                    try await Self.reach(condition, machine, in: session)
                }
                try session.printer.done("machine", name, condition.description)
            }
        }

        private static func reach(
            _ condition: MachineCondition,
            _ name: String,
            in session: Session
        ) async throws -> String {
            var spinner = Spinner(session.printer)
            defer { spinner.finish() }
            return try await Deadline.poll {
                do {
                    let explanation: Explanation = try await session.client.get(
                        APIPath.of("machines", name, "explain"),
                        query: condition.project.map { ["project": $0] } ?? [:]
                    )
                    let standing = condition.standing(in: explanation)
                    spinner.show("\(name): \(standing.words)")
                    return standing.isReached ? explanation.machine.name : nil
                } catch let problem as Problem where problem.status == 404 {
                    // It is the project that is missing, and waiting brings none, when the machine is there.
                    if condition.project != nil, try await exists(name, in: session) { throw problem }
                    spinner.show("\(name): has not joined yet")
                    return nil
                }
            }
        }

        private static func exists(_ name: String, in session: Session) async throws -> Bool {
            do {
                let _: Machine = try await session.client.get(APIPath.of("machines", name))
                return true
            } catch let problem as Problem where problem.status == 404 {
                return false
            }
        }
    }
}
