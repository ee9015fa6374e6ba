/// The bounds that both sides of the wire keep.
package enum Limits {
    /// Most a step's log holds; the agent keeps its head and its tail and counts what it cut.
    package static let logBytes = 16 * 1024 * 1024
    /// One piece of log in one request.
    package static let logChunkBytes = 256 * 1024
    /// Most that is kept of what a health check writes.
    package static let checkOutputBytes = 4096
    /// Most that an agent sends of it: what it says may be in the middle.
    package static let checkReportBytes = 64 * 1024
    /// One row of a stored package.
    package static let packageChunkBytes = 256 * 1024
    /// Largest package that can be pushed.
    package static let packageBytes: Int64 = 4 * 1024 * 1024 * 1024
    /// Rows that a list answers at most, and by default.
    package static let pageSize = 1000
    package static let defaultPageSize = 100
    /// Largest JSON body of a request.
    package static let bodyBytes = 1024 * 1024
    package static let messageLength = 2000
    /// Webhooks that there may be: each is asked for every event, and has attempts of its own on the way.
    package static let webhooks = 100
    /// Attempts of one webhook that are on the way at a time, from all nodes; one while it fails.
    package static let webhookAttemptsAtOnce = 4
    /// Deliveries that may wait for one webhook; beyond that the oldest are dropped.
    package static let webhookBacklog = 10_000
    /// A shorter value cannot be masked in logs without destroying them; a longer one is a file, which a package brings along.
    package static let secretBytes = 8...16 * 1024
    /// Secrets that a project has in one environment, and for every environment, each.
    package static let secretsOfOnePlace = 100
    /// All values that one step may get.
    package static let secretsOfStepBytes = 64 * 1024
}
