import FleetClient
import FleetModel

@testable import AgentKit
@testable import HTTPAPI

/// What arrives in pieces: the pieces that it is cut into must not change what is read.
enum StreamParsers {
    static let all = [
        FuzzParser(
            name: "event-stream",
            words: ["data:", "id: ", "event:", "\n\n", "\r\n", ":"],
            complaint: events
        ),
        FuzzParser(name: "log-text", words: ["\u{E9}", "\u{20AC}", "\u{1F600}"], complaint: characters),
        FuzzParser("shebang", words: ["#!", "/bin/sh", "/usr/bin/env ", "\r\n", "\t"], text: shebang),
    ]

    private static func events(_ bytes: [UInt8]) -> String? {
        guard let size = bytes.first.map({ Int($0) % 7 + 1 }) else { return nil }
        do throws(ServerSentEventParser.Oversized) {
            var whole = ServerSentEventParser()
            let expected = try whole.read(bytes)
            var pieces = ServerSentEventParser()
            var found: [ServerSentEvent] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try pieces.read(bytes[start..<min(start + size, bytes.count)])
            }
            return FuzzParser.unequal("in pieces of \(size)", expected, found)
        } catch {
            return "'\(error)' for \(bytes.count) bytes"
        }
    }

    /// At most one cut character is held back, and only what could become one.
    private static func characters(_ bytes: [UInt8]) -> String? {
        let whole = UTF8Pieces.completePrefix(of: bytes)
        guard bytes.starts(with: whole), bytes.count - whole.count <= 3 else {
            return "keeps \(whole.count) of \(bytes.count) bytes"
        }
        let isText = String(validating: bytes, as: UTF8.self) != nil
        return isText && whole.count != bytes.count
            ? "holds back \(bytes.count - whole.count) of whole text" : nil
    }

    private static func shebang(_ script: String) -> String? {
        let command = Shebang.command(script: script, path: "/p")
        return command.last == "/p" && (2...3).contains(command.count) && command[0].hasPrefix("/")
            ? nil : "\(command)"
    }
}
