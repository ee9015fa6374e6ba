package import Cluster
package import FleetStore

/// Everything that a handler needs, put together once in `tidemarkd`.
package struct APIContext: Sendable {
    package let store: Store
    /// Whether the node is ready, drains, leads.
    package let status: NodeStatus
    /// Wakes long polls when their machine is given work, and when the node drains.
    package let work: WorkSignals
    /// Wakes event streams, and ends them when the node drains.
    package let cluster: ClusterSignals
    /// Notes that an agent was heard.
    package let presence: PresenceBatch
    /// How long a poll is held.
    package let pollSeconds: Int
    /// How long an agent may be silent, where its policy does not say.
    package let silenceSeconds: Int
    /// How much one caller may ask.
    package let limits: RateLimits
    /// How many agents may come at once.
    package let arrivals: Arrivals
    /// Counts what is answered.
    package let requests: RequestMetrics
    /// Hashes passwords.
    package let hasher: PasswordHasher
    /// What secrets are sealed with; nil: this node was given no keys.
    package let secretKeys: SecretKeyRing?
    /// Writes down who was refused what.
    package let refusals = RefusalLog()
    /// What `/metrics` shows besides.
    package let metrics: @Sendable () async -> MetricsSnapshot

    package init(
        store: Store,
        status: NodeStatus,
        work: WorkSignals,
        cluster: ClusterSignals,
        presence: PresenceBatch,
        pollSeconds: Int,
        silenceSeconds: Int = 90,
        limits: RateLimits = RateLimits(),
        arrivals: Arrivals = Arrivals(),
        requests: RequestMetrics = RequestMetrics(),
        hasher: PasswordHasher = PasswordHasher(),
        secretKeys: SecretKeyRing? = nil,
        metrics: @escaping @Sendable () async -> MetricsSnapshot
    ) {
        self.store = store
        self.status = status
        self.work = work
        self.cluster = cluster
        self.presence = presence
        self.pollSeconds = pollSeconds
        self.silenceSeconds = silenceSeconds
        self.limits = limits
        self.arrivals = arrivals
        self.requests = requests
        self.hasher = hasher
        self.secretKeys = secretKeys
        self.metrics = metrics
    }
}
