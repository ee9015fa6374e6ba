import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Times, sizes and structured output")
struct FormattingTests {
    private let now = Instant(microseconds: 1_800_000_000_000_000)

    @Test(
        "Times are told as people say them",
        arguments: [
            (0, "now"), (-1, "now"), (-2, "2s ago"), (-119, "119s ago"), (-120, "2m ago"),
            (-7199, "119m ago"),
            (-7200, "2h ago"), (-172_800, "2d ago"), (12, "in 12s"), (3600, "in 60m"),
        ]
    )
    func relativeTime(seconds: Int, text: String) {
        #expect(RelativeTime.describe(now.adding(seconds: seconds), now: now) == text)
    }

    @Test(
        "Sizes are told in units of 1024",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (12 * 1024 * 1024, "12 MiB"),
            (4 * 1024 * 1024 * 1024, "4.0 GiB"),
        ] as [(Int64, String)]
    )
    func byteCount(bytes: Int64, text: String) {
        #expect(ByteCount.describe(bytes) == text)
    }

    @Test("JSON is sorted, and its strings cannot command a terminal either")
    func json() throws {
        let text = try StructuredText.json(["b": "\u{1b}[2J", "a": "\u{9b}/\u{202e}"], pretty: false)
        #expect(text == #"{"a":"\u009b/\u202e","b":"\u001b[2J"}"#)
    }

    @Test("A text that looks like a number is quoted in YAML")
    func yaml() throws {
        let text = try StructuredText.yaml(["version": "1.10", "flag": "true", "name": "web"])
        #expect(text == "flag: 'true'\nname: web\nversion: '1.10'")
    }

    @Test("YAML shows controls as escapes")
    func yamlControls() throws {
        let text = try StructuredText.yaml(["name": "a\u{1b}[2J\u{9b}"])
        #expect(text.unicodeScalars.allSatisfy { !Inert.isActive($0) || $0 == "\n" })
    }

    @Test("The progress bar fits the terminal and says how far it is")
    func progressBar() {
        let line = ProgressBar.line("shop 1.5", done: 12 << 20, total: 24 << 20, width: 79)
        #expect(line == "shop 1.5  [###############---------------]   50%  12 MiB of 24 MiB")
        let narrow = ProgressBar.line("shop 1.5", done: 1, total: 3, width: 30)
        #expect(TextWidth.of(narrow) <= 30)
        #expect(ProgressBar.line("empty", done: 0, total: 0, width: 79).contains("100%"))
    }

    @Test("Only whole percents are drawn")
    func progressGate() {
        let gate = ProgressGate()
        let passed = (0...1000).filter { gate.passes(done: Int64($0), total: 1000) }
        #expect(passed.count == 101)
    }

    @Test("A stream is cut into lines wherever its pieces end")
    func lineReader() {
        var reader = LineReader()
        #expect(reader.read(Array("one\r\ntw".utf8)) == ["one"])
        #expect(reader.read(Array("o\n\nthr".utf8)) == ["two", ""])
        #expect(reader.rest == "thr")
        let endless = reader.read(Array(repeating: UInt8(ascii: "x"), count: LineReader.longest))
        #expect(endless.map(\.utf8.count) == [LineReader.longest])
    }
}
