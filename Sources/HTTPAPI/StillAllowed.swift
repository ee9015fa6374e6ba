import FleetModel
import FleetStore

/// Ends a stream of somebody who is not, or may not, any more, and narrows it to what he still sees: a stream can stay open for
/// days, and who it is was asked when it began.
struct StillAllowed: Sendable {
    /// Who listens, as of when it was last asked.
    private(set) var principal: Principal
    private let store: Store
    /// nil: nobody to ask about; what the pages stream ends by itself every minute.
    private let secret: SecretToken?
    private let interval: Duration
    private var asked: ContinuousClock.Instant

    /// Whoever came with a key.
    init(_ caller: Caller, _ store: Store, interval: Duration = .seconds(60)) {
        self.init(caller.principal, store, interval: interval, secret: caller.secret)
    }

    init(_ principal: Principal, _ store: Store) {
        self.init(principal, store, interval: .seconds(60), secret: nil)
    }

    private init(_ principal: Principal, _ store: Store, interval: Duration, secret: SecretToken?) {
        self.principal = principal
        self.store = store
        self.secret = secret
        self.interval = interval
        asked = .now
    }

    /// Asks now and then whether the key is still good for looking. When the database cannot say, the stream finds out by
    /// itself.
    mutating func ask() async -> Bool {
        guard let secret, ContinuousClock.now - asked >= interval else { return true }
        asked = .now
        do {
            guard let now = try await store.identifyAPIKey(secret.text) else { return false }
            try now.require(.look, at: .somewhere)
            principal = now
            return true
        } catch {
            return !(error is NotAllowed)
        }
    }
}
