import Postgres

/// A repeated request must not have a second effect: this names one request of one caller.
package struct IdempotencyKey: Sendable, Equatable {
    /// Who sent it.
    package let principal: String
    /// The Idempotency-Key header.
    package let key: String
    /// SHA-256 of method, path and body.
    package let fingerprint: [UInt8]

    package init(principal: String, key: String, fingerprint: [UInt8]) {
        self.principal = principal
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// An answer of the HTTP API, as it is repeated word for word.
package struct StoredAnswer: Sendable, Equatable {
    package let status: Int
    /// JSON.
    package let body: String

    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}

/// The SQL of `idempotency_key`.
enum IdempotencyRows {
    /// The answer already given under the key. Until the transaction ends, nobody else gets past this point
    /// with the same key: whoever comes second waits, and then finds the answer of the first.
    static func answer(
        to request: IdempotencyKey,
        in tx: borrowing Transaction
    ) throws -> (fingerprint: [UInt8], answer: StoredAnswer)? {
        try tx.run(
            """
            SELECT pg_advisory_xact_lock(
                hashtextextended(current_schema() || ' idempotency ' || \(request.principal) || ' ' || \(request.key), 0))
            """
        )
        return try tx.run(
            """
            SELECT fingerprint, status, body FROM idempotency_key
            WHERE principal = \(request.principal) AND key = \(request.key)
              AND created_at > now() - interval '24 hours'
            """
        ).first.map { row in
            (try row["fingerprint"], StoredAnswer(status: try row["status"], body: try row["body"]))
        }
    }

    static func insert(_ answer: StoredAnswer, to request: IdempotencyKey, in tx: borrowing Transaction)
        throws
    {
        try tx.run(
            """
            INSERT INTO idempotency_key (principal, key, fingerprint, status, body)
            VALUES (\(request.principal), \(request.key), \(request.fingerprint)::bytea, \(answer.status), \(answer.body))
            ON CONFLICT (principal, key) DO UPDATE
                SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now()
            """
        )
    }
}
