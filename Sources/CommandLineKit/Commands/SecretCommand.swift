import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark secret`
struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Values that a project's steps get and nobody reads.",
        subcommands: [Set.self, List.self, Delete.self]
    )

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Give a secret a value: steps that start from now on get it.",
            discussion: """
                The value is what stands on standard input, or in the file, without one line break at its end. It is never an \
                argument: others on the machine see those.
                """
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "Its name, such as DB_PASSWORD.") var name: String
        @Option(
            help: "The one environment that it is for; every one unless said.",
            completion: NameCompletion.environments
        )
        var environment: String?
        @Option(help: "File with the value; '-', unless said, is standard input.", completion: .file())
        var fromFile: String?

        func run() async throws {
            try await common.perform { session in
                let value = try read()
                if let fault = SecretValueRule.fault(of: value) {
                    throw Failure(.usage, "the value \(fault)")
                }
                let secret: Secret = try await session.client.put(
                    SecretCommand.path(project, name, environment),
                    APIV1.SecretRequest(value: value)
                )
                try session.printer.show(secret, name: secret.name) { _, _ in
                    [Inert.line("\(secret.place) is set, version \(secret.version)")]
                }
            }
        }

        private func read() throws -> String {
            if fromFile == nil, let typed = HiddenLine.read(asking: "Value of \(Inert.line(name)): ") {
                return typed
            }
            // As a file may be large for other reasons, the bound is said by the rule of values, with a line break to spare.
            let text = try InputFile.read(fromFile ?? "-", most: 2 * Limits.secretBytes.upperBound)
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { return String(text.dropLast()) }
            return text
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "A project's secrets, without their values."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Secret> = try await session.list(
                    APIPath.of("projects", project, "secrets"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: SecretView.columns(now: session.now),
                    name: \.name,
                    none: "project \(project) has no secrets"
                )
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a secret: steps that start from now on do not get it."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "Its name.") var name: String
        @Option(
            help: "The one environment that it is for; every one unless said.",
            completion: NameCompletion.environments
        )
        var environment: String?

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(SecretCommand.path(project, name, environment))
                try session.printer.done("secret", name, "deleted")
            }
        }
    }

    fileprivate static func path(_ project: String, _ name: String, _ environment: String?) -> String {
        APIPath.of("projects", project, "secrets", name)
            + APIPath.query(environment.map { ["environment": $0] } ?? [:])
    }
}
