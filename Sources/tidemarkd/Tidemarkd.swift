import ArgumentParser
import FleetModel
import FleetStore

/// The node of a Tidemark cluster.
@main
struct Tidemarkd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemarkd",
        abstract: "A node of a Tidemark cluster.",
        discussion: """
            Every setting is an environment variable or a flag; flags win.

            Exit codes: 0 all is well, 64 wrong usage, 69 the database cannot be reached, 70 an inner fault, 71 the \
            address is in use, 75 it failed now and may succeed later, 78 a setting or the database's state does not allow it.
            """,
        version: Version.current,
        subcommands: [Serve.self, Migrate.self, Admin.self]
    )
}

/// `tidemarkd serve`
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a node until it is told to stop (SIGTERM, SIGINT)."
    )

    @OptionGroup var flags: ServeFlags

    func run() async throws {
        try await Exit.explaining {
            let settings = try Settings(flags, environment: Settings.environment)
            OpenFiles.allowMost()
            try await Build(settings).run()
        }
    }
}

/// `tidemarkd migrate`
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Bring the schema of the database up to date.")

    @OptionGroup var flags: DatabaseFlags

    func run() async throws {
        try await Exit.explaining {
            let settings = try DatabaseSettings(flags, environment: Settings.environment)
            try await Maintenance(settings).migrate()
        }
    }
}

/// `tidemarkd admin ...`
struct Admin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What needs the database itself, and no API key.",
        subcommands: [
            CreateUser.self, CreateKey.self, RevokeKey.self, SecretsKey.self, ResealSecrets.self,
        ]
    )
}

/// `tidemarkd admin create-user --name N`
struct CreateUser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Enter somebody who may sign in, an admin unless said, and print the password.",
        discussion:
            "For the first one, and for when nobody is left who may. Without --password-file the password is made up."
    )

    @OptionGroup var flags: DatabaseFlags
    @Option(help: "The name to sign in with; it is never given to somebody else.")
    var name: String
    @Option(
        help: "What the person may do, everywhere: \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var role: Role = .admin
    @Option(help: "File with the password in its first line; '-' is standard input.")
    var passwordFile: String?

    func run() async throws {
        try await Exit.explaining {
            let settings = try DatabaseSettings(flags, environment: Settings.environment)
            let given = try passwordFile.map { try PasswordFile.read($0) }
            let password = given ?? MadeUpPassword.next()
            try await Maintenance(settings).createUser(name: name, role: role, password: password)
            if given == nil { print(password) }
        }
    }
}

extension Role: ExpressibleByArgument {}

/// `tidemarkd admin create-key --name N`
struct CreateKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a key for the HTTP API and print it; it cannot be shown again."
    )

    @OptionGroup var flags: DatabaseFlags
    @Option(help: "Name of the key; it is recorded as the actor of what is done with it.")
    var name: String

    func run() async throws {
        try await Exit.explaining {
            let settings = try DatabaseSettings(flags, environment: Settings.environment)
            print(try await Maintenance(settings).createKey(name: name))
        }
    }
}

/// `tidemarkd admin revoke-key --name N`
struct RevokeKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Revoke a key of the HTTP API: it is refused from the next request on."
    )

    @OptionGroup var flags: DatabaseFlags
    @Option(help: "Name of the key.")
    var name: String

    func run() async throws {
        try await Exit.explaining {
            let settings = try DatabaseSettings(flags, environment: Settings.environment)
            try await Maintenance(settings).revokeKey(name: name)
        }
    }
}
