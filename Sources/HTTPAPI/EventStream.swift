import Cluster
import FleetModel
import FleetStore
import Logging

/// Sends every event that commits and is seen, once and in the order of commits, although ids do not follow it: the
/// position is a snapshot, as the scanner's mark is.
struct EventStream: Sendable {
    /// Events in one read and one write.
    private static let page = 200

    let api: APIContext
    let start: EventPosition
    /// Whose it is: only what that one sees is sent, and it ends when that one may not look any more.
    let listener: StillAllowed
    let logger: Logger
    /// Ends the stream, so that whoever listens comes again and is asked again who it is; nil: never.
    var until: ContinuousClock.Instant?

    /// Runs until the node goes or the client does. When the database is away it ends, and the client resumes
    /// elsewhere.
    @concurrent @Sendable func run(_ output: inout ServerSentEvents) async throws {
        var position = start
        /// What whoever listens would come again with.
        var told = start
        var listener = listener
        let news = api.cluster.subscribe(.events)
        while !api.status.isDraining && !Task.isCancelled && !isOver {
            let batch: Store.StreamedEvents
            do {
                batch = try await api.store.events(
                    after: position,
                    limit: Self.page,
                    as: listener.principal
                )
            } catch {
                logger.warning("event stream ends", metadata: ["error": "\(error)"])
                return
            }
            position = batch.next
            if let last = batch.events.last {
                try await output.write(try batch.events.map(text).joined())
                told = last.position
            }
            guard await listener.ask() else { return }
            if !batch.isFull { await news.wait(upTo: .seconds(1)) }
            // Also between full pages: to somebody who sees little of them there may be nothing to send for long.
            if output.isQuiet {
                try await output.write(position == told ? ServerSentEvents.comment : Self.mark(position))
                told = position
            }
        }
        // Whoever comes again goes on here, and not behind the last event that he saw, which may be long ago.
        if position != told { try await output.write(Self.mark(position)) }
    }

    private static func mark(_ position: EventPosition) -> String {
        ServerSentEvents.text(id: OpaqueText.encode(position.text))
    }

    private var isOver: Bool { until.map { $0 <= .now } ?? false }

    @Sendable private func text(_ item: (event: Event, position: EventPosition)) throws -> String {
        ServerSentEvents.text(
            event: "event",
            id: OpaqueText.encode(item.position.text),
            data: try JSONText.encode(item.event)
        )
    }
}
