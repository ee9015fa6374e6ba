import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark apply`: configuration as code.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the cluster's configuration what YAML files say.",
        discussion: "All files together are one change: either all of it is taken, or none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var files: DocumentOptions
    @Flag(help: "Only show what would change.")
    var dryRun = false

    func run() async throws {
        try await common.perform { session in
            let applied = try await files.send(in: session, dryRun: dryRun)
            try AppliedView.show(applied, printer: session.printer)
            if dryRun { session.printer.say("nothing was changed: this was a dry run") }
        }
    }
}

/// `tidemark diff`: what `apply` would do, told by the exit code as well.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what apply would change. Exit code 2: something would."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var files: DocumentOptions

    func run() async throws {
        try await common.perform { session in
            let answer = try await files.send(in: session, dryRun: true)
            try AppliedView.show(answer, printer: session.printer)
            if answer.applied.contains(where: { $0.action != "unchanged" }) {
                throw ExitCode(CommandStatus.different.rawValue)
            }
        }
    }
}

/// The files of commands that take documents, read and sent as one request.
struct DocumentOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("YAML file, - for standard input. May be given several times.", valueName: "file")
    )
    var files: [String]

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("name a file with -f") }
        guard files.filter({ $0 == "-" }).count < 2 else {
            throw ValidationError("standard input can only be read once: -f - is given twice")
        }
    }

    func send(in session: Session, dryRun: Bool) async throws -> APIV1.ApplyResponse {
        let documents = try read()
        do {
            return try await session.client.post(
                APIPath.of("apply"),
                APIV1.ApplyRequest(documents: documents.map(\.value)),
                query: dryRun ? ["dryRun": "true"] : [:]
            )
        } catch let problem as Problem where problem.errors?.isEmpty == false {
            var failure = Failure(problem)
            failure.details = FaultReport(documents: documents).lines(problem.errors ?? [])
            throw failure
        }
    }

    /// Every file is read before anything is sent, and every unreadable one is named.
    func read() throws -> [SourceDocument] {
        var documents: [SourceDocument] = []
        var failures: [Failure] = []
        for file in files {
            do throws(Failure) {
                let text = try InputFile.read(file, most: DocumentFile.mostBytes)
                documents += try DocumentFile.read(text, file: file)
            } catch {
                failures.append(error)
            }
        }
        guard let first = failures.first else { return documents }
        guard failures.count > 1 else { throw first }
        throw Failure(
            first.status,
            "\(failures.count) files cannot be used",
            details: failures.map(\.message)
        )
    }
}
