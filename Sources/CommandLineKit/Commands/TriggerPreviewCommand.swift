import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark trigger preview`: what a trigger that is not applied yet would have done.
struct TriggerPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Say what triggers would have done in the past, without applying them.",
        discussion: "The files hold documents of kind Trigger. Nothing is written."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var files: DocumentOptions
    @Option(help: ArgumentHelp("How far to look back, such as 12h or 7d.", valueName: "time"))
    var since: DurationText
    @Option(
        help: ArgumentHelp(
            "Events this close together are weighed together, as one scan does; 15s unless said.",
            valueName: "time"
        )
    )
    var window: DurationText?

    func run() async throws {
        try await common.perform { session in
            let documents = try files.read()
            let preview: TriggerPreview
            do {
                preview = try await session.client.post(
                    APIPath.of("triggers", "preview"),
                    TriggerPreview.Request(
                        documents: documents.map(\.value),
                        sinceSeconds: since.seconds,
                        windowSeconds: window?.seconds
                    )
                )
            } catch let problem as Problem where problem.errors?.isEmpty == false {
                var failure = Failure(problem)
                failure.details = FaultReport(documents: documents).lines(problem.errors ?? [])
                throw failure
            }
            let lines = preview.triggers.flatMap(\.machines)
            try session.printer.show(
                preview,
                items: lines,
                columns: TriggerPreviewView.columns(now: session.now),
                name: { "\($0.project)/\($0.machine)" },
                none: "no event would have fired"
            )
            guard session.printer.format == .table else { return }
            TriggerPreviewView.remarks(preview).forEach(session.printer.say)
        }
    }
}
