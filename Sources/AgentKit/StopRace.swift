/// Runs the agent's own part of a step against its time limit and the wish to stop it, which is a file so that it
/// outlives a restart.
enum StopRace {
    enum Result<Value: Sendable>: Sendable {
        case done(Value)
        case cancelled
        case timedOut
    }

    static func run<Value: Sendable>(
        _ folder: StepFolder,
        timeoutSeconds: Int,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Result<Value> {
        try await withThrowingTaskGroup(of: Result<Value>.self) { group in
            group.addTask { .done(try await body()) }
            group.addTask {
                try await Task.sleep(for: .seconds(timeoutSeconds))
                return .timedOut
            }
            group.addTask {
                while !Disk.exists(folder.cancel) {
                    try await Task.sleep(for: .milliseconds(100))
                }
                return .cancelled
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
