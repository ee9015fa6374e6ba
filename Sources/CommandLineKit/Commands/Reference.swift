import ArgumentParser
import FleetModel
import Foundation

/// `tidemark reference`: the pages that are made from what the program knows, docs/cli.md and docs/problems.md.
struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Write the reference of all commands, as Markdown.",
        shouldDisplay: false
    )

    @Flag(help: "Write that of the kinds of problems.") var problems = false

    func run() throws {
        print(problems ? Self.problemPage : try Self.markdown(), terminator: "")
    }

    /// docs/problems.md
    static var problemPage: String {
        let kinds = ProblemKind.allCases.map {
            """
            ## `\($0.rawValue)`

            \($0.title): status \($0.status).

            \($0.meaning)

            What to do: \($0.advice)

            """
        }
        return """
            # Problems

            What the API refuses is answered as `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, the
            faulty fields as `errors`, what is not there as `missing`, and the `traceID` under which the node's log has the
            request. Programs decide by `type`, which never changes; `detail` is for people. Every type is also the address of
            a page on each node, which says what is here. Made from the code by `make docs`.

            \(kinds.joined(separator: "\n"))
            """
    }

    static func markdown() throws -> String {
        let dump = try JSONDecoder().decode(ToolHelp.self, from: Data(Tidemark._dumpHelp().utf8))
        let common = try JSONDecoder().decode(ToolHelp.self, from: Data(EmptyCommand._dumpHelp().utf8))
        let shared = (common.command.arguments ?? []).filter { $0.shouldDisplay && !$0.isBuiltIn }
        let head = """
            # The command line

            Made from the commands by `make docs`; `tidemark help COMMAND` says the same. What the nouns mean is in
            [reference.md](reference.md).

            ## Options of every command

            \(table(shared))

            ## Exit codes

            | code | |
            |---|---|
            \(CommandStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }.joined(separator: "\n"))


            """
        return head + sections(dump.command, path: [], leavingOut: Set(shared.map(\.spelling)))
    }

    /// The options that are in every command, alone.
    private struct EmptyCommand: ParsableCommand {
        @OptionGroup var common: CommonOptions
    }

    private static func sections(_ command: CommandHelp, path: [String], leavingOut shared: Set<String>)
        -> String
    {
        let path = path + [command.commandName]
        let children = (command.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
        let inner = children.map { sections($0, path: path, leavingOut: shared) }.joined()
        guard path.count > 1, children.isEmpty else { return inner }
        let arguments = (command.arguments ?? []).filter {
            $0.shouldDisplay && !$0.isBuiltIn && !shared.contains($0.spelling)
        }
        let usage = ([path.joined(separator: " ")] + arguments.map(\.usage)).joined(separator: " ")
        let discussion = command.discussion.map { "\n\n" + indentedAsCode($0) } ?? ""
        let list = arguments.isEmpty ? "" : "\n\n" + table(arguments)
        return
            "## `\(path.joined(separator: " "))`\n\n\(command.abstract ?? "")\(discussion)\n\n```\n\(usage)\n```\(list)\n\n"
    }

    /// Lines that are set apart, such as examples, stay lines.
    private static func indentedAsCode(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 1 else { return text }
        return "```\n\(text)\n```"
    }

    private static func table(_ arguments: [ArgumentLine]) -> String {
        let rows = arguments.map { argument in
            let text = (argument.abstract ?? "").replacing("|", with: "\\|")
            let values =
                argument.allValues.map { " One of \($0.map { "`\($0)`" }.joined(separator: ", "))." } ?? ""
            return "| `\(argument.spelling.replacing("|", with: "\\|"))` | \(text)\(values) |"
        }
        return (["| | |", "|---|---|"] + rows).joined(separator: "\n")
    }
}

/// What `_dumpHelp` writes, as far as the reference needs it.
private struct ToolHelp: Decodable {
    let command: CommandHelp
}

private struct CommandHelp: Decodable {
    let commandName: String
    let shouldDisplay: Bool
    let abstract: String?
    let discussion: String?
    let arguments: [ArgumentLine]?
    let subcommands: [CommandHelp]?
}

private struct ArgumentLine: Decodable {
    struct Name: Decodable {
        let kind: String
        let name: String

        var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }

    let kind: String
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let allValues: [String]?
    let abstract: String?

    var isBuiltIn: Bool { (names ?? []).contains { ["help", "version"].contains($0.name) } }

    private var value: String { "<\(valueName ?? "value")>" }

    var spelling: String {
        let names = (names ?? []).map(\.spelling).joined(separator: ", ")
        switch kind {
        case "positional": return value
        case "flag": return names
        default: return "\(names) \(value)"
        }
    }

    var usage: String {
        let name = preferredName?.spelling ?? ""
        let bare = kind == "positional" ? value : (kind == "flag" ? name : "\(name) \(value)")
        let repeated = isRepeating ? bare + " ..." : bare
        return isOptional ? "[\(repeated)]" : repeated
    }
}
