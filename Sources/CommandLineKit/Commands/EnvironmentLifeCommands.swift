import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark environment create`
struct EnvironmentCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an environment for a time, like another one. Static ones are applied as documents."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.") var name: String
    @Option(help: "The environment whose releases and triggers it has.") var from: String
    @Option(help: "How long it lasts, such as 4h or 7d.") var expiresIn: DurationText
    @Option(help: "It ends when nothing was deployed and no machine arrived for so long.") var idleLimit:
        DurationText?
    @Flag(help: "It ends when its last machine is gone.") var deleteWhenEmpty = false
    @Option(help: "How long before its end it is announced; 30m unless said.") var warnBefore: DurationText?
    @Option(help: "What it is for.") var description: String?

    func run() async throws {
        try await common.perform { session in
            let request = APIV1.EnvironmentRequest(
                name: name,
                description: description,
                from: from,
                expiresInSeconds: expiresIn.seconds,
                idleLimitSeconds: idleLimit?.seconds,
                deleteWhenEmpty: deleteWhenEmpty,
                warnBeforeSeconds: warnBefore?.seconds
            )
            let environment: Environment = try await session.client.post(APIPath.of("environments"), request)
            try EnvironmentView.show(environment, in: session)
        }
    }
}

/// `tidemark environment extend`
struct EnvironmentExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Put the end of an ephemeral environment off."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String
    @Option(help: "By how much, such as 2h.") var by: DurationText

    func run() async throws {
        try await common.perform { session in
            let environment: Environment = try await session.client.post(
                APIPath.of("environments", name, "extend"),
                APIV1.ExtensionRequest(bySeconds: by.seconds)
            )
            try EnvironmentView.show(environment, in: session)
        }
    }
}

/// `tidemark environment protect`
struct EnvironmentProtect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract: "Keep an ephemeral environment from ending by itself."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String

    func run() async throws {
        try await common.perform { session in try await session.protect(name, true) }
    }
}

/// `tidemark environment unprotect`
struct EnvironmentUnprotect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unprotect",
        abstract: "Let a protected environment end again when its time comes."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String

    func run() async throws {
        try await common.perform { session in try await session.protect(name, false) }
    }
}

/// `tidemark environment delete`
struct EnvironmentDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a static environment without machines, or tear an ephemeral one down."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.", completion: NameCompletion.environments) var name: String
    @Flag(help: "Delete its machines with it, and leave teardown processes out.") var force = false

    func run() async throws {
        try await common.perform { session in
            try await session.client.delete(
                APIPath.of("environments", name) + APIPath.query(force ? ["force": "true"] : [:])
            )
            try session.printer.done("environment", name, "deleted, or being torn down")
        }
    }
}

extension Session {
    fileprivate func protect(_ name: String, _ isProtected: Bool) async throws {
        let environment: Environment = try await client.post(
            APIPath.of("environments", name, "protect"),
            APIV1.ProtectionRequest(protected: isProtected)
        )
        try EnvironmentView.show(environment, in: self)
    }
}
