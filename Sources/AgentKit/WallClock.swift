internal import FleetModel
internal import FoundationEssentials

/// The machine's clock: only for what the nodes compare with theirs.
enum WallClock {
    static func now() -> Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
