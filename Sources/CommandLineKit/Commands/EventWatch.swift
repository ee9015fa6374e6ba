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
            let tool = self
            try await Deadline.within(session.limit, orFail: "the time of --timeout is over") {
                try await tool.follow(in: session)
            }
        }
    }

    private func follow(in session: Session) async throws {
        let match = try await filter.match(in: session)
        try await LiveStream.follow(APIPath.of("events", "stream"), query: [:], in: session) { sent in
            guard sent.event == "event" else { return .goOn }
            let event = try JSONDecoder().decode(Event.self, from: Data(sent.data.utf8))
            if match.matches(event) { try show(event, on: session.printer) }
            return .goOn
        }
    }

    private func show(_ event: Event, on printer: Printer) throws {
        printer.write(try EventView.line(event, format: printer.format, palette: printer.palette))
    }
}
