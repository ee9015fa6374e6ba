/// What a statement will have answered: it goes to the server together with the next one whose answer is waited for, so that
/// several cost one round trip.
///
/// Read it in the transaction that asked. What nobody reads goes with the next one all the same, or with the COMMIT.
package struct Answer<Value> {
    private let read: (borrowing Transaction) throws -> Value

    /// What is made of several answers.
    package init(_ read: @escaping (borrowing Transaction) throws -> Value) {
        self.read = read
    }

    package func value(in tx: borrowing Transaction) throws -> Value {
        try read(tx)
    }
}

/// A statement that waits to be sent, and then what came of it. Used on the queue of its connection only.
final class Question {
    let sql: SQL
    /// BEGIN and COMMIT take no plan.
    let mayBePrepared: Bool
    /// What it is called when the connection breaks before the answer.
    let ifLost: PostgresError.Kind
    /// nil: it has not been sent yet.
    var outcome: Result<Rows, PostgresError>?

    init(_ sql: SQL, mayBePrepared: Bool = true, ifLost: PostgresError.Kind = .connectionLost) {
        self.sql = sql
        self.mayBePrepared = mayBePrepared
        self.ifLost = ifLost
    }
}
