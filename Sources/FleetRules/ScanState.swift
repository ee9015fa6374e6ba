/// The order of one scan: a tick, which is a statement of its own, then pages until one of them is the last.
///
/// A batch that the leader before left open is gone on with: the tick then changes nothing.
package struct ScanState: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        /// Open a batch: the snapshot must be older than the page's transaction.
        case tick
        /// One transaction: read, decide, move the mark.
        case page
        /// Nothing is left of the batch, and no need is due.
        case rest
    }

    package private(set) var next = Step.tick

    package init() {}

    package mutating func ticked() { next = .page }

    package mutating func committed(isComplete: Bool) { next = isComplete ? .rest : .page }
}
