import AgentKit
import ArgumentParser
import Logging
import StructuredLogs

/// What every command that works on a machine's identity needs.
struct DataOptions: ParsableArguments {
    @Option(help: "The agent's folder: its key, its journal and the projects' releases.")
    var dataDir = "/var/lib/tidemark-agent"

    func identity() throws -> (Identity, DataDirectory) {
        let directory = try DataDirectory(dataDir)
        guard let identity = try Identity.load(from: directory) else {
            throw AgentError("\(dataDir) has not joined: run tidemark-agent join first", status: .refused)
        }
        return (identity, directory)
    }
}

/// Log lines go to standard error, which a service manager keeps.
func makeLogger() throws(AgentError) -> Logger {
    let words = ownEnvironment()["TIDEMARK_LOG_FORMAT"] ?? ""
    guard let format = words.isEmpty ? .text : LogFormat(rawValue: words) else {
        throw AgentError("TIDEMARK_LOG_FORMAT is '\(words)', and must be text or json", status: .usage)
    }
    return format.logger("tidemark-agent")
}

/// Turns an error into one line and the exit code that goes with it.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as AgentError {
        StandardError.write("tidemark-agent: \(error)\n")
        throw ExitCode(error.status.rawValue)
    } catch let exit as ExitCode {
        throw exit
    } catch {
        StandardError.write("tidemark-agent: \(error)\n")
        throw ExitCode(ExitStatus.failure.rawValue)
    }
}
