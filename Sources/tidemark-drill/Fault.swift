/// What is done to the cluster.
enum Fault: CaseIterable {
    case killed, stopped, frozen, sessionEnded, databaseFast, databaseCrash

    var name: String {
        switch self {
        case .killed: "leader killed (-9)"
        case .stopped: "leader stopped (TERM)"
        case .frozen: "leader frozen (STOP)"
        case .sessionEnded: "lease session ended"
        case .databaseFast: "database restarted (fast)"
        case .databaseCrash: "database crashed"
        }
    }

    /// The targets of the design for the time from the fault to the next completed scan, in seconds; for a database
    /// that restarts, from when it answers again. A frozen leader is followed when its time to live (5 s) is over.
    var target: (median: Double, most: Double) {
        switch self {
        case .killed, .sessionEnded: (0.3, 1)
        case .stopped: (0.3, 0.3)
        case .frozen: (6, 6)
        case .databaseFast, .databaseCrash: (2, 2)
        }
    }
}

/// What came of one kind of fault.
struct FaultReport {
    let fault: Fault
    var takeovers: [Double] = []
    var events = 0
    var missed = 0
    var twice = 0
}
