import FleetModel
import FleetStore

/// Ends a stream of somebody who is not, or may not, any more: a stream can stay open for days, and who it is was asked when it
/// began.
struct StillAllowed: Sendable {
    private let store: Store
    private let secret: SecretToken
    private let interval: Duration
    private var asked: ContinuousClock.Instant

    /// nil for whoever shows no key: what the pages stream ends by itself every minute.
    init?(_ caller: Caller, _ store: Store, interval: Duration = .seconds(60)) {
        guard case .apiKey(_, let secret) = caller else { return nil }
        self.store = store
        self.secret = secret
        self.interval = interval
        asked = .now
    }

    /// Asks now and then whether the key is still good for looking. When the database cannot say, the stream finds out by
    /// itself.
    mutating func ask() async -> Bool {
        guard ContinuousClock.now - asked >= interval else { return true }
        asked = .now
        do {
            guard let principal = try await store.identifyAPIKey(secret.text) else { return false }
            try principal.require(.look, at: .somewhere)
            return true
        } catch {
            return !(error is NotAllowed)
        }
    }
}
