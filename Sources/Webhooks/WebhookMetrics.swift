package import FleetRules
import Synchronization

/// What this node's attempts came to since it started.
package final class WebhookMetrics: Sendable {
    package enum Outcome: String, Sendable, CaseIterable {
        /// The receiver took it.
        case delivered
        /// It is tried again.
        case failed
        /// It was given up.
        case dead
    }

    private let counts = Mutex<[Outcome: Int]>([:])

    package init() {}

    package func count(of outcome: Outcome) -> Int {
        counts.withLock { $0[outcome] ?? 0 }
    }

    package func ended(_ verdict: WebhookVerdict) {
        let outcome: Outcome =
            switch verdict {
            case .delivered: .delivered
            case .again: .failed
            case .dead, .gone: .dead
            }
        counts.withLock { $0[outcome, default: 0] += 1 }
    }
}
