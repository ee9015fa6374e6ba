import FleetModel
import Foundation
import Logging
import StructuredLogs
import Synchronization
import Testing

@Suite struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }

        func fields() throws -> [[String: JSONValue]] {
            try lines.withLock { $0 }.map {
                try JSONDecoder().decode([String: JSONValue].self, from: Data($0.utf8))
            }
        }

        var text: String { lines.withLock { $0.joined() } }
    }

    @Test("A line is one JSON object with time, level, logger, message and each piece of metadata")
    func line() throws {
        let lines = Lines()
        var logger = Logger(label: "tidemarkd") { JSONLogHandler(label: $0, write: lines.add) }
        logger[metadataKey: "traceID"] = "4bf9"
        logger.warning("two\nlines", metadata: ["roles": ["web", "db"], "traceID": "00f0"])
        logger.debug("not at this level")
        let all = try lines.fields()
        #expect(all.count == 1)
        let fields = try #require(all.first)
        #expect(fields["level"] == .string("warning"))
        #expect(fields["logger"] == .string("tidemarkd"))
        #expect(fields["message"] == .string("two\nlines"))
        #expect(fields["traceID"] == .string("00f0"))
        #expect(fields["roles"] == .array([.string("web"), .string("db")]))
        #expect(lines.text.filter { $0 == "\n" }.count == 1)
        guard case .string(let time)? = fields["time"] else {
            Issue.record("no time")
            return
        }
        #expect(Instant(time) != nil)
    }

    @Test("Metadata cannot pass for the level or the message")
    func reserved() throws {
        let lines = Lines()
        let logger = Logger(label: "x") { JSONLogHandler(label: $0, write: lines.add) }
        logger.info("hello", metadata: ["message": "forged", "level": "critical"])
        let fields = try #require(try lines.fields().first)
        #expect(fields["message"] == .string("hello"))
        #expect(fields["level"] == .string("info"))
    }
}
