internal import Glibc

/// A process that can be told from a later one with the same number: number, start time and boot.
struct ProcessMark: Codable, Sendable, Equatable {
    var pid: Int32
    /// Clock ticks since boot: field 22 of `/proc/PID/stat`.
    var startTicks: UInt64
    var bootID: String

    static func current() throws -> ProcessMark {
        let pid = getpid()
        guard let mark = of(pid) else { throw AgentError("/proc/\(pid)/stat cannot be read") }
        return mark
    }

    static func of(_ pid: Int32) -> ProcessMark? {
        guard let stat = stat(of: pid), let boot = try? BootID.read() else { return nil }
        return ProcessMark(pid: pid, startTicks: stat.startTicks, bootID: boot)
    }

    /// Whether that very process still runs; one that has ended and only waits to be collected does not.
    var isAlive: Bool {
        guard let boot = try? BootID.read(), boot == bootID, let stat = Self.stat(of: pid) else {
            return false
        }
        return stat.startTicks == startTicks && stat.state != "Z" && stat.state != "X"
    }

    private static func stat(of pid: Int32) -> (state: Substring, startTicks: UInt64)? {
        guard let bytes = try? Disk.read("/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // Field 2, the name, is in brackets and may hold anything, brackets and spaces too.
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        return (fields[0], ticks)
    }
}

/// The kernel's name for this boot of the machine.
enum BootID {
    static func read() throws -> String {
        let path = "/proc/sys/kernel/random/boot_id"
        guard let bytes = try Disk.read(path) else { throw AgentError("\(path) is missing") }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
