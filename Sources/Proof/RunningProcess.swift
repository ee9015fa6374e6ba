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
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let number = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return number * 1024
    }

    private static func stat(_ pid: Int32) -> (state: Substring, parent: Int32)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 1, let parent = Int32(words[1]) else { return nil }
        return (words[0], parent)
    }
}
