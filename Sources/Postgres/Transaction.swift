/// A transaction that can only be borrowed: it can be neither stored nor used after the closure that was lent
/// it.
package struct Transaction: ~Copyable {
    private let handle: Handle

    init(on handle: Handle) {
        self.handle = handle
    }

    /// Runs one statement, after those that were asked or sent before. In a cancelled task it sends nothing and throws
    /// `.cancelled`.
    @discardableResult
    package borrowing func run(_ sql: SQL) throws(PostgresError) -> Rows {
        if Task.isCancelled { throw .cancelled(before: sql.description) }
        return try handle.execute(sql)
    }

    /// Has one statement run whose answer is wanted later, or never: nobody waits for the server now. It goes there together
    /// with the next that is waited for, at the latest with the COMMIT, in the order in which they were asked; that it
    /// failed is thrown there, too.
    package borrowing func ask<Value>(
        _ sql: SQL,
        _ read: @escaping (Rows) throws -> Value
    ) throws(PostgresError) -> Answer<Value> {
        let question = try handle.ask(sql)
        return Answer { tx in try read(try tx.rows(of: question)) }
    }

    /// As `ask`, for a statement whose answer says nothing.
    package borrowing func send(_ sql: SQL) throws(PostgresError) {
        _ = try handle.ask(sql)
    }

    /// Runs a text of several statements without values, such as a migration.
    borrowing func run(script: String) throws(PostgresError) {
        if Task.isCancelled { throw .cancelled(before: script) }
        try handle.script(script)
    }

    private borrowing func rows(of question: Question) throws(PostgresError) -> Rows {
        if question.outcome == nil, Task.isCancelled { throw .cancelled(before: question.sql.description) }
        return try handle.rows(of: question)
    }
}

extension PostgresError {
    /// The task had been cancelled before the statement was sent.
    static func cancelled(before sql: String? = nil) -> PostgresError {
        PostgresError(.cancelled, "the task was cancelled", sql: sql)
    }
}
