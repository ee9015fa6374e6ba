/// What the provider said of late, and when it may be asked again: a pure value, so that every case of it is tested without
/// waiting.
struct ProviderMemory: Sendable {
    typealias Moment = ContinuousClock.Instant

    /// Long enough to spare the provider, short enough that a change there needs no restart here.
    static let lifetime = Duration.seconds(3600)
    /// A token may name a key that is newer than what we know, or has taken the name of one; whoever makes up names and
    /// signatures does not make us ask more often.
    static let betweenKeyFetches = Duration.seconds(30)
    /// A provider that is down is not asked by every browser that comes along.
    static let afterFailure = Duration.seconds(5)

    private var document: (value: ProviderDocument, since: Moment)?
    private var keys: (value: KeySet, since: Moment)?
    private var failure: (fault: ProviderFault, since: Moment)?

    func document(now: Moment) -> ProviderDocument? {
        document.flatMap { now - $0.since < Self.lifetime ? $0.value : nil }
    }

    func keys(now: Moment) -> KeySet? {
        keys.flatMap { now - $0.since < Self.lifetime ? $0.value : nil }
    }

    /// Whether the keys may be fetched anew although there are some.
    func mayFetchKeys(now: Moment) -> Bool {
        keys.map { now - $0.since >= Self.betweenKeyFetches } ?? true
    }

    /// Why the provider is not asked just now.
    func recentFailure(now: Moment) -> ProviderFault? {
        failure.flatMap { now - $0.since < Self.afterFailure ? $0.fault : nil }
    }

    mutating func learned(_ value: ProviderDocument, now: Moment) {
        document = (value, now)
        failure = nil
    }

    mutating func learned(_ value: KeySet, now: Moment) {
        keys = (value, now)
        failure = nil
    }

    mutating func failed(_ fault: ProviderFault, now: Moment) {
        failure = (fault, now)
    }
}
