package import FleetModel

/// Decides which months of the event log may go. A month goes as a whole: wholly past its retention, and wholly read.
package struct PartitionRetention: Sendable {
    /// How long events are kept after their month has ended; nil: for ever.
    package var seconds: Int?
    /// Every event of a transaction below this was read by every mark.
    package var readBelow: UInt64

    package init(seconds: Int?, readBelow: UInt64) {
        self.seconds = seconds
        self.readBelow = readBelow
    }

    /// A partition of the event log.
    package struct Partition: Sendable, Equatable {
        package var name: String
        /// It holds events before this.
        package var endsAt: Instant
        /// The highest transaction that wrote to it; nil: it is empty.
        package var highestXID: UInt64?

        package init(name: String, endsAt: Instant, highestXID: UInt64?) {
            self.name = name
            self.endsAt = endsAt
            self.highestXID = highestXID
        }
    }

    package enum Verdict: Sendable, Equatable {
        case keep(Reason)
        case drop
    }

    package enum Reason: Sendable, Equatable {
        case forEver
        case retention(until: Instant)
        /// It holds events that no scan has read, however old they are.
        case unread
    }

    package func verdict(on partition: Partition, now: Instant) -> Verdict {
        guard let seconds else { return .keep(.forEver) }
        let until = partition.endsAt.adding(seconds: seconds)
        guard until <= now else { return .keep(.retention(until: until)) }
        if let highest = partition.highestXID, highest >= readBelow { return .keep(.unread) }
        return .drop
    }
}
