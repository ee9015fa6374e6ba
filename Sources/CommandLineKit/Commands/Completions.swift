import ArgumentParser

/// `tidemark completions bash`
struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Write the script that lets a shell complete commands, options and names.",
        discussion: """
            bash: tidemark completions bash >~/.local/share/bash-completion/completions/tidemark
            zsh:  tidemark completions zsh >"${fpath[1]}/_tidemark"
            fish: tidemark completions fish >~/.config/fish/completions/tidemark.fish
            """
    )

    @Argument(help: "The shell.") var shell: Shell

    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var known: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    func run() {
        print(Tidemark.completionScript(for: shell.known))
    }
}
