/// The order of one scan: a tick, which is a statement of its own, then pages until one of them is the last.
///
/// A batch that was left open, by the leader before or by a page that was undone, is gone on with: the tick then changes nothing.
/// What came after it was opened is not in it, so another batch follows.
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
    private var isOwnBatch = false

    package init() {}

    /// `opened`: whether the tick opened a batch.
    package mutating func ticked(opened: Bool) {
        isOwnBatch = opened
        next = .page
    }

    package mutating func committed(isComplete: Bool) {
        next = isComplete ? isOwnBatch ? .rest : .tick : .page
    }
}
