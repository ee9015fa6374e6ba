import FleetModel
import FleetStore
import Logging

/// Goes through the fleet a part at a time, so that each look stays far below the lease's time limits, and counts what
/// was forgotten: a value, so that a new tenure begins from the start.
struct ForgottenWatch: Sendable {
    /// How many machines a look takes on. With a hundred projects on each a look takes a tenth of a second, in which the
    /// leader does nothing else (measured: half a second for 500 machines, on a busy computer).
    static let limit = 100
    /// How many are named in the log.
    private static let named = 20

    private(set) var after: ID<Machine>?
    private var found = 0

    /// Returns how many the present pass has found so far, and whether it has reached the end of the fleet.
    mutating func looked(_ look: ForgottenNeeds.Look) -> (found: Int, isWhole: Bool) {
        found += look.healed.count
        after = look.last
        let result = (found: found, isWhole: look.last == nil)
        if result.isWhole { found = 0 }
        return result
    }

    /// An error, because it must never happen: whatever opened or closed needs has a fault.
    static func report(_ healed: [ForgottenNeeds.Pair], to logger: Logger) {
        guard !healed.isEmpty else { return }
        let names = healed.prefix(named).map { "\($0.machine): \($0.project)" }.joined(separator: ", ")
        logger.error(
            "machines lacked their release and nothing was going to bring it; their needs were opened again",
            metadata: ["count": "\(healed.count)", "machines": "\(names)"]
        )
    }
}
