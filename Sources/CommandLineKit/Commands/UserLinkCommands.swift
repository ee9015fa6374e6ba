import ArgumentParser
import FleetClient
import FleetModel

/// Who somebody is at an OpenID provider, for the commands about it.
struct IdentityOptions: ParsableArguments {
    @Option(help: "The provider, as it calls itself: https://accounts.example.com.") var issuer: String
    @Option(help: "Its unchanging name for somebody (sub); the page that refuses a sign-in shows it.")
    var subject: String
}

/// `tidemark user link`
struct UserLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Say that somebody at an OpenID provider is this person."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the person.") var name: String
    @OptionGroup var identity: IdentityOptions

    func run() async throws {
        try await common.perform { session in
            let _: PersonIdentity = try await session.client.post(
                APIPath.of("people", name, "identities"),
                APIV1.IdentityRequest(issuer: identity.issuer, subject: identity.subject)
            )
            try session.printer.done("person", name, "linked")
        }
    }
}

/// `tidemark user unlink`
struct UserUnlink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: "Take a link back, and end the person's sessions."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the person.") var name: String
    @OptionGroup var identity: IdentityOptions

    func run() async throws {
        try await common.perform { session in
            let query = APIPath.query(["issuer": identity.issuer, "subject": identity.subject])
            try await session.client.delete(APIPath.of("people", name, "identities") + query)
            try session.printer.done("person", name, "unlinked")
        }
    }
}

/// `tidemark user identities`
struct UserIdentities: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identities",
        abstract: "Who a person is at OpenID providers."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the person.") var name: String

    func run() async throws {
        try await common.perform { session in
            let page: APIV1.Page<PersonIdentity> = try await session.client.get(
                APIPath.of("people", name, "identities")
            )
            try session.show(
                page,
                columns: [
                    Column("ISSUER", fit: .shrinks(to: 12)) { Cell($0.issuer) },
                    Column("SUBJECT", fit: .shrinks(to: 8)) { Cell($0.subject) },
                    Column("SINCE") { Cell(RelativeTime.describe($0.linkedAt, now: session.now)) },
                    Column("BY", fit: .shrinks(to: 6)) { Cell($0.linkedBy) },
                ],
                name: \.subject,
                none: "person \(name) signs in at no provider"
            )
        }
    }
}
