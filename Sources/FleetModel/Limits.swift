/// The bounds that both sides of the wire keep.
package enum Limits {
    /// Most a step's log holds; the agent keeps its head and its tail and counts what it cut.
    package static let logBytes = 16 * 1024 * 1024
    /// One piece of log in one request.
    package static let logChunkBytes = 256 * 1024
    /// Most that is kept of what a health check writes.
    package static let checkOutputBytes = 4096
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
}
