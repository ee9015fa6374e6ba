import FleetClient
import FleetModel

/// Follows an event stream of the API for as long as it takes: a node that goes away is replaced by another one, and
/// `Last-Event-ID` makes sure that nothing is missed or seen twice.
enum LiveStream {
    /// What to do after an event.
    enum Next {
        case goOn, end
    }

    static func follow(
        _ path: String,
        query: [String: String],
        in session: Session,
        _ show: (ServerSentEvent) throws -> Next
    ) async throws {
        var lastID: String?
        var hasConnected = false
        var backoff = Backoff(base: .milliseconds(250), cap: .seconds(5))
        while true {
            do {
                let events = try await session.client.events(path, query: query, after: lastID)
                hasConnected = true
                for try await event in events {
                    backoff.succeeded()
                    if try show(event) == .end { return }
                    lastID = event.id ?? lastID
                }
            } catch {
                // The first connection must work; a later one is only interrupted.
                guard hasConnected, isInterruption(error) else { throw error }
                if backoff.failures == 0 {
                    session.printer.say("\(Failure(explaining: error).message); trying again")
                }
            }
            try await Task.sleep(for: backoff.next(fraction: Double.random(in: 0.5..<1)))
        }
    }

    private static func isInterruption(_ error: any Error) -> Bool {
        if let problem = error as? Problem { return [502, 503, 504].contains(problem.status) }
        if case .unreachable? = error as? ClientError { return true }
        return false
    }
}
