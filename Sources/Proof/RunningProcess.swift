import Foundation
import Glibc

/// What Linux says of a process.
package enum RunningProcess {
    /// Whether it is there and has not ended; a process that has ended and was not waited for is a zombie.
    package static func exists(_ pid: Int32) -> Bool {
        stat(pid).map { $0.state != "Z" && $0.state != "X" } ?? false
    }

    package static func children(of pid: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { stat($0)?.parent == pid }
    }

    /// How many files and sockets it holds open.
    package static func openFiles(_ pid: Int32) -> Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    /// Memory that it has in use, in bytes.
    package static func residentBytes(_ pid: Int32) -> Int? {
        kibibytes("VmRSS:", in: "/proc/\(pid)/status").map { $0 * 1024 }
    }

    /// Memory that it has in use, in bytes; of what it shares with others its share.
    package static func proportionalBytes(_ pid: Int32) -> Int? {
        kibibytes("Pss:", in: "/proc/\(pid)/smaps_rollup").map { $0 * 1024 }
    }

    /// Seconds of a core that it has used since it was started, to the clock tick.
    package static func coreSeconds(_ pid: Int32) -> Double? {
        stat(pid).map { Double($0.ticks) / Double(sysconf(Int32(_SC_CLK_TCK))) }
    }

    private static func kibibytes(_ field: String, in file: String) -> Int? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(field) })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }

    private static func stat(_ pid: Int32) -> (state: Substring, parent: Int32, ticks: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 12, let parent = Int32(words[1]), let user = Int(words[11]),
            let system = Int(words[12])
        else { return nil }
        return (words[0], parent, user + system)
    }
}
