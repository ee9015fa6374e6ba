import ArgumentParser
import FleetModel

/// Says which command was probably meant; the argument parser only knows how to do that for options.
enum UnknownCommand {
    /// - Returns: nil when the words lead to a command, or stop at an option.
    static func message(for arguments: [String], in root: any ParsableCommand.Type) -> String? {
        var command = root
        var path = [name(of: root)]
        for word in arguments {
            let children = command.configuration.subcommands
            guard !children.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = children.first(where: { names(of: $0).contains(word) }) {
                command = next
                path.append(name(of: next))
                continue
            }
            return message(word, path, children.filter { $0.configuration.shouldDisplay }.map(name))
        }
        return nil
    }

    private static func message(_ word: String, _ path: [String], _ known: [String]) -> String {
        let prefix = path.joined(separator: " ")
        let first = "tidemark: there is no command '\(prefix) \(Inert.line(word))'"
        let guess = Spelling.closest(to: word, among: known)
        let second =
            guess.map { "did you mean '\(prefix) \($0)'?" }
            ?? "the commands here are \(known.sorted().joined(separator: ", "))"
        return "\(first)\n  \(second)"
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [name(of: command)] + command.configuration.aliases
    }

    /// Every command here sets its name.
    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }
}
