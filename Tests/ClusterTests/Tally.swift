import FleetModel

/// What a reader of the event log was given, held against what it should have been given.
struct Tally: Sendable {
    struct Audit: Equatable {
        /// Committed, and never read.
        var missed: Int
        /// Read more than once.
        var twice: Int
        /// Read although never committed.
        var invented: Int
    }

    private var timesRead: [ID<Event>: Int] = [:]

    /// How many different events were read.
    var count: Int { timesRead.count }

    mutating func read(_ ids: some Sequence<ID<Event>>) {
        for id in ids { timesRead[id, default: 0] += 1 }
    }

    func audit(committed: Set<ID<Event>>) -> Audit {
        Audit(
            missed: committed.count(where: { timesRead[$0] == nil }),
            twice: timesRead.values.count(where: { $0 > 1 }),
            invented: timesRead.keys.count(where: { !committed.contains($0) })
        )
    }
}
