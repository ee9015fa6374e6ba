/// A transaction that can only be borrowed: it can be neither stored nor used after the closure that was lent
/// it.
package struct Transaction: ~Copyable {
    private let handle: Handle

    init(on handle: Handle) {
        self.handle = handle
    }

    /// Runs one statement. In a cancelled task it sends nothing and throws `.cancelled`.
    @discardableResult
    package borrowing func run(_ sql: SQL) throws(PostgresError) -> Rows {
        if Task.isCancelled { throw .cancelled(before: sql.description) }
        return try handle.execute(sql)
    }

    /// Runs a text of several statements without values, such as a migration.
    borrowing func run(script: String) throws(PostgresError) {
        if Task.isCancelled { throw .cancelled(before: script) }
        try handle.script(script)
    }
}

extension PostgresError {
    /// The task had been cancelled before the statement was sent.
    static func cancelled(before sql: String? = nil) -> PostgresError {
        PostgresError(.cancelled, "the task was cancelled", sql: sql)
    }
}
