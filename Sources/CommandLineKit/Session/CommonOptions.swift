import ArgumentParser
import FleetClient
import FleetModel
import Foundation

/// What every command takes: where the cluster is, who asks, and how the answer is written.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address of the cluster. Environment: TIDEMARK_URL.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "One of those that `tidemark context list` shows. Environment: TIDEMARK_CONTEXT.",
            valueName: "name"
        ),
        completion: .custom { _, _, _ in Contexts.names }
    )
    var context: String?

    @Option(
        help: ArgumentHelp(
            "File with the API key. Environment: TIDEMARK_API_KEY holds the key itself; no flag takes it, "
                + "since others on this machine can read the flags.",
            valueName: "file"
        )
    )
    var apiKeyFile: String?

    @Option(name: [.customShort("o"), .customLong("output")], help: "How the answer is written.")
    var output: OutputFormat = .table

    @Flag(help: "Leave the header line of tables out.")
    var noHeaders = false

    @Option(help: "When to use colour. Environment: NO_COLOR, CLICOLOR, CLICOLOR_FORCE.")
    var color: ColourChoice = .auto

    @Option(
        help: ArgumentHelp(
            "Longest wait, such as 30s or 5m: of a request, or of the whole where a command waits or follows.",
            valueName: "time"
        )
    )
    var timeout: DurationText?

    /// Runs a command's body and turns whatever it throws into a message and a published exit code.
    func perform(_ body: (Session) async throws -> Void) async throws {
        let printer = Printer(format: output, headers: !noHeaders, terminal: .current(colour: color))
        do {
            let session = try session(printer)
            do {
                try await body(session)
                await session.client.close()
            } catch {
                let explained = await Suggestion.adding(to: error, in: session)
                await session.client.close()
                throw explained
            }
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = Failure(explaining: error)
            printer.report(failure)
            throw ExitCode(failure.status.rawValue)
        }
    }

    func session(_ printer: Printer) throws -> Session {
        let settings = try Settings(
            url: url,
            keyFile: apiKeyFile,
            context: context,
            environment: ProcessInfo.processInfo.environment,
            read: { try InputFile.read($0, most: 4096) },
            contexts: Contexts.load
        )
        var client = try APIClient(url: settings.url, key: settings.key)
        if let timeout { client.timeout = timeout.duration }
        return Session(
            client: client,
            hasKey: settings.key != nil,
            printer: printer,
            limit: timeout?.duration
        )
    }
}

extension DurationText: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }

    var duration: Duration { .milliseconds(milliseconds) }
}
