import ArgumentParser
import Foundation

/// `tidemark context`: clusters by name.
struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "The clusters that you work with, by name: address and API key.",
        discussion: """
            They are kept in $XDG_CONFIG_HOME/tidemark/contexts.json (~/.config unless set), which only you can read. \
            TIDEMARK_URL and TIDEMARK_API_KEY go before the current context, --context before both.
            """,
        subcommands: [List.self, Use.self, Set.self, Delete.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All contexts.")

        @OptionGroup var output: ContextOutput

        func run() async throws {
            try output.perform { printer in
                let contexts = try Contexts.load()
                let lines = contexts.contexts.keys.sorted().map {
                    ContextLine(
                        name: $0,
                        url: contexts.contexts[$0]?.url ?? "",
                        current: $0 == contexts.current
                    )
                }
                try printer.show(
                    lines,
                    items: lines,
                    columns: [
                        Column("CURRENT") { Cell($0.current ? "*" : " ") },
                        Column("NAME") { Cell($0.name, .strong) },
                        Column("ADDRESS", fit: .wraps) { Cell($0.url) },
                    ],
                    name: \.name,
                    none: "there is no context yet: `tidemark context set NAME --url URL` makes one"
                )
            }
        }
    }

    struct Use: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "use",
            abstract: "Work with this context from now on."
        )

        @OptionGroup var output: ContextOutput
        @Argument(help: "Its name.", completion: .custom { _, _, _ in Contexts.names }) var name: String

        func run() async throws {
            try output.perform { printer in
                var contexts = try Contexts.load()
                _ = try contexts.context(name)
                contexts.current = name
                try contexts.save()
                try printer.done("context", name, "is current")
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Make or change a context; the first one becomes the current one."
        )

        @OptionGroup var output: ContextOutput
        @Argument(help: "Its name.", completion: .custom { _, _, _ in Contexts.names }) var name: String
        @Option(help: "Address of the cluster.") var url: String?
        @Option(
            help: ArgumentHelp(
                "File with the API key, which is copied from there; - for standard input.",
                valueName: "file"
            )
        )
        var apiKeyFile: String?

        func validate() throws {
            guard url != nil || apiKeyFile != nil else {
                throw ValidationError("say --url or --api-key-file")
            }
            if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
                throw ValidationError("--url is '\(url)', and begins with https:// or http://")
            }
        }

        func run() async throws {
            try output.perform { printer in
                var contexts = try Contexts.load()
                var context = contexts.contexts[name] ?? Contexts.Context(url: "")
                if let url {
                    // A key is for the address that it was given for.
                    if context.url != url { context.apiKey = nil }
                    context.url = url
                }
                guard !context.url.isEmpty else {
                    throw Failure(.usage, "the context '\(name)' is new: say its --url")
                }
                if let apiKeyFile {
                    let text = try InputFile.read(apiKeyFile, most: 4096)
                    context.apiKey = text.trimmingCharacters(in: .whitespacesAndNewlines)
                }
                contexts.contexts[name] = context
                contexts.current = contexts.current ?? name
                try contexts.save()
                try printer.done("context", name, "set")
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "delete", abstract: "Forget a context.")

        @OptionGroup var output: ContextOutput
        @Argument(help: "Its name.", completion: .custom { _, _, _ in Contexts.names }) var name: String

        func run() async throws {
            try output.perform { printer in
                var contexts = try Contexts.load()
                _ = try contexts.context(name)
                contexts.contexts[name] = nil
                if contexts.current == name { contexts.current = nil }
                try contexts.save()
                try printer.done("context", name, "deleted")
            }
        }
    }
}

/// One line of `context list`; never the key.
private struct ContextLine: Codable, Sendable {
    let name: String
    let url: String
    let current: Bool
}

/// What commands take that ask no cluster.
struct ContextOutput: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: "How the answer is written.")
    var output: OutputFormat = .table

    func perform(_ body: (Printer) throws -> Void) throws {
        let printer = Printer(format: output, headers: true, terminal: .current())
        do {
            try body(printer)
        } catch {
            let failure = Failure(explaining: error)
            printer.report(failure)
            throw ExitCode(failure.status.rawValue)
        }
    }
}
