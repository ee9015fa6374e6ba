import Foundation
import Glibc
import Proof

/// What the machine lets the drill do. `deploy/local/drill` gives it a network and mounts of its own where it may, so
/// that nothing of this is seen outside, and all of it is gone with the drill.
struct Surroundings: Sendable {
    /// Nodes get a network namespace each, and can be cut off.
    let hasNetwork: Bool
    /// File systems can be mounted, and so filled.
    let hasMounts: Bool
    /// The library that shifts a process's clock.
    let clockShifter: String?

    /// `programs`: the folder that holds what was built.
    init(programs: String) {
        let environment = ProcessInfo.processInfo.environment
        let isPrivate = geteuid() == 0 && environment["TIDEMARK_DRILL_PRIVATE"] == "yes"
        hasNetwork = isPrivate && Tool.path("ip") != nil && Tool.path("nft") != nil
        hasMounts = isPrivate && Tool.path("mount") != nil
        let library = "\(programs)/libClockShift.so"
        clockShifter = FileManager.default.fileExists(atPath: library) ? library : nil
    }

    /// Why a fault that needs this cannot be done here; nil: it can.
    func lacks(_ need: Fault.Need) -> String? {
        switch need {
        case .network where !hasNetwork: "network namespaces need root, iproute2 and nftables"
        case .mounts where !hasMounts: "a disk that can be filled needs root"
        case .clocks where clockShifter == nil:
            "other clocks need libClockShift.so beside the programs: swift build --product ClockShift"
        default: nil
        }
    }
}
