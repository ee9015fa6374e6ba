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
        FuzzParser(
            name: "masker",
            words: ["hunter2hunter2", "[masked]", "\u{0}", "\r\n"],
            complaint: secrets
        ),
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

    /// F5: up to the first NUL a secret, then a script's output.
    private static func secrets(_ bytes: [UInt8]) -> String? {
        let secret = Array(bytes.prefix { $0 != 0 })
        let output = bytes.dropFirst(secret.count + 1)
        let size = Int(bytes.last ?? 0) % 7 + 1
        let masker = Masker([secret])
        var (whole, pieces) = (masker, masker)
        let expected = whole.take(output) + whole.finish()
        var found: [UInt8] = []
        var rest = output
        while !rest.isEmpty {
            found += pieces.take(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        found += pieces.finish()
        if found != expected { return "in pieces of \(size): \(expected) became \(found)" }
        let parts = expected.split(separator: Array(Masker.mark.utf8), omittingEmptySubsequences: false)
        if parts.count == 1, expected != Array(output) { return "changed without a mark" }
        // So many line ends keep a secret's pieces from each other, and it is none.
        let ends = expected.split(omittingEmptySubsequences: false) { !SecretForms.isLineEnd($0) }
        guard ends.allSatisfy({ $0.count <= Masker.mostLineEnds }) else { return nil }
        let texts = parts.map { $0.filter { !SecretForms.isLineEnd($0) } }
        let needles = SecretForms.needles(of: secret)
        let left = needles.first { needle in texts.contains { $0.contains(needle) } }
        return left.map { "\($0) is left in \(expected)" }
    }

    private static func shebang(_ script: String) -> String? {
        let command = Shebang.command(script: script, path: "/p")
        return command.last == "/p" && (2...3).contains(command.count) && command[0].hasPrefix("/")
            ? nil : "\(command)"
    }
}
