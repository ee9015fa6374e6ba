import ArgumentParser
import FleetClient
import FleetModel

/// What `wait environment` waits for.
enum EnvironmentCondition: Equatable, Sendable {
    /// The release is the environment's: a rollout of it has succeeded.
    case release(project: String, version: String)
    /// So many of its machines are healthy.
    case machines(Int)
    /// It is gone.
    case deleted
}

extension EnvironmentCondition: ExpressibleByArgument, CustomStringConvertible {
    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("deleted", 1): self = .deleted
        case ("machines", 2):
            guard let number = Int(parts[1]), number > 0 else { return nil }
            self = .machines(number)
        case ("release", 2):
            let release = parts[1].split(separator: "@", maxSplits: 1).map(String.init)
            guard release.count == 2 else { return nil }
            self = .release(project: release[0], version: release[1])
        default: return nil
        }
    }

    var description: String {
        switch self {
        case .release(let project, let version): "on \(project) \(version)"
        case .machines(let number): "with \(number) healthy machines"
        case .deleted: "deleted"
        }
    }
}

extension Wait {
    /// `tidemark wait environment`
    struct ForEnvironment: AsyncParsableCommand {
        static let standardLimit = Duration.seconds(600)

        static let configuration = CommandConfiguration(
            commandName: "environment",
            abstract: "Wait for an environment.",
            discussion: "--timeout is ten minutes unless set."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String
        @Option(
            name: .customLong("for"),
            help: ArgumentHelp(
                "release=PROJECT@VERSION, machines=N (so many healthy ones) or deleted.",
                valueName: "condition"
            )
        )
        var condition: EnvironmentCondition

        func run() async throws {
            try await common.perform { session in
                let limit = session.limit ?? Self.standardLimit
                let (name, condition) = (name, condition)
                try await Deadline.within(
                    limit,
                    orFail: "environment '\(name)' was not \(condition) within \(limit)"
                ) {
                    try await Self.reach(condition, name, in: session)
                }
                try session.printer.done("environment", name, condition.description)
            }
        }

        private static func reach(
            _ condition: EnvironmentCondition,
            _ name: String,
            in session: Session
        ) async throws {
            var spinner = Spinner(session.printer)
            defer { spinner.finish() }
            try await Deadline.poll {
                let (isReached, words) = try await standing(of: condition, name, in: session)
                spinner.show("\(name): \(words)")
                return isReached ? () : nil
            }
        }

        private static func standing(
            of condition: EnvironmentCondition,
            _ name: String,
            in session: Session
        ) async throws -> (Bool, String) {
            switch condition {
            case .deleted:
                do {
                    let found: Environment = try await session.client.get(APIPath.of("environments", name))
                    let words = found.ephemeral?.teardownAt == nil ? "it is there" : "it is being torn down"
                    return (false, words)
                } catch let problem as Problem where problem.status == 404 {
                    return (true, "it is gone")
                }
            case .machines(let number):
                let page: APIV1.Page<Machine> = try await session.list(
                    APIPath.of("machines"),
                    query: ["environment": name, "health": MachineHealth.healthy.rawValue],
                    limit: ListOptions.most
                )
                let count = page.items.filter(\.enabled).count
                return (count >= number, "\(count) of \(number) machines are healthy")
            case .release(let project, let version):
                let page: APIV1.Page<EnvironmentRelease> = try await session.list(
                    APIPath.of("environments", name, "releases"),
                    query: ["project": project],
                    limit: 1
                )
                let release = page.items.first?.release
                return (release == version, release.map { "\(project) \($0)" } ?? "no release of \(project)")
            }
        }
    }
}
