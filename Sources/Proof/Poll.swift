package import Postgres

/// Asks until there is an answer. A database that is away is no answer, nor one without tables (42P01).
package func poll<Value>(
    _ what: String,
    every interval: Duration = .milliseconds(50),
    within limit: Duration = .seconds(60),
    _ ask: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    var last = ""
    while ContinuousClock.now < end {
        do {
            if let value = try await ask() { return value }
        } catch let error as PostgresError where error.isAway {
            last = "; the last answer was: \(error)"
        }
        try await Task.sleep(for: interval)
    }
    throw ProofError("waited \(limit) in vain for \(what)\(last)")
}

extension PostgresError {
    /// The database cannot answer now, and may later.
    package var isAway: Bool {
        isRetryable || kind == .commitUnknown || sqlState == "42P01" || sqlState?.hasPrefix("53") == true
    }
}
