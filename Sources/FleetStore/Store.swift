package import FleetModel
package import Postgres

/// The door to everything durable: reads, and units of work whose events are written in the same transaction.
package struct Store: Sendable {
    package let database: Database
    /// The node that writes; recorded in every event.
    package let node: String
    /// Called after a commit that somebody may be waiting for. Only a hint: everything is found without it, later.
    package let hint: @Sendable (CommitHint) -> Void

    package init(database: Database, node: String, hint: @escaping @Sendable (CommitHint) -> Void = { _ in })
    {
        self.database = database
        self.node = node
        self.hint = hint
    }

    /// Runs `body` in one transaction; the domain events it posts become event rows in that transaction.
    ///
    /// `principal` says who acts, and what that one may: commands ask it; `trace` says on whose request. The closure may run
    /// again after a serialization failure, so it must have no effect but on the database.
    package func unitOfWork<Value: Sendable>(
        by principal: Principal,
        trace: TraceParent? = nil,
        _ body: @Sendable (borrowing Transaction, inout Changes) throws -> Value
    ) async throws -> Value {
        let node = node
        let (value, hint) = try await database.transaction { tx in
            var changes = Changes(by: principal, node: node, trace: trace)
            let value = try body(tx, &changes)
            return (value, try changes.write(in: tx))
        }
        if !hint.isEmpty { self.hint(hint) }
        return value
    }

    /// Runs `body` in one transaction that posts nothing.
    package func read<Value: Sendable>(
        _ body: @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await database.transaction(body)
    }
}

/// What a commit may have to be told about, and to whom.
package struct CommitHint: Sendable, Equatable {
    /// There is something to scan.
    package var scan = false
    /// These machines were given work, or have something to stop.
    package var machines: Set<ID<Machine>> = []
    /// A node was drained or taken back.
    package var nodes = false

    package init(scan: Bool = false, machines: Set<ID<Machine>> = [], nodes: Bool = false) {
        self.scan = scan
        self.machines = machines
        self.nodes = nodes
    }

    package var isEmpty: Bool { !scan && machines.isEmpty && !nodes }
}
