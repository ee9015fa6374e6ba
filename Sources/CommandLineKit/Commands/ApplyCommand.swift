import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark apply`: configuration as code.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the cluster's configuration what YAML files say.",
        discussion: """
            All files together are one change: either all of it is taken, or none. What it changes is shown first, and \
            only that is done: when somebody else changes the same meanwhile, it is refused. \
            --prune deletes after that, one by one, what no file has.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var files: DocumentOptions
    @OptionGroup var pruning: PruneOptions
    @Flag(help: "Only show what would change.")
    var dryRun = false

    func run() async throws {
        try await common.perform { session in
            let documents = try files.read()
            let plan = try await files.send(documents, in: session, dryRun: true)
            let pruned = try await Pruning.plan(pruning, keeping: plan.applied, in: session)
            let printer = session.printer
            try ChangesView.lines(plan, palette: printer.messagePalette).forEach(printer.tell)
            if dryRun {
                try AppliedView.show(plan, printer: printer)
                for item in pruned.items { printer.say("\(item.kind.kind)/\(item.name) would be deleted") }
                if let refusal = pruned.refusal { throw refusal }
                printer.say("nothing was changed: this was a dry run")
                return
            }
            try pruned.confirm(pruning, in: session)
            let applied = try await files.send(documents, expecting: plan.expected, in: session)
            try AppliedView.show(applied, printer: printer)
            try await pruned.carryOut(in: session)
        }
    }
}

/// `tidemark diff`: what `apply` would do, told by the exit code as well.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what apply would change, line by line. Exit code 2: something would."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var files: DocumentOptions

    func run() async throws {
        try await common.perform { session in
            let answer = try await files.send(try files.read(), in: session, dryRun: true)
            if session.printer.format == .table {
                try ChangesView.lines(answer, palette: session.printer.palette).forEach(session.printer.write)
            } else {
                try AppliedView.show(answer, printer: session.printer)
            }
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

    func send(
        _ documents: [SourceDocument],
        expecting expected: [APIV1.Expected]? = nil,
        in session: Session,
        dryRun: Bool = false
    ) async throws -> APIV1.ApplyResponse {
        do {
            return try await session.client.post(
                APIPath.of("apply"),
                APIV1.ApplyRequest(documents: documents.map(\.value), expected: expected),
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

extension APIV1.ApplyResponse {
    /// That what a dry run has shown is still so. What it would leave alone may change: it is not touched.
    fileprivate var expected: [APIV1.Expected] {
        applied.filter { $0.action != "unchanged" }.map {
            APIV1.Expected(kind: $0.kind, name: $0.name, etag: $0.etag)
        }
    }
}
