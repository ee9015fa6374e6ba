import ArgumentParser
import Foundation

/// The whole command line behind the executable `tidemark`.
package enum CommandLineTool {
    package static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let message = UnknownCommand.message(for: arguments, in: Tidemark.self) {
            FileHandle.standardError.write(Data((message + "\n").utf8))
            Tidemark.exit(withError: ExitCode(CommandStatus.usage.rawValue))
        }
        await Tidemark.main(arguments)
    }
}
