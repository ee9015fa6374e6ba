import ArgumentParser

/// `tidemark user`
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who sign in.",
        subcommands: [UserLink.self, UserUnlink.self, UserIdentities.self]
    )
}
