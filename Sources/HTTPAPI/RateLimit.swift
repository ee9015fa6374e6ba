import Synchronization

/// Keeps one caller from taking a node away from all the others: each key, agent and address has a bucket of requests
/// that fills again at a steady rate. Counted by each node for itself, in bounded memory.
package final class RateLimit: Sendable {
    private let state: Mutex<Buckets>

    /// - Parameters:
    ///   - perSecond: how fast a bucket fills; 0: no limit.
    ///   - burst: how many requests at once a full bucket gives.
    package init(perSecond: Int, burst: Int) {
        state = Mutex(Buckets(perSecond: perSecond, burst: burst))
    }

    /// Takes a request from the caller's bucket; a problem with status 429 says how long to wait when it is empty.
    package func take(of caller: String) throws {
        guard let seconds = wait(of: caller) else { return }
        throw ProblemAnswer.tooManyRequests(
            "there are more requests from \(caller) than this node takes from one: wait \(seconds) s",
            retryAfterSeconds: seconds
        )
    }

    /// nil when it may pass; else after how many seconds there is another one.
    func wait(of caller: String, now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { $0.take(caller, now: now) }
    }
}

/// The buckets of all callers that were seen of late.
struct Buckets: Sendable {
    /// More callers than any cluster has agents; about 1 MB.
    static let most = 20_000

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    let perSecond: Int
    let burst: Int
    private var buckets: [String: Bucket] = [:]

    init(perSecond: Int, burst: Int) {
        self.perSecond = perSecond
        self.burst = max(1, burst)
    }

    var count: Int { buckets.count }

    mutating func take(_ caller: String, now: ContinuousClock.Instant) -> Int? {
        guard perSecond > 0 else { return nil }
        if buckets[caller] == nil, buckets.count >= Self.most { forget(now: now) }
        var bucket = buckets[caller] ?? Bucket(tokens: Double(burst), at: now)
        bucket.tokens = filled(bucket, now: now)
        bucket.at = now
        defer { buckets[caller] = bucket }
        guard bucket.tokens >= 1 else {
            return max(1, Int(((1 - bucket.tokens) / Double(perSecond)).rounded(.up)))
        }
        bucket.tokens -= 1
        return nil
    }

    private func filled(_ bucket: Bucket, now: ContinuousClock.Instant) -> Double {
        min(Double(burst), bucket.tokens + (now - bucket.at).inSeconds * Double(perSecond))
    }

    /// A full bucket is as good as none. When none is full, very many callers press at once: forgetting them all costs
    /// less than refusing somebody new.
    private mutating func forget(now: ContinuousClock.Instant) {
        buckets = buckets.filter { filled($0.value, now: now) < Double(burst) }
        if buckets.count >= Self.most { buckets = [:] }
    }
}

/// The limits of a node.
package struct RateLimits: Sendable {
    /// Of each API key, and of each person in the pages.
    package let keys: RateLimit
    /// Of each agent with an open session.
    let agents: RateLimit
    /// Of each address without credentials that are known here. Behind a balancer all callers of the API have the balancer's; pages take
    /// the one that the balancer names.
    package let addresses: RateLimit
    /// Of each address that joins machines and opens sessions of agents: a whole fleet may come back at once.
    let joining: RateLimit

    package init(keyPerSecond: Int = 200, agentPerSecond: Int = 50, addressPerSecond: Int = 200) {
        keys = RateLimit(perSecond: keyPerSecond, burst: keyPerSecond * 5)
        agents = RateLimit(perSecond: agentPerSecond, burst: agentPerSecond * 5)
        addresses = RateLimit(perSecond: addressPerSecond, burst: addressPerSecond * 5)
        joining = RateLimit(perSecond: addressPerSecond * 10, burst: addressPerSecond * 100)
    }
}
