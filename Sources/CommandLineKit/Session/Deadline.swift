/// Time limits for commands that wait.
enum Deadline {
    /// Ends `body` when time is up.
    ///
    /// - Throws: `Failure` with status `timedOut` and `message`.
    static func within<Value: Sendable>(
        _ limit: Duration?,
        orFail message: String,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await body() }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure(.timedOut, message)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Looks until there is an answer, once a second at most. What is over soon is seen soon: the wait is an eighth of what
    /// has passed already.
    static func poll<Value: Sendable>(
        every longest: Duration = .seconds(1),
        _ look: () async throws -> Value?
    ) async throws -> Value {
        let started = ContinuousClock.now
        while true {
            if let value = try await look() { return value }
            let passed = ContinuousClock.now - started
            try await Task.sleep(for: min(max(passed / 8, .milliseconds(20)), longest))
        }
    }
}
