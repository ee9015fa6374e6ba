import ArgumentParser
import FleetClient
import FleetModel
import Foundation

/// `tidemark event watch`: events as they happen, over nodes that come and go.
struct EventWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show events as they happen. -o json writes one line per event. Ends with Ctrl-C."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var filter: EventFilter

    func run() async throws {
        try await common.perform { session in
            let query = filter.query.compactMapValues { $0 }
            try await Deadline.within(session.limit, orFail: "the time of --timeout is over") {
                try await LiveStream.follow(APIPath.of("events", "stream"), query: query, in: session) {
                    event in
                    try show(event, on: session.printer)
                    return .goOn
                }
            }
        }
    }

    private func show(_ sent: ServerSentEvent, on printer: Printer) throws {
        guard sent.event == "event" || sent.event == "message" else { return }
        let event = try JSONDecoder().decode(Event.self, from: Data(sent.data.utf8))
        printer.write(try EventView.line(event, format: printer.format, palette: printer.palette))
    }
}
