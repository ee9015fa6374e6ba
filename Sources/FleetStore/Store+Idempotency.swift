package import FleetModel
package import Postgres

extension Store {
    /// A unit of work that has its effect once for a key. Its answer is kept in the same transaction, so that
    /// the same request gets the same answer, even from another node, even after a crash between commit and
    /// reply.
    package func unitOfWork(
        by principal: Principal,
        once key: IdempotencyKey?,
        trace: TraceParent? = nil,
        _ body: @Sendable (borrowing Transaction, inout Changes) throws -> StoredAnswer
    ) async throws -> StoredAnswer {
        guard let key else { return try await unitOfWork(by: principal, trace: trace, body) }
        return try await unitOfWork(by: principal, trace: trace) { tx, changes in
            if let given = try IdempotencyRows.answer(to: key, in: tx) {
                guard given.fingerprint == key.fingerprint else { throw IdempotencyKeyReused(key: key.key) }
                return given.answer
            }
            let answer = try body(tx, &changes)
            try IdempotencyRows.insert(answer, to: key, in: tx)
            return answer
        }
    }
}

/// The key was used for another request before.
package struct IdempotencyKeyReused: Error, CustomStringConvertible {
    package let key: String

    package var description: String {
        "the Idempotency-Key '\(key)' was used for another request within 24 hours: send a new key"
    }
}
