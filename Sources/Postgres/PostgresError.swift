/// What went wrong between this process and PostgreSQL, with everything the server said about it.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The connection string, a channel or another setting cannot be used.
        case invalidConfiguration
        /// No connection could be made.
        case connectionFailed
        /// The connection had broken, or was closed, before anything was asked of it: nothing was done.
        case connectionStale
        /// The connection broke during a transaction, which was not committed.
        case connectionLost
        /// The connection broke during COMMIT, or during a statement that commits by itself: only looking at
        /// the data tells whether it took effect.
        case commitUnknown
        /// The server refused the statement; `sqlState` says why.
        case server
        /// A statement failed, the closure went on regardless, and so the server rolled back instead of
        /// committing.
        case transactionAborted
        /// The task was cancelled; nothing was committed.
        case cancelled
        /// A value cannot be sent: it holds a NUL character.
        case invalidBind
        /// A column could not be read as the type asked for.
        case decoding
        /// No connection became free in time.
        case poolTimeout
        /// Too many are waiting for a connection already.
        case poolExhausted
        /// The pool was closed.
        case poolClosed
        /// The server answered what the call cannot use (COPY, an empty statement, a transaction ended by a
        /// script).
        case unexpectedResult
    }

    package var kind: Kind
    package var message: String
    /// The five characters of appendix A of the PostgreSQL documentation.
    package var sqlState: String?
    package var detail: String?
    package var hint: String?
    package var constraint: String?
    package var table: String?
    /// The statement, its values shown as `****`.
    package var sql: String?

    package init(_ kind: Kind, _ message: String, sqlState: String? = nil, sql: String? = nil) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.sql = sql
    }

    package var description: String {
        var text = message
        if let detail { text += " (\(detail))" }
        if let hint { text += " (hint: \(hint))" }
        if let sqlState { text += " - SQLSTATE: \(sqlState)" }
        if let sql { text += " - SQL: \(sql)" }
        return text
    }
}

extension PostgresError {
    /// The same error, seen by somebody who knows more about what it means.
    func with(kind: Kind) -> PostgresError {
        var error = self
        error.kind = kind
        return error
    }

    /// The transaction lost against another one; the same transaction may well succeed now.
    package var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// Somebody else held a lock for longer than `lock_timeout`. The transaction is gone, the connection is not.
    package var isLockTimeout: Bool { sqlState == "55P03" }

    /// A row with this key is there already; `constraint` narrows it to one index.
    package func isUniqueViolation(constraint: String? = nil) -> Bool {
        sqlState == "23505" && (constraint == nil || constraint == self.constraint)
    }

    /// The database cannot be reached or cannot be written to: not the statement's fault.
    package var isConnectionProblem: Bool {
        switch kind {
        case .connectionFailed, .connectionStale, .connectionLost, .commitUnknown: true
        case .server: sqlState.map { $0.hasPrefix("08") || $0.hasPrefix("57P") || $0 == "25006" } ?? false
        default: false
        }
    }

    /// Nothing was committed, and the same work may succeed later.
    package var isRetryable: Bool {
        switch kind {
        case .poolTimeout, .poolExhausted: true
        case .commitUnknown: false
        default: isSerializationFailure || isConnectionProblem
        }
    }
}
