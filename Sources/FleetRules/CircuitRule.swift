package import FleetModel

/// Decides whether a release fails on too many machines of an environment for more of them to be given it.
///
/// It looks at a window of the machines on which the release was tried last, as circuit breakers do: a release that was
/// good on a thousand machines last month may be bad on those that come today.
package enum CircuitRule {
    /// How many machines it looks back at, unless the settings need more to be able to open.
    package static let leastWindow = 20

    /// Why a circuit opens: in numbers of machines.
    package struct Opening: Sendable, Equatable {
        package var failed: Int
        package var tried: Int

        package init(failed: Int, tried: Int) {
            self.failed = failed
            self.tried = tried
        }
    }

    /// How many machines the window holds: enough that `count` failures can be the share.
    package static func window(_ settings: Project.Circuit) -> Int {
        max(leastWindow, (settings.count * 100 + settings.sharePercent - 1) / settings.sharePercent)
    }

    /// `outcomes` says how the last run of the release ended on each machine, newest first. What was skipped or cancelled
    /// says nothing about the release. nil: it stays closed.
    package static func judge(_ outcomes: [RunState], settings: Project.Circuit) -> Opening? {
        let tried = outcomes.filter { [.succeeded, .failed, .unknown].contains($0) }.prefix(window(settings))
        let failed = tried.count { $0 != .succeeded }
        guard failed >= settings.count, failed * 100 >= settings.sharePercent * tried.count else {
            return nil
        }
        return Opening(failed: failed, tried: tried.count)
    }
}
