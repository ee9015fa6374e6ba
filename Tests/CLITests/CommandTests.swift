import ArgumentParser
import Testing

@testable import CommandLineKit

@Suite("The command line")
struct CommandTests {
    /// Every command without subcommands, with the words that lead to it.
    private static let leaves: [(words: [String], command: any ParsableCommand.Type)] = {
        func walk(_ command: any ParsableCommand.Type, _ words: [String]) -> [(
            [String], any ParsableCommand.Type
        )] {
            let children = command.configuration.subcommands
            guard !children.isEmpty else { return [(words, command)] }
            return children.flatMap { walk($0, words + [$0.configuration.commandName ?? "?"]) }
        }
        return walk(Tidemark.self, []).map { (words: $0.0, command: $0.1) }
    }()

    @Test("Every command takes the common options and says what it does", arguments: leaves.map(\.words))
    func commonOptions(words: [String]) throws {
        let command = try #require(Self.leaves.first { $0.words == words }?.command)
        let help = Tidemark.helpMessage(for: command, columns: 100)
        #expect(!command.configuration.abstract.isEmpty)
        #expect(!words.contains("?"), "a command without a name")
        // They ask no cluster.
        guard !["context", "completions", "reference"].contains(words[0]) else { return }
        for option in ["--url", "--api-key-file", "-o, --output", "--no-headers", "--timeout"] {
            #expect(help.contains(option), "\(words) lacks \(option)")
        }
    }

    @Test("All commands that are promised are there")
    func promised() {
        let names = Set(Self.leaves.map { $0.words.joined(separator: " ") })
        let promised: Set<String> = [
            "apply", "diff", "deploy", "doctor", "version", "explain machine", "wait machine",
            "wait deployment", "wait environment", "context list", "context use", "context set",
            "context delete",
            "completions", "reference",
            "cluster status", "node drain", "node undrain",
            "environment list", "environment show", "environment create", "environment extend",
            "environment protect", "environment unprotect", "environment delete", "project list",
            "project show", "trigger list",
            "trigger show", "trigger preview", "trigger delete", "machine history", "package push",
            "package list", "release create",
            "release list",
            "release show", "deployment list", "deployment show", "deployment log", "deployment wait",
            "deployment cancel", "deployment approve", "deployment refuse", "deployment retry",
            "deployment redeploy", "machine list", "machine show", "machine enable", "machine disable",
            "machine delete", "machine set", "token create", "token list", "token revoke", "event list",
            "event watch", "event export", "decision list", "policy list", "policy show", "policy delete",
            "machine check",
            "quarantine list", "quarantine release", "circuit list", "circuit close",
            "freeze list", "freeze show", "freeze delete", "pin create", "pin list", "pin remove", "rollback",
            "deployment mark", "environment releases",
            "user list", "user show", "user create", "user grant", "user password", "user disable",
            "user enable", "user link", "user unlink", "user identities",
            "key list", "key create", "key grant", "key rotate", "key revoke", "whoami", "can-i",
            "policy preview", "policy allow-cleanup", "machine restore",
            "webhook list", "webhook show", "webhook delete", "webhook rotate", "webhook ping",
            "webhook deliveries", "webhook replay", "secret set", "secret list", "secret delete",
        ]
        #expect(names.symmetricDifference(promised).isEmpty)
    }

    @Test(
        "A misspelt command is answered with the one that was meant",
        arguments: [
            (["machine", "lst"], "did you mean 'tidemark machine list'?"),
            (["machin", "list"], "did you mean 'tidemark machine'?"),
            (["token", "xyzzy"], "the commands here are create, list, revoke"),
            (["env", "shwo"], "did you mean 'tidemark environment show'?"),
        ]
    )
    func unknown(arguments: [String], message: String) {
        #expect(UnknownCommand.message(for: arguments, in: Tidemark.self)?.hasSuffix(message) == true)
    }

    @Test(
        "A good command line is left to the parser",
        arguments: [
            [], ["--help"], ["help", "machine"], ["machine", "list", "extra"], ["machine", "--help"],
            ["apply", "-f", "x"],
        ]
    )
    func known(arguments: [String]) {
        #expect(UnknownCommand.message(for: arguments, in: Tidemark.self) == nil)
    }

    @Test(
        "Wrong arguments are refused before anything is sent",
        arguments: [
            ["apply"], ["apply", "-f", "-", "-f", "-"], ["machine", "set", "web-1"],
            ["event", "list", "--limit", "0"],
            ["token", "create", "--environment", "e", "--uses", "0"],
            ["token", "create", "--environment", "e", "--ttl", "soon"],
            ["token", "create", "--environment", "e", "--ttl", "10ms"],
            ["wait", "machine", "m", "--for", "happy"], ["wait", "machine", "m", "--for", "up-to-date="],
            ["release", "create", "p", "1", "--package", "shop"],
            ["release", "create", "p", "1", "--package", "a=1", "--package", "a=2"],
            ["machine", "list", "-o", "xml"], ["deployment", "log", "7", "--follow", "--tail", "3"],
        ]
    )
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Tidemark.parseAsRoot(arguments) }
    }

    @Test("Right arguments are understood")
    func understood() throws {
        let parsed = try Tidemark.parseAsRoot([
            "wait", "machine", "web-1", "--for=up-to-date=shop", "--timeout", "90s", "-o", "name",
        ])
        let wait = try #require(parsed as? Wait.ForMachine)
        #expect(wait.condition == .upToDate(project: "shop"))
        #expect(wait.common.output == .name)
        #expect(wait.common.timeout?.duration == .seconds(90))
    }
}
