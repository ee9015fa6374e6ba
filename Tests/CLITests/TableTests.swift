import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Tables")
struct TableTests {
    private struct Row {
        var name: String
        var count: String
        var text: String
    }

    private let table = Table<Row>(columns: [
        Column("NAME", fit: .shrinks(to: 5)) { Cell($0.name) },
        Column("COUNT", alignsRight: true) { Cell($0.count) },
        Column("TEXT", fit: .wraps) { Cell($0.text) },
    ])
    private let rows = [
        Row(name: "a", count: "7", text: "short"),
        Row(name: "a-longer-name", count: "1234567", text: "a text of several words that goes on"),
    ]

    @Test("Columns are as wide as their widest cell, and no line ends in blanks")
    func natural() {
        #expect(
            table.lines(of: rows, width: nil, palette: Palette(isOn: false)) == [
                "NAME             COUNT  TEXT",
                "a                    7  short",
                "a-longer-name  1234567  a text of several words that goes on",
            ]
        )
    }

    @Test("On a narrow terminal the last column wraps below itself, and names are cut before it is cramped")
    func wraps() {
        #expect(
            table.lines(of: rows, width: 44, palette: Palette(isOn: false)) == [
                "NAME     COUNT  TEXT",
                "a            7  short",
                "a-lo…  1234567  a text of several words that",
                "                goes on",
            ]
        )
    }

    @Test("On a wide enough one nothing is cut")
    func wrapsOnly() {
        #expect(
            table.lines(of: [rows[1]], width: 58, palette: Palette(isOn: false), headers: false) == [
                "a-longer-name  1234567  a text of several words that goes",
                "                        on",
            ]
        )
    }

    @Test("On a still narrower one names keep their least width and the last column is cramped")
    func shrinks() {
        #expect(
            table.lines(of: [rows[1]], width: 33, palette: Palette(isOn: false), headers: false) == [
                "a-lo…  1234567  a text of several",
                "                words that goes",
                "                on",
            ]
        )
    }

    @Test("A cell cannot break out of its line", arguments: ["a\nb", "a\u{1b}[Hb", "a\u{85}b"])
    func inert(text: String) {
        let lines = table.lines(
            of: [Row(name: text, count: "1", text: text)],
            width: nil,
            palette: Palette(isOn: false),
            headers: false
        )
        #expect(lines.count == 1)
        #expect(lines[0].unicodeScalars.allSatisfy { !Inert.isActive($0) })
    }

    @Test("Colour does not change the layout")
    func colour() {
        let plain = table.lines(of: rows, width: 44, palette: Palette(isOn: false))
        let coloured = table.lines(of: rows, width: 44, palette: Palette(isOn: true))
        let stripped = coloured.map { $0.replacing(/\u{1b}\[[0-9]+m/, with: "") }
        #expect(stripped == plain)
        #expect(coloured != plain)
    }

    @Test("Every list fits 80 columns with everyday data", arguments: Samples.everyTable(width: 80))
    func eightyColumns(lines: [String]) {
        for line in lines {
            #expect(TextWidth.of(line) <= 80, "\(line)")
        }
    }
}
