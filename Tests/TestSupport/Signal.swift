/// Something a test waits for: it happens some number of times, and the test goes on as soon as it did.
///
/// There is no sleep in it: `wait` returns at the moment of the event, and the time limit only ends a test
/// that would otherwise never end.
package struct Signal<Value: Sendable>: Sendable {
    private let events: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation
    private let name: String

    package init(_ name: String, of type: Value.Type = Void.self) {
        self.name = name
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Says that it happened. May be called from anywhere, also from a synchronous closure.
    package func send(_ value: Value) {
        continuation.yield(value)
    }

    /// Waits for the next time it happens, which may have been before this call. One task may wait at a time.
    @discardableResult
    package func wait(within limit: Duration = .seconds(60)) async throws -> Value {
        try await withTimeLimit(limit, name) {
            for await value in events { return value }
            throw CancellationError()
        }
    }
}

extension Signal where Value == Void {
    package func send() { send(()) }
}

/// What a test waited for did not happen.
package struct TimeLimitExceeded: Error, CustomStringConvertible {
    package let description: String
}

/// Runs `body`, and cancels it and throws when it takes longer than `limit`.
package func withTimeLimit<Value: Sendable>(
    _ limit: Duration = .seconds(60),
    _ name: String,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await ContinuousClock().sleep(for: limit)
            throw TimeLimitExceeded(description: "'\(name)' did not happen within \(limit)")
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Asks again and again until the answer is true, for at most `limit`.
///
/// Only for what another process does to the database, such as a session that ends: nobody sends a signal for
/// that. For what this process does, use `Signal`.
package func eventually(
    _ name: String,
    within limit: Duration = .seconds(60),
    _ condition: @escaping @Sendable () async throws -> Bool
) async throws {
    try await withTimeLimit(limit, name) {
        while try await !condition() {
            try await ContinuousClock().sleep(for: .milliseconds(5))
        }
    }
}
