package import FleetModel
package import FleetRules
package import Postgres

/// Collects the domain events of one unit of work, and writes the rows they become before it commits.
package struct Changes: Sendable {
    /// On whose behalf they are made; see `require`.
    package let principal: Principal
    /// As events name who acts.
    package private(set) var actor: String
    package let node: String
    /// The trace of the request; nil: nobody's.
    package let trace: TraceParent?
    private var posted: [DomainEvent] = []
    private var machinesWithWork: Set<ID<Machine>> = []
    private var scannerHasWork = false
    private var drainsChanged = false

    package init(by principal: Principal, node: String, trace: TraceParent? = nil) {
        self.principal = principal
        actor = principal.actor
        self.node = node
        self.trace = trace
    }

    /// What the system does of itself.
    package init(actor: String, node: String) {
        self.init(by: .system(actor), node: node)
    }

    /// Names who acts once that is known: a request may say only a number.
    package mutating func act(as actor: String) {
        self.actor = actor
    }

    /// Says that something happened. Lock the subject's row first, so that its events are ordered by id.
    package mutating func post(_ event: DomainEvent) {
        posted.append(event)
    }

    /// Says that the machine has something to fetch, so that its long poll is answered after the commit.
    package mutating func gaveWork(to machine: ID<Machine>) {
        machinesWithWork.insert(machine)
    }

    /// Says that a scan would find something to do although no event is posted.
    package mutating func wakeScanner() {
        scannerHasWork = true
    }

    /// Says that a node was drained or taken back, so that it looks after the commit.
    mutating func drained() {
        drainsChanged = true
    }

    /// Writes the event rows. Called once, last, in the transaction.
    package func write(in tx: borrowing Transaction) throws -> CommitHint {
        let records = posted.flatMap(DomainEventListener.records(of:))
        try EventRows.insert(records, actor: actor, node: node, in: tx)
        return CommitHint(
            scan: scannerHasWork || !records.isEmpty,
            machines: machinesWithWork,
            nodes: drainsChanged
        )
    }
}
