/// What a node does about the lease, one step after the other: what came of the last step goes in, the next step comes
/// out.
///
/// A value, so that a node and the simulation of whole clusters take the same steps. It knows no session and no clock:
/// whoever drives it carries the steps out, and says `failed` whenever one could not be.
package struct ElectorState: Sendable, Equatable {
    /// What came of a step.
    package enum Event: Sendable, Equatable {
        /// There is a lease session, and it is fit to lead on.
        case sessionOpened
        /// The server's answer; `silenceSeconds` is how long the holder has given no sign of life, nil without one.
        case answered(won: Bool, silenceSeconds: Double?)
        /// The silent holder's session was ended, or was not after all.
        case challenged
        case waited
        /// The tenure ended in good order.
        case resigned
    }

    package enum Step: Sendable, Equatable {
        /// Try the lock once. Only ever asked for by a session that does not hold it: such locks stack.
        case ask
        /// End the session of a holder that has been silent for longer than this.
        case challenge(silentForSeconds: Double)
        /// Until the lease may be free.
        case wait
        /// The lock is held: lead until something ends it.
        case lead
        /// Close the session.
        case leave
    }

    /// Beyond the server's own time limit, a silent holder's session is ended by a challenger.
    private static let challengeMarginSeconds = 2.0

    private let limitSeconds: Double
    /// Sessions in a row that ended badly.
    package private(set) var failures = 0

    package init(ttlMilliseconds: Int) {
        limitSeconds = Double(ttlMilliseconds) / 1000 + Self.challengeMarginSeconds
    }

    /// A node that is drained neither holds the lease nor asks for it, whatever came of its last step.
    package mutating func next(_ event: Event, isDrained: Bool) -> Step {
        switch event {
        case _ where isDrained && event != .resigned: return .leave
        case .sessionOpened, .waited: return .ask
        case .answered(won: true, _): return .lead
        case .answered(won: false, let silence):
            guard let silence, silence > limitSeconds else { return .wait }
            return .challenge(silentForSeconds: limitSeconds)
        case .challenged: return .wait
        case .resigned:
            failures = 0
            return .leave
        }
    }

    /// The session ended, or the lease was lost. Returns the most milliseconds to wait before the next session: little
    /// the first time, then up to half a second, so that a database that comes back is led again within two.
    package mutating func failed() -> Int {
        failures += 1
        return min(50 << min(failures, 5), 500)
    }
}
