internal import Glibc

/// Follows a running script to its end: its output to the spool, its time, a wish to stop it.
struct ScriptWatch {
    private enum Stop: Equatable {
        case none
        /// TERM was sent; KILL follows at `killAt`.
        case asked(StepExit.Ending, killAt: ContinuousClock.Instant)
        case killed(StepExit.Ending)
    }

    /// How often a wish to stop and the time are looked at.
    private static let tickMilliseconds: Int32 = 50

    let pid: pid_t
    let order: SupervisorOrder
    let folder: StepFolder
    /// nil: the step has no secrets.
    private var masker: Masker?
    private var bound: OutputBound
    private var stop = Stop.none
    private var unwrittenBytes = 0
    private let clock = ContinuousClock()

    init(pid: pid_t, order: SupervisorOrder, folder: StepFolder, masker: Masker?, bound: OutputBound) {
        self.pid = pid
        self.order = order
        self.folder = folder
        self.masker = masker
        self.bound = bound
    }

    mutating func untilEnd(reading: borrowing Descriptor, spool: borrowing Descriptor) -> StepExit {
        let timeout = clock.now + .seconds(order.timeoutSeconds)
        var status: Int32?
        var isOpen = true
        var drainUntil = timeout
        while true {
            isOpen = isOpen && readSome(reading, spool)
            if status == nil {
                status = collect()
                // What is left of a script that was to stop goes with it; a daemon of one that ended well stays.
                if status != nil, stop != .none { kill(-pid, SIGKILL) }
                drainUntil = clock.now + .seconds(order.drainSeconds)
            }
            if status != nil, !isOpen || clock.now >= drainUntil { break }
            if status == nil { advance(timeout: timeout) }
            if !isOpen { usleep(UInt32(Self.tickMilliseconds) * 1000 / 5) }
        }
        if let rest = masker?.finish() { write(bound.take(rest[...]), spool) }
        if isOpen {
            let notice = "\n[tidemark: a process that goes on holds the output open: not read further]\n"
            write(bound.take(Array(notice.utf8)[...]), spool)
        }
        write(bound.finish()[...], spool)
        _ = fsync(spool.number)
        return StepExit(
            ending: ending(status ?? 0),
            droppedBytes: bound.droppedBytes + unwrittenBytes,
            outputLeftOpen: isOpen
        )
    }

    /// Waits a tick for output; false: there will be none.
    private mutating func readSome(_ reading: borrowing Descriptor, _ spool: borrowing Descriptor) -> Bool {
        var wait = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, Self.tickMilliseconds) > 0 else { return true }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = retrying { read(reading.number, &piece, piece.count) }
        if count < 0 { return errno == EAGAIN }
        guard count > 0 else { return false }
        // Masked before it is bounded: a cut through a secret would leave halves that nobody finds.
        write(bound.take(masker?.take(piece[..<count])[...] ?? piece[..<count]), spool)
        return true
    }

    /// A full disk costs log, not the step.
    private mutating func write(_ bytes: ArraySlice<UInt8>, _ spool: borrowing Descriptor) {
        guard !bytes.isEmpty else { return }
        let path = folder.log
        let isWritten = bytes.withUnsafeBytes { raw in (try? spool.write(raw, path: path)) != nil }
        if !isWritten { unwrittenBytes += bytes.count }
    }

    private func collect() -> Int32? {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) == pid ? status : nil
    }

    /// The time and the wish to stop: TERM, a grace, KILL, all to the whole group.
    private mutating func advance(timeout: ContinuousClock.Instant) {
        switch stop {
        case .none:
            let reason: StepExit.Ending
            if Disk.exists(folder.cancel) {
                reason = .cancelled
            } else if clock.now >= timeout {
                reason = .timedOut
            } else {
                return
            }
            kill(-pid, SIGTERM)
            stop = .asked(reason, killAt: clock.now + .seconds(order.graceSeconds))
        case .asked(let reason, let killAt):
            guard clock.now >= killAt else { return }
            kill(-pid, SIGKILL)
            stop = .killed(reason)
        case .killed:
            return
        }
    }

    private func ending(_ status: Int32) -> StepExit.Ending {
        switch stop {
        case .asked(let reason, _), .killed(let reason): return reason
        case .none: break
        }
        // WIFEXITED and its kin are macros, which Swift does not see.
        let signal = status & 0x7f
        return signal == 0 ? .exited(code: (status >> 8) & 0xff) : .signalled(signal)
    }
}
