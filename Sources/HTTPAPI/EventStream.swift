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
            if !batch.events.isEmpty {
                try await output.write(try batch.events.map(text).joined())
            }
            guard await listener.ask() else { return }
            if !batch.isFull {
                await news.wait(upTo: .seconds(1))
                try await output.keepAliveIfQuiet()
            }
        }
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
