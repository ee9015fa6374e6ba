import Synchronization

/// What the scanner of this node has done since it started.
package final class ScanMetrics: Sendable {
    package struct Values: Sendable, Equatable {
        package var tenures = 0
        package var scans = 0
        package var pages = 0
        /// Scans and sweeps that gave up because somebody's transaction held what they needed.
        package var heldUp = 0
        package var events = 0
        package var needs = 0
        package var deployments = 0
        package var scanSeconds = 0.0
        package var lastScanSeconds = 0.0
        package var longestScanSeconds = 0.0
        /// Machines that were found forgotten in the last pass over the fleet, or in the present one once it is more.
        package var forgotten = 0
        package var forgottenInAll = 0
    }

    private let state = Mutex(Values())

    package init() {}

    package var values: Values { state.withLock { $0 } }

    func began() {
        state.withLock {
            $0.tenures += 1
            $0.forgotten = 0
        }
    }

    func page(events: Int, needs: Int, deployments: Int) {
        state.withLock { values in
            values.pages += 1
            values.events += events
            values.needs += needs
            values.deployments += deployments
        }
    }

    func heldUp() { state.withLock { $0.heldUp += 1 } }

    func forgot(_ new: Int, inPass found: Int, isWhole: Bool) {
        state.withLock { values in
            values.forgotten = isWhole ? found : max(values.forgotten, found)
            values.forgottenInAll += new
        }
    }

    func scan(took duration: Duration) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        state.withLock { values in
            values.scans += 1
            values.scanSeconds += seconds
            values.lastScanSeconds = seconds
            values.longestScanSeconds = max(values.longestScanSeconds, seconds)
        }
    }
}
