import Proof

/// What a process took of the machine over some time.
struct Usage {
    /// Of one core, in percent.
    let corePercent: Double
    let mebibytes: Double

    static func watch(_ pids: [Int32], for time: Duration) async throws -> [Usage] {
        let before = pids.map { RunningProcess.coreSeconds($0) ?? .nan }
        let started = ContinuousClock.now
        try await Task.sleep(for: time)
        let seconds = (ContinuousClock.now - started).inSeconds
        return zip(pids, before).map { pid, before in
            Usage(
                corePercent: 100 * ((RunningProcess.coreSeconds(pid) ?? .nan) - before) / seconds,
                mebibytes: RunningProcess.residentBytes(pid).map { Double($0) / 1_048_576 } ?? .nan
            )
        }
    }
}
