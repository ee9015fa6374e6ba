import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark user`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who may sign in, and what each may do.",
        subcommands: [
            List.self, Show.self, Create.self, GrantCommand.self, Password.self, Disable.self, Enable.self,
            UserLink.self, UserUnlink.self, UserIdentities.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "People by name.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Person> = try await session.list(
                    APIPath.of("people"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: AccessView.people(now: session.now),
                    name: \.name,
                    none: "nobody is entered: `tidemark user create` enters somebody"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One person.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let person: Person = try await session.client.get(APIPath.of("people", name))
                try session.show(person)
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Enter somebody. A password is set with `tidemark user password`."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with; it is never given to somebody else.") var name: String
        @Option(help: "The name as people write it.") var displayName: String?
        @Option(help: GrantText.help) var grant: [GrantText] = []

        func run() async throws {
            try await common.perform { session in
                let person: Person = try await session.client.post(
                    APIPath.of("people"),
                    APIV1.PersonRequest(
                        name: name,
                        displayName: displayName,
                        grants: grant.map(\.grant)
                    )
                )
                try session.show(person)
                session.printer.suggest("tidemark user password \(name)")
            }
        }
    }

    struct GrantCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grant",
            abstract: "Say all that somebody may do from now on. Without --grant: nothing."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name.") var name: String
        @Option(help: GrantText.help) var grant: [GrantText] = []

        func run() async throws {
            try await common.perform { session in
                let person: Person = try await session.client.put(
                    APIPath.of("people", name, "grants"),
                    APIV1.GrantsRequest(grants: grant.map(\.grant))
                )
                try session.show(person)
            }
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Set somebody's password, which ends the sessions in that name."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name.") var name: String
        @Option(help: "File with the password in its first line; '-', unless said, is standard input.")
        var passwordFile = "-"

        func run() async throws {
            try await common.perform { session in
                let text = try InputFile.read(passwordFile, most: 4096)
                let line = text.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
                let person: Person = try await session.client.put(
                    APIPath.of("people", name, "password"),
                    APIV1.PasswordRequest(password: String(line))
                )
                try session.printer.done("person", person.name, "has another password")
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Refuse all that is done in somebody's name, keys included, from now on."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let person: Person = try await session.client.post(
                    APIPath.of("people", name, "disable"),
                    [String: String]()
                )
                try session.printer.done("person", person.name, "disabled")
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Let somebody in again who was disabled."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let person: Person = try await session.client.post(
                    APIPath.of("people", name, "enable"),
                    [String: String]()
                )
                try session.printer.done("person", person.name, "enabled")
            }
        }
    }
}

extension Session {
    fileprivate func show(_ person: Person) throws {
        try printer.show(person, name: person.name) { palette, width in
            AccessView.sheet(person, now: now).lines(width: width, palette: palette)
        }
    }
}
