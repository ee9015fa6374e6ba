package import FleetModel

/// Measures how long an agent was silent while somebody was there to hear it, so that no machine is counted as gone for
/// a time in which all nodes, or the database, were.
package struct WatchedTime: Sendable, Equatable {
    /// A time in which no node listened.
    package struct Gap: Sendable, Equatable {
        package var from: Instant
        package var until: Instant

        package init(from: Instant, until: Instant) {
            self.from = from
            self.until = until
        }
    }

    package var now: Instant
    /// Start of the present period without a gap; nil: no node has said of late that it listens.
    package var watchedSince: Instant?
    /// Newest first, none after `watchedSince`.
    package var gaps: [Gap]
    /// Nothing before it counts, because the gaps before it are not known; nil: all are.
    package var countsFrom: Instant?

    package init(now: Instant, watchedSince: Instant?, gaps: [Gap] = [], countsFrom: Instant? = nil) {
        self.now = now
        self.watchedSince = watchedSince
        self.gaps = gaps
        self.countsFrom = countsFrom
    }

    /// Microseconds from `start` until now in which a node listened.
    package func microseconds(since start: Instant) -> Int64 {
        let start = max(start, countsFrom ?? start)
        guard start < now else { return 0 }
        let missed = gaps.reduce(Int64(0)) { sum, gap in
            let from = max(gap.from, start).microseconds
            return sum + max(0, min(gap.until, now).microseconds - from)
        }
        return max(0, now.microseconds - start.microseconds - missed)
    }

    /// When `seconds` have passed since `start` and the present period has lasted for `grace`, so that whoever was cut
    /// off has had its time to be heard again. It lies in the past when that is so already; nil: nobody listens.
    package func end(of seconds: Int, since start: Instant, grace: Int) -> Instant? {
        guard let watchedSince else { return nil }
        let left = Int64(seconds) * 1_000_000 - microseconds(since: start)
        return max(Instant(microseconds: now.microseconds + left), watchedSince.adding(seconds: grace))
    }
}
